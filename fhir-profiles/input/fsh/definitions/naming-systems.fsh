RuleSet: OurNaming(id, description)
* name = "{id}"
* status = #draft
* kind = #identifier
* date = "2026-11-21"
* publisher = "Handrail"
* description = {description}
* uniqueId[0].type = #uri
* uniqueId[0].value = "https://handrail.example/fhir/Id/{id}"
* uniqueId[0].preferred = true

Instance: task-key
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(task-key, [["Idempotency key of a Task that the hub wrote: the same decision twice is one Task."]])

Instance: need-reference
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(need-reference, [["One reference number for each need, whoever is asked."]])

Instance: stay
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(stay, [["A hospital stay as the alerts service knows it; on the Encounter."]])

Instance: session-key
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(session-key, [["The recording system's own key of a session, so that sending it twice makes one entry."]])

Instance: hl7v2-facility
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(hl7v2-facility, [["A facility as an HL7 v2 sender writes it in MSH-4, on the Organization it belongs to."]])

Instance: hub
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(hub, [["Parts of the hub that own Tasks when nobody else can."]])

Instance: demo
InstanceOf: NamingSystem
Usage: #definition
* insert OurNaming(demo, [["Name of an organisation, person or record of the demonstration."]])
