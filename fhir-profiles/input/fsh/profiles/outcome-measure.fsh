Profile: OutcomeMeasure
Parent: Observation
Id: outcome-measure
Title: "Outcome measure"
Description: "One score of a named instrument, tied to the intervention it measures. Licensed instruments by name and score only. UK Core Observation: status and code are required."
* insert Ours
* obeys measure-1
* extension contains CheckedLevelExtension named checkedLevel 0..1 MS
* status MS
* code MS
* code from MeasureCodes (required)
* code.text 1..1 MS
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime or Period
* performer 1..* MS
* value[x] MS
* value[x] only Quantity or integer
* partOf MS
* derivedFrom MS

Invariant: measure-1
Description: "A measure has a value, or says why there is none."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists()"

Profile: HubPatient
Parent: Patient
Id: hub-patient
Title: "Person"
Description: "A person on the pathway. UK Core Patient: identifier, active, name, telecom, gender, birthDate, address must be supported; an NHS number has its own system and ten digits without spaces."
* insert Ours
* obeys patient-1
* extension contains
    NeedsExtension named needs 0..* MS and
    BaselineExtension named baseline 0..* and
    AboutMeExtension named aboutMe 0..*
* identifier MS
* active MS
* name 1..* MS
* telecom MS
* gender MS
* birthDate MS
* address MS
* contact MS
* communication MS
* generalPractitioner MS
* managingOrganization MS

Invariant: patient-1
Description: "An NHS number is ten digits without spaces."
Severity: #error
Expression: "identifier.where(system = 'https://fhir.nhs.uk/Id/nhs-number').all(value.matches('^[0-9]{10}$'))"
