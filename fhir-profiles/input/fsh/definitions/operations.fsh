Instance: refuse
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/refuse"
* version = "0.1.0"
* name = "Refuse"
* title = "Refuse a task"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A provider does not take the need. All five are required: a refusal without a next step is not stored."
* affectsState = true
* code = #refuse
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Why: a code of refusal-reason."
* parameter[=].type = #Coding
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://handrail.example/fhir/ValueSet/refusal-reason"
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The reason in plain words."
* parameter[=].type = #string
* parameter[+].name = #nextOwner
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Who answers for the need now."
* parameter[=].type = #Reference
* parameter[+].name = #nextAction
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What the next owner is to do."
* parameter[=].type = #string
* parameter[+].name = #due
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "By when."
* parameter[=].type = #dateTime
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The refused Task."
* parameter[=].type = #Task

Instance: triage
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/triage"
* version = "0.1.0"
* name = "Triage"
* title = "Triage a task"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The single point of access decides. What else is needed depends on the outcome."
* affectsState = true
* code = #triage
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #outcome
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "One of the eight triage outcomes."
* parameter[=].type = #code
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://handrail.example/fhir/ValueSet/triage-outcome"
* parameter[+].name = #receiver
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Who is asked: one for accept and redirect, several for split and joint-review."
* parameter[=].type = #Reference
* parameter[+].name = #question
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For ask."
* parameter[=].type = #string
* parameter[+].name = #advice
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For advise."
* parameter[=].type = #string
* parameter[+].name = #interimPlan
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For waiting-list."
* parameter[=].type = #string
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For not-suitable: a code of refusal-reason."
* parameter[=].type = #Coding
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://handrail.example/fhir/ValueSet/refusal-reason"
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For not-suitable: the reason in plain words."
* parameter[=].type = #string
* parameter[+].name = #nextOwner
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For not-suitable."
* parameter[=].type = #Reference
* parameter[+].name = #nextAction
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For not-suitable."
* parameter[=].type = #string
* parameter[+].name = #due
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For not-suitable and waiting-list."
* parameter[=].type = #dateTime
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Tasks made or changed."
* parameter[=].type = #Bundle

Instance: acknowledge
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/acknowledge"
* version = "0.1.0"
* name = "Acknowledge"
* title = "Acknowledge a task"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Somebody has it. Stops the escalation of this role."
* affectsState = true
* code = #acknowledge
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #by
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Who has it; the caller when absent."
* parameter[=].type = #Reference
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The acknowledged Task."
* parameter[=].type = #Task

Instance: hand-on
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/hand-on"
* version = "0.1.0"
* name = "HandOn"
* title = "Hand a task on"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Passes a task to somebody else. Silence is not handing on."
* affectsState = true
* code = #hand-on
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #to
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The new owner."
* parameter[=].type = #Reference
* parameter[+].name = #by
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Who hands it on; the caller when absent."
* parameter[=].type = #Reference
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Task with its new owner."
* parameter[=].type = #Task

Instance: close
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/close"
* version = "0.1.0"
* name = "Close"
* title = "Close a task"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Ends a task with an outcome."
* affectsState = true
* code = #close
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #outcome
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What came of it: a code of alert-outcome."
* parameter[=].type = #code
* parameter[=].binding.strength = #preferred
* parameter[=].binding.valueSet = "https://handrail.example/fhir/ValueSet/alert-outcome"
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "In plain words."
* parameter[=].type = #string
* parameter[+].name = #person
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Of a match to be decided as same-person: which of the candidates. Required where there are several."
* parameter[=].type = #Reference
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/Patient"
* parameter[+].name = #by
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Who closes it; the caller when absent."
* parameter[=].type = #Reference
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The closed Task."
* parameter[=].type = #Task

Instance: withdraw
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/withdraw"
* version = "0.1.0"
* name = "Withdraw"
* title = "Withdraw a need"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The need is no longer there; every open Task of it ends."
* affectsState = true
* code = #withdraw
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Why, in plain words."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The withdrawn request."
* parameter[=].type = #ServiceRequest

Instance: preview
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/preview"
* version = "0.1.0"
* name = "Preview"
* title = "Preview what would be sent"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Exactly what would be sent, to whom, by which channel."
* affectsState = false
* code = #preview
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #receiver
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Who would receive it."
* parameter[=].type = #Reference
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What would be sent."
* parameter[=].type = #Bundle

Instance: match
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/match"
* version = "0.1.0"
* name = "Match"
* title = "Find who could help"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A ranked list with reasons for and against every candidate, the excluded ones too."
* affectsState = false
* code = #match
* resource = #ServiceRequest
* system = false
* type = true
* instance = false
* parameter[+].name = #request
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The need; an unsaved ServiceRequest is sent as the parameter resource."
* parameter[=].type = #Reference
* parameter[+].name = #near
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Postcode, or latitude and longitude with a comma."
* parameter[=].type = #string
* parameter[+].name = #count
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many at most."
* parameter[=].type = #positiveInt
* parameter[+].name = #withinMiles
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How far is still near; 30 when absent. What is farther is counted and not listed."
* parameter[=].type = #positiveInt
* parameter[+].name = #ageBand
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Band of age of whoever it is for: 0-17, 18-39, 40-64, 65-79, 80-. It is counted for the screening-out report and decides nothing."
* parameter[=].type = #code
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "One parameter candidate for each, with for and against."
* parameter[=].type = #Parameters

Instance: attach
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/attach"
* version = "0.1.0"
* name = "Attach"
* title = "Attach a file to a request"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A file goes with an open request: PDF, PNG, JPEG or plain text of up to 3 MB, by what it holds and not by its name. Where the hub has a scanner, what is not clean is not kept. The same file again changes nothing."
* affectsState = true
* code = #attach
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #file
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The file: data in base64, and title as its name."
* parameter[=].type = #Attachment
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What goes with the request, as $attachments says it."
* parameter[=].type = #Parameters

Instance: attachments
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/attachments"
* version = "0.1.0"
* name = "Attachments"
* title = "What goes with a request"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The files that go with a request, as the caller may see them: attachment with parts communication (where the content is read), name, contentType, size, sender, sent, and scan: clean, not-scanned, or not-taken for one that was written past $attach and is none that would be taken."
* affectsState = false
* code = #attachments
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "One attachment for each file."
* parameter[=].type = #Parameters

Instance: subscription-status
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/subscription-status"
* version = "0.1.0"
* name = "SubscriptionStatus"
* title = "Status of subscriptions"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Where a Subscription stands and how many events it has had. As in HL7 Subscriptions R5 Backport IG 1.1."
* affectsState = false
* base = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status"
* code = #status
* resource = #Subscription
* system = false
* type = true
* instance = true
* parameter[+].name = #id
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "On the type: the Subscriptions asked about."
* parameter[=].type = #id
* parameter[+].name = #status
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "On the type: only those in this state."
* parameter[=].type = #code
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "A searchset of status Parameters."
* parameter[=].type = #Bundle

Instance: subscription-events
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/subscription-events"
* version = "0.1.0"
* name = "SubscriptionEvents"
* title = "Earlier events of a subscription"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The events between two numbers, both included, for a receiver that saw a gap. As in HL7 Subscriptions R5 Backport IG 1.1."
* affectsState = false
* base = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events"
* code = #events
* resource = #Subscription
* system = false
* type = false
* instance = true
* parameter[+].name = #eventsSinceNumber
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The first number wanted; 1 when absent."
* parameter[=].type = #string
* parameter[+].name = #eventsUntilNumber
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The last number wanted; the newest when absent."
* parameter[=].type = #string
* parameter[+].name = #content
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "empty or id-only; what the Subscription has when absent."
* parameter[=].type = #code
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "One notification Bundle of type query-event."
* parameter[=].type = #Bundle

Instance: process-message
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/process-message"
* version = "0.1.0"
* name = "ProcessMessage"
* title = "Notice of a hospital stay"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Admission, transfer and discharge as Da Vinci Unsolicited Notifications describes them. The answer is the same whether the person is on the register or not, and nothing is kept of who is not."
* affectsState = true
* base = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"
* code = #process-message
* system = true
* type = false
* instance = false
* parameter[+].name = #content
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "A message Bundle: MessageHeader, Encounter, Patient."
* parameter[=].type = #Bundle

Instance: hospital-board
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/hospital-board"
* version = "0.1.0"
* name = "HospitalBoard"
* title = "Who is in hospital now"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The open hospital alerts that the caller may see, as a searchset in the order of a board: what waits for the caller's own answer first, then what waits for anybody's, then what is answered; the most overdue first. Each alert is a match; its answers, stay, person and organisations are included."
* affectsState = false
* code = #hospital-board
* resource = #Task
* system = false
* type = true
* instance = false
* parameter[+].name = #ward
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Only people who are in a place that begins so, as the hospital writes it. Stays whose place is concealed are left out."
* parameter[=].type = #string
* parameter[+].name = #waiting
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "'own': only what waits for the caller's organisation; 'any': only what waits for somebody."
* parameter[=].type = #code
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The board."
* parameter[=].type = #Bundle
