CodeSystem: Register
Id: register
Title: "Hospital alert register"
Description: "A person is registered by a Flag with one of these codes and a consent or decision behind it. An alert is never raised from a diagnosis code alone. A new condition is a line here and a file in rules; no code."
* insert OurCodes
* ^property[+].code = #snomed
* ^property[=].description = "The SNOMED CT concept with the same meaning, where one is confirmed."
* ^property[=].type = #Coding
* ^property[+].code = #holds
* ^property[=].description = "Whether the entry names a condition, a device or a medicine."
* ^property[=].type = #code
* #multiple-sclerosis "Multiple sclerosis"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#24700007 "Multiple sclerosis"
* #parkinsons "Parkinson's"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#49049000 "Parkinson's disease"
* #motor-neurone-disease "Motor neurone disease"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#37340000 "Motor neuron disease"
* #epilepsy "Epilepsy"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#84757009 "Epilepsy"
* #myasthenia-gravis "Myasthenia gravis"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#91637004 "Myasthenia gravis"
* #huntingtons "Huntington's disease"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#58756001 "Huntington's chorea"
* #spinal-cord-injury "Spinal cord injury"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #condition
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#90584004 "Spinal cord injury"
* #intrathecal-baclofen-pump "Intrathecal baclofen pump"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #device
* #deep-brain-stimulator "Deep brain stimulator"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #device
* #other-stimulator "Another implanted stimulator"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #device
* #irreversible-treatment "Treatment that cannot be undone"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #medicine
* #oral-baclofen "Baclofen by mouth"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #medicine
* #long-term-steroids "Long-term steroids"
  * ^property[+].code = #holds
  * ^property[=].valueCode = #medicine

CodeSystem: AnsweringRole
Id: answering-role
Title: "Who answers a hospital alert"
Description: "Each answering role has its own Task under the alert and acknowledges alone."
* insert OurCodes
* #ward "Ward"
* #specialist "Specialist team or device centre"
* #deputy "Deputy" "Told again by another route when nobody has answered."
* #site-lead "Site lead"
* #on-call "On-call route of the service"

CodeSystem: AlertOutcome
Id: alert-outcome
Title: "Outcome of a hospital alert"
Description: "What came of an alert when it is closed."
* insert OurCodes
* #seen "Person seen"
* #advice-given "Advice given"
* #not-needed "Not needed"
* #wrong-person "Wrong person"
* #same-person "Same person" "Of a match that was to be decided: it is the person who is named."
* #discharged "Stay ended"
* #withdrawn "Admission cancelled by the hospital"
* #resume "Resume what was paused" "After a stay: sessions and plans go on as they were."
* #change "Go on differently" "After a stay: sessions and plans change first."
* #stop "Stop" "After a stay: what was paused is not taken up again."
* #mended "Mended" "The route, feed or message works again."
* #acted-on "Acted on" "What follows from a death was done: plans, visits and requests were ended."
* #nothing-wrong "Nothing was wrong" "Looked into: the silence or failure needs no mending."

CodeSystem: ConsentKind
Id: consent-kind
Title: "What a consent is about"
Description: "Our own categories of Consent."
* insert OurCodes
* #hospital-alerts "To be on the hospital alert register"
* #share-in-hospital "To tell the care team during a hospital stay"
* #share-diagnosis "To tell a leisure or social-care provider the diagnosis"
* #referral "To send a referral and what it holds"
* #in-hub "To be in the hub" "Told what is recorded and who may read it when the person was entered. It opens nothing."
* #own-choice "The person's own choice of who sees what" "Closes or opens kinds of information, for an organisation, everybody or one referral."
* #carer "A carer may look" "Who, what, and until when."
* #best-interest "Decision in the person's best interest" "Recorded by a professional when the person cannot consent."

CodeSystem: CarerAction
Id: carer-action
Title: "What a carer may do in the person's name"
Description: "Actions of a provision of a Consent that names a carer. Without one a carer looks, and writes as a carer what the access policy says."
* insert OurCodes
* #ask-for-help "To ask for help" "A request to the single point of access in the person's name, who is told and can take it back."

CodeSystem: DeviceKind
Id: device-kind
Title: "Kind of device"
Description: "Devices the emergency view pins. No SNOMED CT code for an intrathecal baclofen pump is confirmed, so ours stands alone with text."
* insert OurCodes
* #intrathecal-baclofen-pump "Intrathecal baclofen pump"
* #deep-brain-stimulator "Deep brain stimulator"
* #vagus-nerve-stimulator "Vagus nerve stimulator"
* #shunt "Shunt"
* #feeding-tube "Feeding tube"
* #functional-electrical-stimulator "Functional electrical stimulator"

CodeSystem: DeviceProperty
Id: device-property
Title: "Property of an implanted device"
Description: "Fixed properties of the device itself; what changes at each refill is in the device block of its use."
* insert OurCodes
* #reservoir-volume "Reservoir volume"
* #usable-volume "Usable volume" "What can be given between refill and low-reservoir alarm."
* #mri "MRI rule, as recorded for this model"
* #ultrasound "Ultrasound rule, as recorded for this model"
* #pressure "Pressure rule, as recorded for this model"

CodeSystem: TaskInput
Id: task-input
Title: "Kind of task input"
Description: "What a Task of the hub tells its owner."
* insert OurCodes
* #alert-line "Line of a hospital alert" "One time-critical line, with its title as text. valueString; the extension line-source says where it comes from."
* #paused "Paused during a stay" "An appointment, session or request that was put on hold when the person came into hospital. valueReference."
* #on-duty "Who was on duty" "Whom the rota named when an answer was asked for. valueReference to a PractitionerRole."
* #need "Need" "The request that a step is about. valueReference."
* #participant "Participant" "Who takes part in a joint review. valueReference."
* #question "Question" "What the owner of a step wants to know. valueString."
* #interim-plan "Interim plan" "What the person has while waiting. valueString."
* #interim-option "Interim option" "A service that could help meanwhile, with its room as it was last said. valueReference."
* #crisis-words "Crisis words" "What to ring in a crisis, approved for the nation, or the emergency number alone. valueString."
* #area "Area" "Where a need is unmet, as the ledger counts it. valueString."
* #red-flag "Red-flag cue" "A cue that somebody approved stands in the request, or the referrer ticked it: whoever lists the step puts it on top, and nothing else follows. valueCodeableConcept, its text with source and approver."
* #possible-duplicate "Possible duplicate" "Another open need of the same person that asks for the same. valueReference."

CodeSystem: EscalationStep
Id: escalation-step
Title: "Step of the ladder of an alert"
Description: "How far an answer that nobody has given was taken up."
* insert OurCodes
* #second-channel "Told again by the second route"
* #named-role "The named role was paged"
* #deputy "The deputy was paged"
* #next-role "Taken to the next role"
* #site-lead "Taken to the site lead or service lead"
* #on-call "Taken to the on-call route of the service"
