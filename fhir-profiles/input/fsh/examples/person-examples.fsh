Instance: ada-person
InstanceOf: HubPatient
Usage: #example
Title: "Ada"
* extension[needs][0].valueString = "Uses one stick; needs a chair with arms and a rail within reach."
* extension[needs][1].valueString = "Heat-sensitive: room at 20 degrees or less."
* extension[aboutMe].valueString = "I would rather be told than guessed about."
* identifier.system = $nhs-number
* identifier.value = "9990123454"
* identifier.extension.url = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
* identifier.extension.valueCodeableConcept = https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland#01 "Number present and verified"
* active = true
* name.use = #official
* name.family = "Probert"
* name.given = "Ada"
* telecom.system = #phone
* telecom.value = "07700 900123"
* gender = #female
* birthDate = "1974-02-11"
* address.line = "4 Heol y Bont"
* address.city = "Pont-y-Garreg"
* address.postalCode = "QQ1 1AA"

Instance: dafydd-brother
InstanceOf: HubRelatedPerson
Usage: #example
Title: "Dafydd's brother, who helps him"
* active = true
* patient = Reference(Patient/dafydd)
* relationship = https://fhir.hl7.org.uk/CodeSystem/UKCore-AdditionalPersonRelationshipRole#Carer "Carer"
* relationship.text = "Brother and carer"
* name.family = "Morris"
* name.given = "Emlyn"
* telecom.system = #phone
* telecom.value = "07700 900447"
* period.start = "2026-09-08"
* period.end = "2027-09-08"

Instance: bryn-multiple-sclerosis
InstanceOf: HubCondition
Usage: #example
Title: "Bryn's condition"
* extension[checkedLevel].valueCode = #clinician-confirmed
* clinicalStatus = http://terminology.hl7.org/CodeSystem/condition-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/condition-ver-status#confirmed
* code = $sct#425500002 "Secondary progressive multiple sclerosis"
* code.text = "Secondary progressive MS"
* subject = Reference(Patient/bryn)
* onsetDateTime = "2004"
* recordedDate = "2026-09-02"
* recorder = Reference(Practitioner/rehabilitation-physician)

Instance: bryn-allergies-asked
InstanceOf: HubAllergy
Usage: #example
Title: "Bryn was asked and knows of none"
* extension[checkedLevel].valueCode = #registered-professional-recorded
* clinicalStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-verification#confirmed
* code.text = "No known allergies, asked 2 September 2026"
* patient = Reference(Patient/bryn)
* recordedDate = "2026-09-02"
* recorder = Reference(Practitioner/rehabilitation-physician)

Instance: carys-baclofen-reaction
InstanceOf: HubAllergy
Usage: #example
Title: "Carys must not be given baclofen"
* extension[checkedLevel].valueCode = #clinician-confirmed
* clinicalStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-verification#confirmed
* category = #medication
* code = $sct#294234003 "Baclofen allergy"
* code.text = "Baclofen"
* patient = Reference(Patient/carys)
* recordedDate = "2025-05-19"
* recorder = Reference(Practitioner/general-practitioner)
* reaction.manifestation.text = "Rash over the whole body"
* reaction.severity = #moderate

Instance: bryn-tizanidine
InstanceOf: HubMedicationStatement
Usage: #example
Title: "Bryn takes tizanidine, and the prescriber said when his liver is tested"
* extension[checkedLevel].valueCode = #clinician-confirmed
* extension[nextReview].valueDate = "2027-01-15"
* identifier.system = $demo-id
* identifier.value = "bryn-tizanidine"
* status = #active
* medicationCodeableConcept.text = "Tizanidine tablets"
* subject = Reference(Patient/bryn)
* effectivePeriod.start = "2026-09-02"
* dateAsserted = "2026-09-02"
* informationSource = Reference(Practitioner/rehabilitation-physician)
* note.text = "Must not stop suddenly."
