Profile: DiaryEntry
Parent: Observation
Id: diary-entry
Title: "Diary entry"
Description: "One thing a person noted: spasms, stiffness, pain, fatigue or sleep, when, how much, and what may have brought it on. Their own words and numbers; nothing is concluded from them. UK Core Observation: status and code are required."
* insert Ours
* obeys diary-1 and diary-2
* extension contains CheckedLevelExtension named checkedLevel 0..1 MS
* status MS
* category MS
* component MS
* code MS
* code from DiaryItemCodes (required)
* code.text 1..1 MS
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime or Period
* performer 1..* MS
* value[x] MS
* value[x] only integer or Quantity or string
* component.code from DiaryPartCodes (required)
* component.value[x] only CodeableConcept or string
* note MS

Invariant: diary-1
Description: "A diary entry says something: a number, words, a part, or a note."
Severity: #error
Expression: "value.exists() or component.exists() or note.exists()"

Invariant: diary-2
Description: "A number of how bad it is lies from 0 to 10."
Severity: #error
Expression: "value.ofType(integer).empty() or (value.ofType(integer) >= 0 and value.ofType(integer) <= 10)"
