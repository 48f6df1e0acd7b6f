// Story 1: the class that Ada is asked for, as its listing says after the leisure centre confirmed it.

Instance: chair-exercise-listed
InstanceOf: HealthcareService
Usage: #example
Title: "Chair based exercise, as listed"
* extension[0].url = "https://handrail.example/fhir/StructureDefinition/service-capacity"
* extension[=].extension[0].url = "places"
* extension[=].extension[=].valueUnsignedInt = 3
* extension[=].extension[+].url = "waitDays"
* extension[=].extension[=].valueUnsignedInt = 7
* extension[=].extension[+].url = "asOf"
* extension[=].extension[=].valueDateTime = "2026-10-01"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/service-attribute"
* extension[=].extension[0].url = "attribute"
* extension[=].extension[=].valueCode = #temperature
* extension[=].extension[+].url = "value"
* extension[=].extension[=].valueQuantity.value = 19
* extension[=].extension[=].valueQuantity.unit = "°C"
* extension[=].extension[+].url = "checkedBy"
* extension[=].extension[=].valueString = "Maes Hafan Leisure Centre"
* extension[=].extension[+].url = "checkedOn"
* extension[=].extension[=].valueDate = "2026-08-03"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/service-eligibility"
* extension[=].extension[0].url = "ageFrom"
* extension[=].extension[=].valueUnsignedInt = 18
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/service-source"
* extension[=].extension[0].url = "publisher"
* extension[=].extension[=].valueString = "Maes Hafan Leisure Centre"
* extension[=].extension[+].url = "licence"
* extension[=].extension[=].valueString = "CC BY 4.0"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/service-moved"
* extension[=].valueDate = "2026-06-01"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/service-confirmed"
* extension[=].extension[0].url = "on"
* extension[=].extension[=].valueDate = "2026-08-03"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/service-cost"
* extension[=].extension[0].url = "price"
* extension[=].extension[=].valueMoney.value = 5.00
* extension[=].extension[=].valueMoney.currency = #GBP
* extension[=].extension[+].url = "concession"
* extension[=].extension[=].valueMoney.value = 3.50
* extension[=].extension[=].valueMoney.currency = #GBP
* active = true
* name = "Chair based exercise"
* providedBy = Reference(Organization/leisure)

// An organisation of the record, of which another directory says that it has closed: it is asked no more until a person has decided.

Instance: closed-club
InstanceOf: Organization
Usage: #example
Title: "A club that another directory says has closed"
* extension[0].url = "https://handrail.example/fhir/StructureDefinition/organization-closure"
* extension[=].extension[0].url = "by"
* extension[=].extension[=].valueString = "Organisation Data Service"
* extension[=].extension[+].url = "since"
* extension[=].extension[=].valueDateTime = "2026-11-02T08:00:00Z"
* active = true
* name = "Maes Hafan Bowls Club"
