Instance: complete
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/complete"
* version = "0.1.0"
* name = "Complete"
* title = "Complete a task"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "What came of a step. Alone it meets the need, unless others are still being asked; with a next owner, action and due time it opens the next step. Advice goes back to whoever asked."
* affectsState = true
* code = #complete
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #outcome
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What came of it, in words or coded."
* parameter[=].type = #string
* parameter[+].name = #nextOwner
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Who answers for the need now; with nextAction and due."
* parameter[=].type = #Reference
* parameter[+].name = #nextAction
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "What the next owner is to do."
* parameter[=].type = #string
* parameter[+].name = #due
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "By when."
* parameter[=].type = #dateTime
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The completed Task."
* parameter[=].type = #Task

Instance: record-unmet-need
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/record-unmet-need"
* version = "0.1.0"
* name = "RecordUnmetNeed"
* title = "Record an unmet need"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "No service exists or has room: the need enters the unmet-need ledger, where it stays open with an owner and a review date, counted once."
* affectsState = true
* code = #record-unmet-need
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "A code of unmet-need."
* parameter[=].type = #Coding
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The reason in plain words."
* parameter[=].type = #string
* parameter[+].name = #area
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where it was wanted, as the ledger counts it."
* parameter[=].type = #string
* parameter[+].name = #owner
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Who answers for the entry; the pathway says who when absent."
* parameter[=].type = #Reference
* parameter[+].name = #due
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "When it is asked again at the latest."
* parameter[=].type = #dateTime
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Tasks made or changed."
* parameter[=].type = #Bundle

Instance: amend
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/amend"
* version = "0.1.0"
* name = "Amend"
* title = "Amend a need"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The request changes while it is open, as a new version with its reason. Whom it is about, who asked and since when are not changed."
* affectsState = true
* code = #amend
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #request
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The whole request with the change in it, as the parameter resource."
* parameter[=].type = #ServiceRequest
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
* parameter[=].documentation = "The amended request."
* parameter[=].type = #ServiceRequest

Instance: re-enter
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/re-enter"
* version = "0.1.0"
* name = "ReEnter"
* title = "Take a need up again"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A need that was met comes back within the agreed time: a new request, based on the old one, with everything that is known of it, to whoever helped last."
* affectsState = true
* code = #re-enter
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "What has changed."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The new request."
* parameter[=].type = #ServiceRequest

Instance: status
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/status"
* version = "0.1.0"
* name = "Status"
* title = "Where a referral is"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The plain word, the first day, the coordinator, and each step with owner and due time; the same for every sender."
* affectsState = false
* code = #status
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "status, since, days, coordinator and one step for each Task."
* parameter[=].type = #Parameters

Instance: overrule
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/overrule"
* version = "0.1.0"
* name = "Overrule"
* title = "Choose against the reasons"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A person chooses a service against the reasons that $match gives, with a reason. The service is asked; both stay on the request, and each rule overruled is counted."
* affectsState = true
* code = #overrule
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #service
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The service that is chosen."
* parameter[=].type = #Reference
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Why, in plain words."
* parameter[=].type = #string
* parameter[+].name = #near
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Postcode, or latitude and longitude with a comma, as for $match."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The request with the service as performer."
* parameter[=].type = #ServiceRequest

Instance: feeds
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/feeds"
* version = "0.1.0"
* name = "Feeds"
* title = "How the feeds that an organisation publishes stand"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Address, state in words, how much of each is listed and how much has to be mended; and listings of theirs that may be one with another. For the people who administer the organisation, and nobody else."
* affectsState = false
* code = #feeds
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: feed (name, type, address, state: up-to-date, being-read, not-answering or paused; says, failingSince, answeredAt, completedAt, nextAt, askedAgainAt, taken, listed, toMend), each time; doubt (feed, name, other, publisher, says, raisedAt, dueAt, closure: not two listings, but another directory says that the organisation has closed)."
* parameter[=].type = #Parameters

Instance: feed-refusals
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/feed-refusals"
* version = "0.1.0"
* name = "FeedRefusals"
* title = "What could not be taken of a feed"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The newest 100 items, each until its publisher has mended it: which one, at which place of it, by which rule. For the people who administer the organisation, and nobody else."
* affectsState = false
* code = #feed-refusals
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #feed
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Name of the feed, as $feeds gives it."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: refusal (at, page, item, id, place, rule, text), the newest first."
* parameter[=].type = #Parameters

Instance: read-feed
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/read-feed"
* version = "0.1.0"
* name = "ReadFeed"
* title = "Have a feed read now"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "It is read as soon as the hub has time; once an hour. For the people who administer the organisation, and nobody else."
* affectsState = true
* code = #read-feed
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #feed
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Name of the feed, as $feeds gives it."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: asked."
* parameter[=].type = #Parameters

Instance: decide-answer
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/decide-answer"
* version = "0.1.0"
* name = "DecideAnswer"
* title = "Take an answer that came from somebody else, or set it aside"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "On a Task answer-of-another, by its owner. Taken, the answer is what whoever was asked says: their step, or the need where it was changed or withdrawn, goes on as if it had come from them. Set aside, nothing changes and the message stays. The same decision again changes nothing."
* affectsState = true
* code = #decide-answer
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #decision
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "taken or set-aside."
* parameter[=].type = #code
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://handrail.example/fhir/ValueSet/answer-decision"
* parameter[+].name = #message
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Which answer is taken: its Communication. Required where there are several."
* parameter[=].type = #Reference
* parameter[=].targetProfile = "http://hl7.org/fhir/StructureDefinition/Communication"
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How this was found out, in plain words."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The closed Task."
* parameter[=].type = #Task
