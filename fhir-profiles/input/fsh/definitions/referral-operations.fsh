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
