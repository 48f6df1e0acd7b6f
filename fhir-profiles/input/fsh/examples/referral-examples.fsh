// The cast: Ada is asked for at the leisure centre (story 1), Carys is refused by neuropsychology (story 3), Dafydd is in hospital (story 4).

Instance: ada-strength-and-balance
InstanceOf: HubServiceRequest
Usage: #example
Title: "Ada needs strength and balance"
* extension[needs][0].valueString = "Uses one stick; needs a chair with arms and a rail within reach."
* extension[needs][1].valueString = "Fatigue is worse after 15:00: mornings only."
* extension[sector].valueCode = #nhs
* extension[criteria].extension[precaution].valueCode = #heat-sensitive
* extension[criteria].extension[avoidAfter].valueTime = "15:00:00"
* extension[coordinator].valueReference = Reference(Organization/community-team)
* identifier.system = "https://handrail.example/fhir/Id/need-reference"
* identifier.value = "N-2026-0001"
* status = #active
* intent = #order
* category = $request-category#neuro-rehabilitation "Neuro-rehabilitation pathway"
* code.text = "Strength and balance class near home, so that she can stand to cook for 10 minutes"
* subject = Reference(Patient/ada)
* authoredOn = "2026-09-29T10:12:00+01:00"
* requester = Reference(Organization/community-team)
* performer = Reference(Organization/leisure)

Instance: ada-leisure-asked
InstanceOf: HubTask
Usage: #example
Title: "The leisure centre is asked"
* basedOn = Reference(ServiceRequest/ada-strength-and-balance)
* status = #requested
* intent = #order
* code = $task-kind#referral "Referral to one provider"
* focus = Reference(ServiceRequest/ada-strength-and-balance)
* for = Reference(Patient/ada)
* authoredOn = "2026-09-29T10:12:01+01:00"
* requester = Reference(Organization/community-team)
* owner = Reference(Organization/leisure)
* restriction.period.end = "2026-10-01T10:12:01+01:00"

Instance: ada-message-of-another
InstanceOf: HubCommunication
Usage: #example
Title: "A message about Ada's referral, as it came from a service that was not asked"
* identifier.system = "https://handrail.example/fhir/Id/kept-answer"
* identifier.value = "ada-leisure-asked/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
* status = #completed
* topic.text = "A message about a referral, from somebody who was not asked"
* subject = Reference(Patient/ada)
* received = "2026-09-30T09:00:00Z"
* recipient = Reference(Organization/single-point-of-access)
* sender.identifier.system = "https://fhir.nhs.uk/Id/ods-organization-code"
* sender.identifier.value = "A1001"
* payload.contentAttachment.contentType = #application/fhir+json
* payload.contentAttachment.size = 2
* payload.contentAttachment.data = "e30="

Instance: ada-answer-of-another
InstanceOf: HubTask
Usage: #example
Title: "Whoever coordinates decides about an answer that came from a service that was not asked"
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/kept-answer"
* extension[=].extension[+].url = "message"
* extension[=].extension[=].valueReference = Reference(Communication/ada-message-of-another)
* extension[=].extension[+].url = "mark"
* extension[=].extension[=].valueString = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
* extension[=].extension[+].url = "says"
* extension[=].extension[=].valueCode = #refused
* extension[=].extension[+].url = "reason"
* extension[=].extension[=].valueCode = #no-capacity
* extension[=].extension[+].url = "words"
* extension[=].extension[=].valueString = "Full until March."
* extension[=].extension[+].url = "organization"
* extension[=].extension[=].valueIdentifier.system = "https://fhir.nhs.uk/Id/ods-organization-code"
* extension[=].extension[=].valueIdentifier.value = "A1001"
* extension[=].extension[+].url = "at"
* extension[=].extension[=].valueInstant = "2026-09-30T09:00:00Z"
* basedOn = Reference(ServiceRequest/ada-strength-and-balance)
* partOf = Reference(Task/ada-leisure-asked)
* status = #requested
* intent = #order
* code = $task-kind#answer-of-another "Answer from somebody who was not asked"
* focus = Reference(ServiceRequest/ada-strength-and-balance)
* for = Reference(Patient/ada)
* authoredOn = "2026-09-30T09:00:00Z"
* requester = Reference(Organization/community-team)
* owner = Reference(Organization/single-point-of-access)
* restriction.period.end = "2026-10-01T09:00:00Z"

Instance: carys-mood-and-memory
InstanceOf: HubServiceRequest
Usage: #example
Title: "Carys needs help with mood and memory"
* status = #active
* intent = #order
* category = $request-category#neuro-rehabilitation "Neuro-rehabilitation pathway"
* priority = #urgent
* code.text = "Neuropsychology: low mood and memory problems with MS; has stopped coming to physiotherapy"
* subject = Reference(Patient/carys)
* authoredOn = "2026-10-05T09:30:00+01:00"
* requester = Reference(Organization/community-team)
* performer = Reference(Organization/neuropsychology)
* meta.security = https://handrail.example/fhir/CodeSystem/data-class#mental-health "Mental health"

Instance: carys-neuropsychology-refused
InstanceOf: HubTask
Usage: #example
Title: "Neuropsychology refuses with a next step"
* basedOn = Reference(ServiceRequest/carys-mood-and-memory)
* status = #rejected
* statusReason = $refusal-reason#too-complex "Too complex for this service"
* statusReason.text = "Mood is the larger problem just now and needs treating first."
* intent = #order
* code = $task-kind#referral "Referral to one provider"
* focus = Reference(ServiceRequest/carys-mood-and-memory)
* for = Reference(Patient/carys)
* authoredOn = "2026-10-05T09:30:01+01:00"
* requester = Reference(Organization/community-team)
* owner = Reference(Organization/neuropsychology)
* restriction.period.end = "2026-10-06T09:30:01+01:00"
* output[0].type = $task-output#next-owner "Next owner"
* output[0].valueReference = Reference(Organization/single-point-of-access)
* output[1].type = $task-output#next-action "Next action"
* output[1].valueString = "Call neuropsychology, talking therapy and the community lead together."
* output[2].type = $task-output#due "Due"
* output[2].valueDateTime = "2026-10-19T09:30:00+01:00"

Instance: dafydd-hospital-alert
InstanceOf: HubTask
Usage: #example
Title: "Dafydd is in hospital"
* status = #requested
* intent = #order
* priority = #urgent
* code = $task-kind#hospital-alert "Hospital alert"
* focus = Reference(Encounter/dafydd-stay)
* encounter = Reference(Encounter/dafydd-stay)
* for = Reference(Patient/dafydd)
* authoredOn = "2026-11-21T02:14:20Z"
* owner = Reference(Organization/pump-centre)
* restriction.period.end = "2026-11-22T02:14:20Z"

Instance: dafydd-ward-answer
InstanceOf: HubTask
Usage: #example
Title: "The ward is asked to answer the alert"
* partOf = Reference(Task/dafydd-hospital-alert)
* status = #accepted
* intent = #order
* code = $task-kind#alert-answer "Answer to a hospital alert"
* focus = Reference(Encounter/dafydd-stay)
* encounter = Reference(Encounter/dafydd-stay)
* for = Reference(Patient/dafydd)
* authoredOn = "2026-11-21T02:14:20Z"
* performerType = https://handrail.example/fhir/CodeSystem/answering-role#ward "Ward"
* owner = Reference(Organization/hospital)
* restriction.period.end = "2026-11-21T02:44:20Z"
* input.type = $task-input#alert-line "Line of a hospital alert"
* input.type.text = "Refill"
* input.valueString = "Refill due by 23 Nov 2026; low-reservoir alarm expected 24 Nov 2026."
* input.extension[0].url = "https://handrail.example/fhir/StructureDefinition/line-source"
* input.extension[0].extension[0].url = "source"
* input.extension[0].extension[0].valueReference = Reference(Organization/pump-centre)
* input.extension[0].extension[1].url = "as-of"
* input.extension[0].extension[1].valueDate = "2026-08-14"
