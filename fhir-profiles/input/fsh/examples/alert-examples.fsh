Instance: carys-person
InstanceOf: HubPatient
Usage: #example
Title: "Carys, whose whereabouts only her own team sees"
* extension[0].url = "https://handrail.example/fhir/StructureDefinition/location-restricted"
* extension[0].valueBoolean = true
* identifier.system = $nhs-number
* identifier.value = "9990001235"
* active = true
* name.family = "Vaughan"
* name.given = "Carys"
* birthDate = "1988-06-30"

Instance: deputy-told-in-the-morning
InstanceOf: Subscription
Usage: #example
Title: "A deputy who is told in the morning what the night brought"
* status = #active
* reason = "Deputy of the community team"
* criteria = "https://handrail.example/fhir/SubscriptionTopic/alert"
* channel.extension.url = "https://handrail.example/fhir/StructureDefinition/notify-when"
* channel.extension.valueCode = #today
* channel.type = #email
* channel.endpoint = "mailto:deputy@community-team.example"

Instance: dafydd-visit-held
InstanceOf: Appointment
Usage: #example
Title: "A physiotherapy visit that waits until Dafydd is home"
* extension.url = "https://handrail.example/fhir/StructureDefinition/paused-for"
* extension.valueReference = Reference(Encounter/dafydd-stay)
* status = #pending
* description = "Physiotherapy at the therapy centre"
* start = "2026-11-25T10:00:00Z"
* end = "2026-11-25T10:45:00Z"
* participant.actor = Reference(Patient/dafydd)
* participant.status = #tentative

Instance: shorter-ladder
InstanceOf: PlanDefinition
Usage: #example
Title: "A rule under which nobody waits as long"
* extension[0].url = "https://handrail.example/fhir/StructureDefinition/ladder-minutes"
* extension[0].valueInteger = 10
* extension[1].url = "https://handrail.example/fhir/StructureDefinition/ladder-minutes"
* extension[1].valueInteger = 20
* status = #draft
* title = "Hospital alert: a shorter ladder"

Instance: emergencies-alone
InstanceOf: PlanDefinition
Usage: #example
Title: "A rule that speaks for emergencies alone"
* extension[0].url = "https://handrail.example/fhir/StructureDefinition/alert-admission"
* extension[0].valueCode = #emergency
* status = #draft
* title = "Hospital alert: emergencies alone"
