Profile: HubPatient
Parent: Patient
Id: hub-patient
Title: "Person"
Description: "A person on the pathway. UK Core Patient: identifier, active, name, telecom, gender, birthDate, address must be supported, at most one NHS number in its own system, and required codes for how far it is verified and for sex at birth."
* insert Ours
* obeys patient-1 and patient-2 and patient-3 and patient-4
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

Invariant: patient-2
Description: "There is at most one NHS number in use. UK Core Patient: identifier:nhsNumber 0..1."
Severity: #error
Expression: "identifier.where(system = 'https://fhir.nhs.uk/Id/nhs-number' and (use.empty() or use != 'old')).count() <= 1"

Invariant: patient-3
Description: "How far an NHS number is verified is a code of the published list. UK Core: required binding of the extension NHSNumberVerificationStatus."
Severity: #error
Expression: "identifier.extension.where(url = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus').value.coding.where(system = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland' or system = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusWales').all(code.matches('^(0[1-8]|nn)$'))"

Invariant: patient-4
Description: "Sex at birth is female, male, undetermined or unknown. UK Core: required binding of the extension BirthSex."
Severity: #error
Expression: "extension.where(url = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BirthSex').value.coding.code.all($this = 'F' or $this = 'M' or $this = 'UN' or $this = 'UNK')"

Profile: HubRelatedPerson
Parent: RelatedPerson
Id: hub-related-person
Title: "Carer, relative or proxy"
Description: "Somebody who helps, speaks for or is to be told about a person. UK Core RelatedPerson: patient is required; active, relationship, name, telecom and address must be supported. The period says until when somebody may act."
* insert Ours
* obeys related-1 and related-2
* active MS
* patient MS
* relationship 1..* MS
* relationship from https://fhir.hl7.org.uk/ValueSet/UKCore-PersonRelationshipType (extensible)
* name 1..* MS
* telecom MS
* address MS
* period MS
* communication MS

Invariant: related-1
Description: "A way to reach somebody says what it is and its value. UK Core, datatype ContactPoint."
Severity: #error
Expression: "telecom.all(system.exists() and value.exists())"

Invariant: related-2
Description: "Whoever is to be called has a name that can be said."
Severity: #error
Expression: "name.all(family.exists() or given.exists() or text.exists())"
