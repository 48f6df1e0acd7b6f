Profile: HubConsent
Parent: Consent
Id: hub-consent
Title: "Consent"
Description: "What a person agreed to or closed out: to whom, for what, since when and until when, and how they were told. UK Core Consent: status, scope and category are required; patient, dateTime, performer, organization and source must be supported. Withdrawn by status inactive, which works on the next request."
* insert Ours
* obeys consent-1 and consent-2
* status MS
* scope MS
* category MS
* patient 1..1 MS
* dateTime 1..1 MS
* performer 1..* MS
* organization 1..* MS
* source[x] MS
* verification MS
* provision 1..1 MS
* provision.type 1..1 MS
* provision.period MS
* provision.actor MS

Invariant: consent-1
Description: "A consent says in one of our own categories what it is about."
Severity: #error
Expression: "category.coding.where(system = 'https://handrail.example/fhir/CodeSystem/consent-kind' and code.exists()).exists()"

Invariant: consent-2
Description: "An active consent to share was checked with the person, or is a recorded decision in their best interest."
Severity: #error
Expression: "(status = 'active' and provision.type = 'permit') implies (verification.where(verified).exists() or category.coding.where(code = 'best-interest').exists())"

Profile: HubProvenance
Parent: Provenance
Id: hub-provenance
Title: "Where an entry comes from"
Description: "Who entered, imported, confirmed or corrected something, on whose behalf, and from what. UK Core Provenance: target, recorded and agent are required, signature must be supported."
* insert Ours
* obeys provenance-1 and provenance-2
* target MS
* recorded MS
* occurred[x] MS
* reason MS
* activity MS
* agent MS
* agent.who MS
* agent.onBehalfOf MS
* entity MS
* signature MS

Invariant: provenance-1
Description: "Somebody who answers is named: an organisation, the person, a relative, or a system."
Severity: #error
Expression: "agent.where(onBehalfOf.exists() or who.reference.matches('(Organization|Patient|RelatedPerson|Device)/')).exists()"

Invariant: provenance-2
Description: "It says what was done, or why."
Severity: #error
Expression: "activity.exists() or reason.exists()"
