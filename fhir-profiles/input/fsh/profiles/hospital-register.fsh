Profile: RegisterEntry
Parent: Flag
Id: register-entry
Title: "Hospital alert register entry"
Description: "This person is on the register for this condition, device or medicine. Being on it rests on a consent or a recorded decision; an alert is never raised from a diagnosis code alone. UK Core Flag: status, code and subject are required."
* insert Ours
* obeys register-1
* extension contains RegisterBasisExtension named basis 1..1 MS
* status MS
* code MS
* code from RegisterCodes (required)
* subject MS
* subject only Reference(Patient)
* period 1..1 MS
* period.start 1..1 MS
* author MS

Invariant: register-1
Description: "An active register entry names the consent or decision behind it."
Severity: #error
Expression: "status = 'active' implies extension.where(url = 'https://handrail.example/fhir/StructureDefinition/register-basis').value.reference.exists()"

Profile: RegisterConsent
Parent: Consent
Id: register-consent
Title: "Consent behind a register entry"
Description: "Who agreed, to what, when, and how they were told; or the decision in the person's best interest and who made it. Withdrawn by status inactive, at once. UK Core Consent: status, scope and category are required."
* insert Ours
* obeys register-consent-1
* status MS
* scope MS
* category MS
* category from RegisterConsentKinds (required)
* source[x] MS
* patient 1..1 MS
* dateTime 1..1 MS
* performer 1..* MS
* organization 1..* MS
* policyRule 1..1 MS
* policyRule.text 1..1 MS
* provision MS

ValueSet: RegisterConsentKinds
Id: register-consent-kind
Title: "What may stand behind a register entry"
Description: "The person's own consent, or a decision in the person's best interest."
* insert Ours
* $consent-kind#hospital-alerts
* $consent-kind#best-interest

Invariant: register-consent-1
Description: "Consent given by the person says how and when it was checked with them."
Severity: #error
Expression: "category.coding.where(code = 'hospital-alerts').exists() implies verification.where(verified).exists()"
