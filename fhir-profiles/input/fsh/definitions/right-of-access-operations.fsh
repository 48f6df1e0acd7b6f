// A copy of a record under the right of access: asked for, reviewed, given with parts left out and said.

Instance: request-access
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/request-access"
* version = "0.1.0"
* name = "RequestAccess"
* title = "Ask for a copy of a record"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Records that a copy of the record was asked for under the right of access: a Task with who answers for it, due within a month of the day on which it was asked for."
* affectsState = true
* code = #request-access
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #owner
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Organization or Practitioner who answers for the request."
* parameter[=].type = #Reference
* parameter[+].name = #received
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "When it was asked for; absent means now. Not in the future."
* parameter[=].type = #dateTime
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The request, by which it is reviewed and fetched."
* parameter[=].type = #Task

Instance: mark
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/mark"
* version = "0.1.0"
* name = "MarkForReview"
* title = "Leave a part out of a copy"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Marks an entry, or a part of one, as left out of the copy, with the ground and the words that the person is told. For whoever answers for the request; serious harm is for a health professional to judge."
* affectsState = true
* code = #mark
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #entry
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "An entry of the person."
* parameter[=].type = #Reference
* parameter[+].name = #element
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where in the entry, such as note[0]; absent means all of it."
* parameter[=].type = #string
* parameter[+].name = #ground
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "serious-harm or third-party. Needed for a new mark."
* parameter[=].type = #code
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "What the person is told instead. Needed for a new mark."
* parameter[=].type = #string
* parameter[+].name = #withdraw
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "True: the mark on this part is taken back."
* parameter[=].type = #boolean
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "That the part is marked, or no longer."
* parameter[=].type = #OperationOutcome

Instance: complete-review
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/complete-review"
* version = "0.1.0"
* name = "CompleteReview"
* title = "Complete the review of a copy"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Says that everything the person is entitled to has been looked at. Refused to a reviewer who may not see all of it."
* affectsState = true
* code = #complete-review
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "That the copy can be given."
* parameter[=].type = #OperationOutcome

Instance: subject-access-copy
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/subject-access-copy"
* version = "0.1.0"
* name = "SubjectAccessCopy"
* title = "The reviewed copy"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The copy as an archive (application/gzip), without what was marked, which it names with its ground. Refused while something has not been looked at. For whoever answers for the request, and the person."
* affectsState = false
* code = #subject-access-copy
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The archive itself, not as a resource."
* parameter[=].type = #Binary
