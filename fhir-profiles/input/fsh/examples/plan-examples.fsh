Instance: bryn-standing-goal
InstanceOf: HubGoal
Usage: #example
Title: "Bryn wants to stand for the anthem"
* extension[burden].valueString = "Twenty minutes every day, and somebody with him."
* lifecycleStatus = #active
* description.text = "Stand for the whole anthem at the match."
* subject = Reference(Patient/bryn)
* startDate = "2026-09-14"
* target.dueDate = "2027-02-06"
* expressedBy = Reference(Patient/bryn)

Instance: bryn-plan
InstanceOf: RehabilitationPlan
Usage: #example
Title: "Bryn's plan, back at the therapy centre"
* extension[nextReview].valueDate = "2027-03-01"
* extension[burden].valueString = "Two mornings a week at the centre."
* status = #active
* intent = #plan
* title = "Standing and stretching, September 2026 to March 2027"
* subject = Reference(Patient/bryn)
* period.start = "2026-09-14"
* created = "2026-09-14"
* author = Reference(Organization/neurorehab)
* contributor = Reference(Organization/therapy-centre)
* addresses = Reference(Condition/bryn-multiple-sclerosis)
* goal = Reference(Goal/bryn-standing-goal)
* activity[0].detail.status = #in-progress
* activity[=].detail.code = $intervention-kind#standing-frame "Standing frame"
* activity[=].detail.description = "Stands in the frame with somebody beside him, mornings."
* activity[=].detail.scheduledString = "Every day"
* activity[=].detail.performer = Reference(Organization/therapy-centre)
* activity[+].detail.status = #in-progress
* activity[=].detail.code = $intervention-kind#stretching "Stretching"
* activity[=].detail.description = "Is shown stretches for both calves, and does them at home."
* activity[=].detail.scheduledString = "Twice a week at the centre"
* activity[=].detail.performer = Reference(Practitioner/centre-physiotherapist)

Instance: carys-joint-assessment
InstanceOf: JointAssessment
Usage: #example
Title: "Carys is assessed by four services together"
* basedOn = Reference(ServiceRequest/carys-mood-and-memory)
* questionnaire = "https://handrail.example/fhir/Questionnaire/joint-assessment"
* status = #completed
* subject = Reference(Patient/carys)
* authored = "2026-11-16T15:40:00Z"
* author = Reference(Organization/community-team)
* source = Reference(Patient/carys)
* item[0].linkId = "goals"
* item[=].extension[sectionOwner].valueReference = Reference(Patient/carys)
* item[=].item.linkId = "goals-own-words"
* item[=].item.answer.valueString = "Pick my daughter up from school on foot."
* item[+].linkId = "physiotherapy"
* item[=].extension[sectionOwner].valueReference = Reference(Practitioner/physiotherapist)
* item[=].item.linkId = "walking"
* item[=].item.answer.valueString = "Walks 300 m without an aid, tires on the way back."
* item[+].linkId = "occupational-therapy"
* item[=].extension[sectionOwner].valueReference = Reference(Practitioner/occupational-therapist)
* item[=].item.linkId = "occupational-therapy-words"
* item[=].item.answer.valueString = "A written list by the door helps."
* item[+].linkId = "mood"
* item[=].extension[sectionOwner].valueReference = Reference(Organization/neuropsychology)
* item[=].item.linkId = "mood-words"
* item[=].item.answer.valueString = "Low most days since the summer; counselling begins on Thursday."
* item[+].linkId = "cognition"
* item[=].extension[sectionOwner].valueReference = Reference(Organization/neuropsychology)
* item[=].item.linkId = "cognition-words"
* item[=].item.answer.valueString = "Forgets appointments; testing is asked for."
* item[+].linkId = "fatigue"
* item[=].extension[sectionOwner].valueReference = Reference(Practitioner/occupational-therapist)
* item[=].extension[sectionAnswered].extension[by].valueReference = Reference(Organization/community-team)
* item[=].extension[sectionAnswered].extension[at].valueDateTime = "2026-11-16T15:20:00Z"
* item[=].item[0].linkId = "fatigue-words"
* item[=].item[0].answer.valueString = "Worse after two in the afternoon."
* item[=].item[+].linkId = "fatigue-score"
* item[=].item[=].answer.valueDecimal = 7
* item[=].item[=].answer.extension[0].url = "https://handrail.example/fhir/StructureDefinition/prefilled"
* item[=].item[=].answer.extension[=].extension[0].url = "source"
* item[=].item[=].answer.extension[=].extension[=].valueReference = Reference(Observation/carys-fatigue)
* item[=].item[=].answer.extension[=].extension[+].url = "asOf"
* item[=].item[=].answer.extension[=].extension[=].valueDateTime = "2026-11-02"
* item[+].linkId = "pain"
* item[=].extension[sectionOwner].valueReference = Reference(Practitioner/physiotherapist)
* item[=].extension[notAsked].valueString = "She had to leave for the school run; asked on Monday."
* item[+].linkId = "participation"
* item[=].extension[sectionOwner].valueReference = Reference(Organization/therapy-centre)
* item[=].item.linkId = "participation-words"
* item[=].item.answer.valueString = "Has stopped going to choir and would like to go back."

Instance: carys-fatigue
InstanceOf: OutcomeMeasure
Usage: #example
Title: "Her own number for fatigue, which the assessment carries in"
* extension[checkedLevel].valueCode = #person-said
* status = #final
* code = $measure#fatigue-0-10 "Fatigue, 0 to 10"
* code.text = "Fatigue, 0 to 10"
* subject = Reference(Patient/carys)
* effectiveDateTime = "2026-11-02"
* performer = Reference(Patient/carys)
* valueQuantity = 7 '{score}' "of 10"
