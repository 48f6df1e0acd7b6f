CodeSystem: TaskKind
Id: task-kind
Title: "Kind of task"
Description: "What a Task of the hub asks for: of one provider, of the single point of access, or of the people who answer for a hospital stay."
* insert OurCodes
* #referral "Referral to one provider" "One provider is asked to take the need."
* #single-point-of-access "Triage at the single point of access" "Nobody was named: the access point decides who is asked."
* #next-step "Next step after a refusal" "The next owner of a refused need carries out the action the refuser named."
* #escalation "Overdue, taken up the ladder" "A task passed its due time; the next owner of the ladder answers for it."
* #joint-review "Joint review" "Two refusals of one need: the services that refused look at it together."
* #more-information "More information wanted" "The triager asked the sender a question."
* #advice "Advice wanted" "A specialist is asked for advice without taking the person on."
* #reader-note "Note from a reader of a link" "Somebody who opened a link of the person left a note; the home team accepts or dismisses it."
* #waiting-list "On a waiting list with an interim plan" "Accepted later; the owner of the list reviews it by the due time."
* #unmet-need-review "Review of an unmet need" "No service exists or has room: the owner of the entry asks again by the review date."
* #interim-support "Support meanwhile" "Until somebody has taken a protected need on: who is listed that could help, and what to ring in a crisis."
* #sessions-missed "Sessions missed without a reason" "Two sessions in a row were missed and nobody said why."
* #place-kept "Place that was not taken back" "A booked place was cancelled here and its seller has not taken it back: somebody rings the seller."
* #answer-of-another "Answer from somebody who was not asked" "An answer, a change or a withdrawal came for a referral from a service that does not stand in it: whoever coordinates takes it, or sets it aside."
* #review-due "Review due" "A treatment, device or home programme is due for review."
* #entry-query "Query about an entry" "What was entered does not agree with itself: whoever made the entry is asked. Shown to nobody else."
* #after-discharge "Contact after a hospital stay" "The community team sees the person after discharge."
* #hospital-alert "Hospital alert" "A registered person is in hospital; closed when the stay ends."
* #alert-answer "Answer to a hospital alert" "One answering role says that it has the alert."
* #death-notice "Death of somebody with an open need" "A hospital or the record says that the person has died: whoever answers for an open need ends what is planned."
* #identity-review "Match to be decided by a person" "A hospital message nearly fits a registered person."
* #delivery-failed "Notification that did not arrive" "A subscription, e-mail or SMS could not be delivered: somebody mends the route."
* #feed-silent "Hospital feed fallen silent" "Nothing was heard from a hospital for longer than is usual there."
* #break-glass-review "Review of emergency access" "Somebody saw a record in an emergency: was it right?"
* #correction "Correction asked for by the person" "The person says that an entry is wrong: whoever made it corrects it, or says why it stays. The entry is never changed by the asking."
* #access-query "Question about who looked" "The person asks why somebody looked at the record."
* #possible-duplicate "Possibly one person twice" "Two records may be of one person: somebody decides, and merges them or does not."
* #merge-review "Review of a merge" "Two records became one, or two again: somebody looks at what moved and what stayed."
* #urgent-answer "Answer to be looked at now" "An answer in an assessment must be looked at at once: the named role is paged, then a deputy, then on-call. It says nothing of the answer."
* #message-unreadable "Hospital message to be mended" "A message that could not be read waits in quarantine for a person."

CodeSystem: TaskOutput
Id: task-output
Title: "Kind of task output"
Description: "What a Task of the hub holds in output. A rejected Task holds next-owner, next-action and due."
* insert OurCodes
* #next-owner "Next owner" "Who answers for the need now. valueReference."
* #next-action "Next action" "What the next owner is to do, in plain words. valueString."
* #due "Due" "By when. valueDateTime."
* #outcome "Outcome" "What came of it. valueString or valueCodeableConcept."
* #triage-outcome "Triage outcome" "One of the eight triage outcomes. valueCodeableConcept."
* #interim-plan "Interim plan" "What the person has while waiting. valueString."
* #question "Question" "What the triager wants to know. valueString."
* #answer "Answer" "The sender's answer, or the advice given. valueString."
* #person "Person" "Whom a match was decided to be about. valueReference."
* #next-task "Next task" "The Task made in consequence. valueReference."

CodeSystem: RefusalReason
Id: refusal-reason
Title: "Reason for a refusal"
Description: "Why a provider does not take a need. Plain words go with every code; a refusal without a next step is not stored."
* insert OurCodes
* #too-complex "Too complex for this service" "The service says that the person's needs go beyond what it can offer."
* #no-capacity "No capacity" "The service would take the person but has no room in the time asked."
* #outside-area "Outside the area" "The person lives or is registered outside the area served."
* #not-eligible "Entry rule not met" "A written entry rule of the service is not met; the words name the rule."
* #source-not-accepted "Sender not accepted" "The service takes referrals only from certain senders. Counted as screening out."
* #not-appropriate "Not the right service for this need" "Another kind of service fits the need better."
* #not-safe-here "Not safe in this setting" "A precaution of the person cannot be kept here; the words say which."
* #access-not-met "Access need not met" "An access need of the person, such as a hoist, a ground floor or an interpreter, cannot be met here; the words name it."
* #information-missing "Information missing" "What was asked for did not come."
* #already-receiving "Already receiving this" "The person already has this from this or another service."
* #patient-declined "Person declined" "The person does not want it now."
* #unable-to-contact "Unable to contact" "The person could not be reached by the ways and times they prefer."
* #in-hospital "Person is in hospital" "It cannot begin during the stay."
* #person-died "Person has died" "The person has died."
* #did-not-attend "Did not attend" "The receiver says that the person did not come. The need stays open, and somebody asks why."
* #not-delivered "Not delivered" "The referral could not be delivered to the receiver by its channel."
* #other-in-words "Another reason, given in words" "None of the codes fits; statusReason.text says why."

CodeSystem: TriageOutcome
Id: triage-outcome
Title: "Triage outcome"
Description: "The eight outcomes of triage at the single point of access."
* insert OurCodes
* #accept "Accept" "One provider is asked."
* #split "Accept and split" "Several providers are asked under one need."
* #ask "Ask for more" "A question goes back to the sender."
* #advise "Advise" "Advice answers the need."
* #redirect "Redirect" "Another access point or service is the right one."
* #joint-review "Joint review" "Several services look at it together."
* #waiting-list "Waiting list with interim plan" "Taken later; something is offered meanwhile."
* #not-suitable "Not suitable, with next step" "Refused with reason, words, next owner, next action and due date."

CodeSystem: AnswerDecision
Id: answer-decision
Title: "What was decided of an answer from somebody who was not asked"
Description: "The outcome of a Task answer-of-another."
* insert OurCodes
* #taken "Taken" "It was taken as what whoever was asked says."
* #set-aside "Set aside" "It changes nothing; it stays in the record."

CodeSystem: KeptAnswer
Id: kept-answer
Title: "What an answer from somebody who was not asked says"
Description: "About a step, or about the request itself."
* insert OurCodes
* #taken-up "They will help"
* #refused "They cannot help"
* #done "They have done it"
* #did-not-attend "The person did not come"
* #update "The request is changed"
* #withdraw "The request is withdrawn"
* #entered-in-error "The request was sent by mistake"

CodeSystem: RequestCategory
Id: request-category
Title: "Category of request"
Description: "A ServiceRequest in the category neuro-rehabilitation is routed by the hub."
* insert OurCodes
* #neuro-rehabilitation "Neuro-rehabilitation pathway" "A need on the neuro-rehabilitation pathway, routed and clocked by the hub."
* #advice "Advice" "Beside another category: advice is asked for, and not that somebody takes the person on. Who advises may take the person on all the same."

CodeSystem: ServiceKind
Id: service-kind
Title: "Kind of service on the pathway"
Description: "What a service offers, as the pathway, the directory and the unmet-need ledger name it."
* insert OurCodes
* ^property[+].code = #snomed
* ^property[=].description = "The UK service type with the same meaning, where one is confirmed."
* ^property[=].type = #Coding
* #single-point-of-access "Single point of access"
* #community-neuro-team "Community neurological team"
* #neuro-physiotherapy "Neurological physiotherapy"
* #occupational-therapy "Occupational therapy"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#310093001 "Occupational therapy service"
* #speech-and-language-therapy "Speech and language therapy"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#310101009 "Speech and language therapy service"
* #specialist-neuro-rehabilitation "Specialist neuro-rehabilitation"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#893221000000106 "Specialist rehabilitation service"
* #neuropsychology "Neuropsychology"
* #neuropsychiatry "Neuropsychiatry"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#1323921000000108 "Neuropsychiatry service"
* #counselling "Counselling"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#310026003 "Counselling service"
* #talking-therapy "Talking therapy"
* #peer-support "Peer support"
* #therapy-centre "Therapy centre run by a charity"
* #exercise-class "Exercise class"
* #hydrotherapy "Hydrotherapy"
* #spasticity-clinic "Spasticity clinic"
* #pump-centre "Intrathecal pump centre"
* #orthotics "Orthotics"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#310109006 "Orthotics service"
* #social-care "Social care"
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#310134006 "Social services"

CodeSystem: UnmetNeed
Id: unmet-need
Title: "Why a need is unmet"
Description: "Why an asked-for service could not be given. One entry for each need, with owner and review date."
* insert OurCodes
* #no-service "No such service in the area"
* #no-capacity "Service exists but has no room"
* #refused-everywhere "Refused by every service asked"
* #refused-too-complex "Refused as too complex"
* #transport "No way to get there"
* #cost "The person cannot pay"
* #time-of-day "Offered only when the person is not well enough"
* #access "The place cannot be entered or used"
* #language-or-format "Not offered in the person's language or format"

CodeSystem: StepEnded
Id: step-ended
Title: "Why a step ended without a refusal"
Description: "Why a Task was cancelled though nobody refused it."
* insert OurCodes
* #answered "What it watched over was answered, or has a new due time"
* #need-ended "The need was met, withdrawn or entered by mistake"
* #replaced "Another step took its place"

CodeSystem: StepHeld
Id: step-held
Title: "Why a step is held"
Description: "Why a Task is on hold."
* insert OurCodes
* #more-information "Waits for an answer" "Its owner asked a question; it goes on by itself when the answer has come."
* #absence "The person did not come" "Another need of theirs is open: the place is held, and whoever coordinates asks how they are."

CodeSystem: ReferralStatus
Id: referral-status
Title: "Status of a referral in plain words"
Description: "The eight words that everybody sees: sender, receiver and person, whichever sector they are of. Computed from the Tasks of a need."
* insert OurCodes
* #sent "Sent" "Somebody has it and has not looked at it yet."
* #being-looked-at "Being looked at" "Somebody decides about it."
* #more-information-needed "More information needed" "A question went back to the sender."
* #accepted "Accepted" "Somebody takes it on."
* #waiting "Waiting" "On a waiting list with an interim plan, or in the unmet-need ledger with a review date."
* #on-hold "On hold" "Begun, and paused."
* #not-suitable "Not suitable – next step arranged" "Refused, with a reason; somebody has the next step."
* #finished "Finished" "Met, withdrawn or ended."

CodeSystem: DeliveryChannel
Id: delivery-channel
Title: "Channel to a receiver"
Description: "By which channel a receiver is reached; the tag of what $preview shows."
* insert OurCodes
* #hub "In the hub" "Inbox on the pages, FHIR and subscription: the receiver reads the request and its Task, as far as its grade allows."
* #bars "NHS BaRS" "A message Bundle to the service's DoS id."
* #link "Secure link" "An e-mail with a link that shows nothing before a code which goes by a second way."
