Instance: ada-class-attended
InstanceOf: TherapySession
Usage: #example
Title: "Ada came to her class"
* extension[sector].valueCode = #leisure
* extension[checkedLevel].valueCode = #worker-recorded
* extension[funder].valueCode = #person
* extension[approach].valueCode = #hands-off
* extension[setting].valueCode = #leisure-centre
* extension[deliveryMode].valueCode = #group
* extension[dose].extension[minutes].valuePositiveInt = 45
* extension[dose].extension[effort].valueUnsignedInt = 4
* extension[recordedAt].valueDateTime = "2026-10-06T12:05:00+01:00"
* status = #completed
* code = $intervention-kind#chair-based-exercise "Chair-based exercise class"
* code.text = "Chair Based Exercise"
* subject = Reference(Patient/ada)
* basedOn = Reference(ServiceRequest/ada-strength-and-balance)
* performedPeriod.start = "2026-10-06T10:30:00+01:00"
* performedPeriod.end = "2026-10-06T11:15:00+01:00"
* performer.actor = Reference(Practitioner/leisure-instructor)
* performer.onBehalfOf = Reference(Organization/leisure)
* note.text = "Stood twice with the rail."

Instance: ada-class-missed
InstanceOf: TherapySession
Usage: #example
Title: "Ada missed a class because of a flare"
* extension[sector].valueCode = #leisure
* extension[checkedLevel].valueCode = #worker-recorded
* status = #not-done
* statusReason = https://handrail.example/fhir/CodeSystem/absence-reason#flare "Flare or relapse"
* code = $intervention-kind#chair-based-exercise "Chair-based exercise class"
* code.text = "Chair Based Exercise"
* subject = Reference(Patient/ada)
* performedDateTime = "2026-10-20"
* performer.actor = Reference(Organization/leisure)

Instance: ada-timed-up-and-go-12-weeks
InstanceOf: OutcomeMeasure
Usage: #example
Title: "Ada at twelve weeks"
* extension[checkedLevel].valueCode = #registered-professional-recorded
* status = #final
* category = $observation-category#survey
* code = $measure#timed-up-and-go "Timed Up and Go"
* code.text = "Timed Up and Go"
* subject = Reference(Patient/ada)
* effectiveDateTime = "2026-12-21"
* performer = Reference(Practitioner/physiotherapist)
* valueQuantity = 17.9 's' "s"
* derivedFrom = Reference(Observation/ada-tug-1)
