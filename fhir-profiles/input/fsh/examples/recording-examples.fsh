Instance: ada-class-paused
InstanceOf: TherapySession
Usage: #example
Title: "Ada pauses her class after a flare"
* extension[sector].valueCode = #leisure
* extension[checkedLevel].valueCode = #worker-recorded
* extension[participation].valueCode = #paused
* status = #not-done
* statusReason = https://handrail.example/fhir/CodeSystem/absence-reason#flare "Flare or relapse"
* code = $intervention-kind#chair-based-exercise "Chair-based exercise class"
* code.text = "Chair Based Exercise"
* subject = Reference(Patient/ada)
* performedDateTime = "2026-10-27"
* performer.actor = Reference(Organization/leisure)

Instance: bryn-hydrotherapy-course
InstanceOf: TherapySession
Usage: #example
Title: "Six sessions in the pool, recorded as one entry, with a fall"
* extension[sector].valueCode = #third-sector
* extension[checkedLevel].valueCode = #registered-professional-recorded
* extension[sessionCount].valuePositiveInt = 6
* extension[recordedAt].valueDateTime = "2026-11-14T09:00:00Z"
* status = #completed
* code = $intervention-kind#hydrotherapy "Hydrotherapy"
* code.text = "Hydrotherapy"
* subject = Reference(Patient/bryn)
* performedPeriod.start = "2026-10-05"
* performedPeriod.end = "2026-11-09"
* performer.actor = Reference(Organization/therapy-centre)
* bodySite.text = "Both legs"
* outcome = https://handrail.example/fhir/CodeSystem/session-response#better "Better"
* outcome.text = "Looser for the rest of the day."
* complication = https://handrail.example/fhir/CodeSystem/session-event#fall "Fall"
* complication.text = "Slipped beside the pool, no harm."

Instance: bryn-monitored-only
InstanceOf: TherapySession
Usage: #example
Title: "Spasms are watched and deliberately not treated"
* extension[sector].valueCode = #nhs
* extension[checkedLevel].valueCode = #clinician-confirmed
* status = #completed
* code = $intervention-kind#monitoring-only "Monitored, deliberately not treated"
* code.text = "Monitored, deliberately not treated"
* subject = Reference(Patient/bryn)
* performedDateTime = "2026-11-02"
* performer.actor = Reference(Organization/neurorehab)
* reasonCode.text = "Stiffness helps him to stand; treatment would take that away."

Instance: bryn-spasms-before
InstanceOf: OutcomeMeasure
Usage: #example
Title: "Spasms a day before the trial"
* extension[checkedLevel].valueCode = #person-said
* status = #final
* code = $measure#spasm-frequency "Spasms per day"
* code.text = "Spasms per day"
* subject = Reference(Patient/bryn)
* effectiveDateTime = "2026-10-19"
* performer = Reference(Patient/bryn)
* valueQuantity = 10 '{spasms}/d' "spasms a day"

Instance: bryn-nabiximols-trial
InstanceOf: MedicationStatement
Usage: #example
Title: "Nabiximols on trial, stopped unless better by a fifth"
* extension[0].url = "https://handrail.example/fhir/StructureDefinition/treatment-trial"
* extension[0].extension[0].url = "start-measure"
* extension[0].extension[0].valueReference = Reference(bryn-spasms-before)
* extension[0].extension[1].url = "better"
* extension[0].extension[1].valueCode = #lower
* extension[0].extension[2].url = "threshold-percent"
* extension[0].extension[2].valueDecimal = 20
* extension[0].extension[3].url = "stop-on"
* extension[0].extension[3].valueDate = "2026-11-16"
* status = #active
* medicationCodeableConcept.text = "Nabiximols"
* subject = Reference(Patient/bryn)
* effectivePeriod.start = "2026-10-19"
* dateAsserted = "2026-10-19"
* informationSource = Reference(Organization/neurorehab)

Instance: bryn-diary-night
InstanceOf: DiaryEntry
Usage: #example
Title: "Spasms in the night, after a hot bath"
* extension[checkedLevel].valueCode = #person-said
* status = #final
* code = https://handrail.example/fhir/CodeSystem/diary-item#spasms "Spasms"
* code.text = "Spasms"
* subject = Reference(Patient/bryn)
* effectiveDateTime = "2026-11-18"
* performer = Reference(Patient/bryn)
* valueInteger = 7
* component[0].code = https://handrail.example/fhir/CodeSystem/diary-part#time-of-day "Time of day"
* component[0].valueCodeableConcept = https://handrail.example/fhir/CodeSystem/time-of-day#night "Night"
* component[1].code = https://handrail.example/fhir/CodeSystem/diary-part#trigger "What may have brought it on"
* component[1].valueCodeableConcept = https://handrail.example/fhir/CodeSystem/diary-trigger#heat "Heat"
* component[1].valueCodeableConcept.text = "A hot bath"
