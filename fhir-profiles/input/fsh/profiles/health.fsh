Profile: HubCondition
Parent: Condition
Id: hub-condition
Title: "Condition"
Description: "A diagnosis or problem. UK Core Condition: subject is required; clinicalStatus, verificationStatus, severity, code and recorder must be supported. The user's own words are always there; a code stands beside them where one is confirmed."
* insert Ours
* obeys condition-1
* extension contains CheckedLevelExtension named checkedLevel 0..1 MS
* clinicalStatus MS
* verificationStatus MS
* category from https://fhir.hl7.org.uk/ValueSet/UKCore-ConditionCategory (extensible)
* severity MS
* code 1..1 MS
* code.text 1..1 MS
* subject MS
* subject only Reference(Patient)
* recordedDate MS
* recorder MS
* asserter MS

Invariant: condition-1
Description: "A condition that is not refuted or an error says whether it is active."
Severity: #error
Expression: "verificationStatus.coding.where(code = 'refuted' or code = 'entered-in-error').exists() or clinicalStatus.exists()"

Profile: HubAllergy
Parent: AllergyIntolerance
Id: hub-allergy
Title: "Allergy or intolerance"
Description: "What a person must not be given, or that somebody asked and there was none. UK Core AllergyIntolerance: code and patient are required; clinicalStatus, verificationStatus, reaction and its severity must be supported. That nothing is recorded is not the same as no allergy."
* insert Ours
* extension contains CheckedLevelExtension named checkedLevel 0..1 MS
* clinicalStatus MS
* verificationStatus MS
* criticality MS
* code 1..1 MS
* code.text 1..1 MS
* patient MS
* patient only Reference(Patient)
* recordedDate 1..1 MS
* recorder MS
* reaction MS
* reaction.manifestation MS
* reaction.manifestation.text 1..1 MS
* reaction.severity MS

Profile: HubMedicationStatement
Parent: MedicationStatement
Id: hub-medication-statement
Title: "Medicine taken"
Description: "That a person takes a medicine, as somebody said on a day. It is no prescription. UK Core MedicationStatement: status, medication and subject are required, an identifier has system and value; category, effective, dateAsserted, informationSource and dosage must be supported. A change of medicine is the prescriber's."
* insert Ours
* obeys medication-1
* extension contains
    CheckedLevelExtension named checkedLevel 0..1 MS and
    NextReviewExtension named nextReview 0..1
* identifier MS
* identifier.system 1..1
* identifier.value 1..1
* basedOn MS
* status MS
* category MS
* category from https://fhir.hl7.org.uk/ValueSet/UKCore-MedicationStatementCategory (extensible)
* medication[x] MS
* subject MS
* subject only Reference(Patient)
* effective[x] MS
* dateAsserted 1..1 MS
* informationSource 1..1 MS
* derivedFrom MS
* dosage MS
* note MS

Invariant: medication-1
Description: "A medicine is named in words, so that it can be read and matched whatever its code has become."
Severity: #error
Expression: "medication.ofType(Reference).exists() or medication.ofType(CodeableConcept).text.exists() or medication.ofType(CodeableConcept).coding.display.exists()"
