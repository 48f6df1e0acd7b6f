Instance: emergency
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/emergency"
* version = "0.1.0"
* name = "Emergency"
* title = "Emergency view of a person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Nine blocks, always there and in one order: devices and treatments that cannot wait, what may not be stopped, allergies, conditions, medicines, usual function, communication, needs, whom to call. Each says how fresh it is, how far it is checked and what is not known; an empty one is never none. Holds what the caller may see and nothing else."
* affectsState = false
* code = #emergency
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #_language
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "en or cy; else Accept-Language; else en."
* parameter[=].type = #code
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: one block for each, with its lines."
* parameter[=].type = #Parameters

Instance: timeline
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/timeline"
* version = "0.1.0"
* name = "Timeline"
* title = "Timeline of a person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "What a person has received, newest first, in one shape for every sector; page by page. Holds what the caller may see and nothing else."
* affectsState = false
* code = #timeline
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #problem
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Condition/<id>: entries that give it as their reason, themselves or by the request, plan or goal they belong to."
* parameter[=].type = #string
* parameter[+].name = #provider
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Organization/<id> that gave or recorded it."
* parameter[=].type = #string
* parameter[+].name = #sector
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "A code of sector."
* parameter[=].type = #code
* parameter[+].name = #checked
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "A code of checked-level, or not-stated."
* parameter[=].type = #code
* parameter[+].name = #kind
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "A code of what was given or measured, such as one of intervention-kind or measure."
* parameter[=].type = #code
* parameter[+].name = #what
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Resource types with commas between them; all of the timeline when absent."
* parameter[=].type = #string
* parameter[+].name = #start
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The first day."
* parameter[=].type = #date
* parameter[+].name = #end
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The last day."
* parameter[=].type = #date
* parameter[+].name = #_count
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Entries on a page: 50 when absent, 500 at most."
* parameter[=].type = #integer
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: an entry for each (its provider is the organisation, its author the person of it whom the entry names), and next, the address of the next page."
* parameter[=].type = #Parameters
