Instance: ada-agrees-to-share
InstanceOf: HubConsent
Usage: #example
Title: "Ada agrees that the leisure centre is told her diagnosis"
* status = #active
* scope = $consent-scope#patient-privacy "Privacy Consent"
* category = $consent-kind#share-diagnosis "To tell a leisure or social-care provider the diagnosis"
* patient = Reference(Patient/ada)
* dateTime = "2026-09-28T10:05:00+01:00"
* performer = Reference(Patient/ada)
* organization = Reference(Organization/community-team)
* policyRule = $act-code#OPTIN "opt-in"
* policyRule.text = "Told face to face what is sent and that it may be withdrawn at any time."
* verification.verified = true
* verification.verifiedWith = Reference(Patient/ada)
* verification.verificationDate = "2026-09-28T10:05:00+01:00"
* provision.type = #permit
* provision.period.start = "2026-09-28"
* provision.period.end = "2027-03-31"
* provision.actor.role = http://terminology.hl7.org/CodeSystem/v3-ParticipationType#IRCP "information recipient"
* provision.actor.reference = Reference(Organization/leisure)

Instance: ada-class-origin
InstanceOf: HubProvenance
Usage: #example
Title: "The instructor's entry, as the leisure centre sent it"
* target = Reference(Procedure/ada-class-attended)
* recorded = "2026-10-06T12:05:00+01:00"
* activity.text = "Recorded after the class"
* agent.who = Reference(Practitioner/leisure-instructor)
* agent.onBehalfOf = Reference(Organization/leisure)

Instance: dafydd-stay
InstanceOf: HubEncounter
Usage: #example
Title: "Dafydd is in hospital"
* identifier.system = "https://handrail.example/fhir/Id/stay"
* identifier.value = "RX9-4471"
* status = #in-progress
* class = $act-code#IMP "inpatient encounter"
* subject = Reference(Patient/dafydd)
* period.start = "2026-11-21T02:14:00Z"
* reasonCode.text = "Fall, urinary infection"
* location.location.display = "Ward 4"
* serviceProvider = Reference(Organization/hospital)

Instance: bryn-note-from-emergency
InstanceOf: HubCommunication
Usage: #example
Title: "A note that an emergency department left for Bryn's team"
* status = #on-hold
* statusReason.text = "Unconfirmed, from link"
* subject = Reference(Patient/bryn)
* sent = "2026-11-21T18:20:00Z"
* recipient = Reference(Organization/therapy-centre)
* sender.display = "Emergency department (as stated by the reader)"
* payload.contentString = "Seen after a fall, X-ray clear, home tonight."

Instance: therapy-centre-example
InstanceOf: HubOrganization
Usage: #example
Title: "A therapy centre run by a charity"
* extension[sector].valueCode = #third-sector
* extension[grade].valueCode = #therapy-record
* identifier.system = $demo-id
* identifier.value = "therapy-centre-example"
* active = true
* name = "Bont Therapy Centre"
* telecom.system = #phone
* telecom.value = "01632 960104"
* address.line = "2 Stryd y Farchnad"
* address.city = "Pont-y-Garreg"
* address.postalCode = "QQ1 3TC"

Instance: old-therapy-centre-example
InstanceOf: HubOrganization
Usage: #example
Title: "A therapy centre that has closed, and who took over"
* extension[sector].valueCode = #third-sector
* extension[grade].valueCode = #therapy-record
* extension[successor].valueReference = Reference(Organization/therapy-centre-example)
* identifier.system = $demo-id
* identifier.value = "old-therapy-centre-example"
* active = false
* name = "Nant Therapy Rooms"
* telecom.system = #phone
* telecom.value = "01632 960105"
* address.line = "9 Heol y Felin"
* address.city = "Pont-y-Garreg"
* address.postalCode = "QQ1 3TD"

Instance: therapy-centre-fes
InstanceOf: HubHealthcareService
Usage: #example
Title: "Functional electrical stimulation at the therapy centre"
* active = true
* providedBy = Reference(Organization/therapy-centre-example)
* type = $service-kind#therapy-centre "Therapy centre run by a charity"
* type.text = "Functional electrical stimulation"
* name = "Functional electrical stimulation clinic"
* comment = "Assessment, set-up and review. A doctor, a physiotherapist or an MS nurse can refer."
* telecom.system = #phone
* telecom.value = "01632 960104"
* availableTime.daysOfWeek = #tue
* availableTime.availableStartTime = "09:30:00"
* availableTime.availableEndTime = "12:30:00"

Instance: ada-class-experience
InstanceOf: HubCommunication
Usage: #example
Title: "What Ada says about her referral to the leisure centre"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/experience"
* extension[=].extension[+].url = "question"
* extension[=].extension[=].valueCode = #heard
* extension[=].extension[+].url = "answer"
* extension[=].extension[=].valueCode = #yes
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/may-be-quoted"
* extension[=].valueBoolean = true
* identifier.system = "https://handrail.example/fhir/Id/feedback"
* identifier.value = "example-1"
* status = #completed
* basedOn = Reference(ServiceRequest/ada-strength-and-balance)
* subject = Reference(Patient/ada-person)
* sender = Reference(Patient/ada-person)
* recipient = Reference(Organization/leisure)
* sent = "2026-12-01T10:00:00Z"
* payload.contentString = "They asked me first what I wanted."
