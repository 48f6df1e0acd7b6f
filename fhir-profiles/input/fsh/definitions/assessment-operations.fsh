// Joint assessment: sections that several fill in, one sign-off, and whoever must look at an answer now.

Instance: start-assessment
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/start-assessment"
* version = "0.1.0"
* name = "StartAssessment"
* title = "Start a joint assessment"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Opens one joint assessment for a need, each section with an owner. Sections that nobody is named for belong to whoever starts it."
* affectsState = true
* code = #start-assessment
* resource = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[+].name = #section
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Parts: linkId (code) of the section and owner (Reference to an Organization that may see what is said about mood)."
* parameter[=].type = #Element
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The QuestionnaireResponse."
* parameter[=].type = #QuestionnaireResponse

Instance: answer-section
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/answer-section"
* version = "0.1.0"
* name = "AnswerSection"
* title = "Answer a section"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The owner of a section answers it, or says why it was not asked. A yes on the risk item is answered with the crisis wording and with the Task of whoever is paged."
* affectsState = true
* code = #answer-section
* resource = #QuestionnaireResponse
* system = false
* type = false
* instance = true
* parameter[+].name = #section
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "linkId of the section."
* parameter[=].type = #code
* parameter[+].name = #answers
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "A QuestionnaireResponse whose items are the parts of the section."
* parameter[=].type = #QuestionnaireResponse
* parameter[+].name = #notAsked
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Why the section was not asked, instead of answers."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The QuestionnaireResponse as it is now."
* parameter[=].type = #QuestionnaireResponse
* parameter[+].name = #urgent
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The Task of whoever is paged."
* parameter[=].type = #Reference
* parameter[+].name = #crisis
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "What to show at once: parts says, saysWelsh, telephone, nation, source, approvedBy. There is always one."
* parameter[=].type = #Element

Instance: sign-off
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/sign-off"
* version = "0.1.0"
* name = "SignOff"
* title = "Sign an assessment off"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "One sign-off for all. Refused while a section is open: each is answered, or says why it was not asked."
* affectsState = true
* code = #sign-off
* resource = #QuestionnaireResponse
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The completed QuestionnaireResponse."
* parameter[=].type = #QuestionnaireResponse

Instance: meeting
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/meeting"
* version = "0.1.0"
* name = "Meeting"
* title = "Who must meet, and about what"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The sections that are still open, by owner, and those that were not asked, with the reason: what is left for a meeting."
* affectsState = false
* code = #meeting
* resource = #QuestionnaireResponse
* system = false
* type = false
* instance = true
* parameter[+].name = #section
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Parts: linkId, text, owner, state (open, not-asked, answered), because, by, at."
* parameter[=].type = #Element

Instance: page
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/page"
* version = "0.1.0"
* name = "Page"
* title = "Page whoever is on duty"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Pages whoever the rota names for a Task that must be looked at now, as far as that is due, and says who that is or that nobody is on duty."
* affectsState = true
* code = #page
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Task."
* parameter[=].type = #Task
* parameter[+].name = #state
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "on, nobody, or answered."
* parameter[=].type = #code
* parameter[+].name = #says
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Who is on duty with the number to ring, or that nobody is."
* parameter[=].type = #string
