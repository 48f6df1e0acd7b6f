Profile: HubEncounter
Parent: Encounter
Id: hub-encounter
Title: "Hospital stay or contact"
Description: "A stay in hospital as its messages tell it, or a contact. UK Core Encounter: status and class are required; identifier, subject, participant, reasonCode and reasonReference must be supported."
* insert Ours
* obeys encounter-1
* identifier MS
* status MS
* class MS
* subject 1..1 MS
* subject only Reference(Patient)
* participant MS
* period MS
* reasonCode MS
* reasonReference MS
* location MS
* serviceProvider 1..1 MS

Invariant: encounter-1
Description: "A finished stay says when it ended."
Severity: #error
Expression: "status = 'finished' implies period.end.exists()"

Profile: HubCommunication
Parent: Communication
Id: hub-communication
Title: "Message about a person"
Description: "What was said to or about a person, by whom, to whom and when: a note left by an emergency department that opened a link, an answer to a referral, a word to the person in their own format. UK Core Communication: status is required."
* insert Ours
* obeys communication-1 and communication-2
* basedOn MS
* inResponseTo MS
* status MS
* statusReason MS
* subject 1..1 MS
* subject only Reference(Patient)
* about MS
* sent MS
* received MS
* recipient MS
* sender MS
* payload 1..* MS
* note MS

Invariant: communication-1
Description: "A message that was sent says when it was sent or received."
Severity: #error
Expression: "status = 'completed' implies (sent.exists() or received.exists())"

Invariant: communication-2
Description: "A message that was not sent says why."
Severity: #error
Expression: "status = 'not-done' implies statusReason.exists()"
