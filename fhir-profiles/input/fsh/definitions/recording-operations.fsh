Instance: confirm
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/confirm"
* version = "0.1.0"
* name = "Confirm"
* title = "Confirm an entry"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The caller stands behind the entry as it is: its checked level is raised, the earlier version is kept, and a Provenance says who did it. Asked again it changes nothing. An update of the entry does the same under the same rule."
* affectsState = true
* code = #confirm
* resource[+] = #AllergyIntolerance
* resource[+] = #Condition
* resource[+] = #DeviceUseStatement
* resource[+] = #MedicationStatement
* resource[+] = #Observation
* resource[+] = #Procedure
* system = false
* type = false
* instance = true
* parameter[+].name = #level
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The level to give; the highest that the caller may give when it is not said."
* parameter[=].type = #code
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "https://handrail.example/fhir/ValueSet/checked-level"
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The entry as it is now."
* parameter[=].type = #Any

Instance: import-interventions
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/import-interventions"
* version = "0.1.0"
* name = "ImportInterventions"
* title = "Import sessions from a CSV file"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Records each row as an entry of its own, under the access of the caller to that person. People are found by number and date of birth, both. Sent again it records nothing twice. A file that cannot be read whole is refused whole."
* affectsState = true
* code = #import-interventions
* system = true
* type = false
* instance = false
* parameter[+].name = #file
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The file as it is, in any of the usual encodings."
* parameter[=].type = #base64Binary
* parameter[+].name = #dry-run
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Everything is checked and nothing recorded."
* parameter[=].type = #boolean
* parameter[+].name = #organization
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For the operator: who gave the sessions."
* parameter[=].type = #Reference
* parameter[+].name = #level
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How far the entries are checked; worker-recorded when it is not said."
* parameter[=].type = #code
* parameter[+].name = #import
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Id by which the file can be taken back; none of a dry run."
* parameter[=].type = #id
* parameter[+].name = #dry-run
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Whether it was one."
* parameter[=].type = #boolean
* parameter[+].name = #passed-over
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "A heading that is not known: the column was not read."
* parameter[=].type = #string
* parameter[+].name = #recorded
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #would-be-recorded
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #already
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #undone
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #kept
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #gone
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #refused
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #row
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One line of the file."
* parameter[=].part[+].name = #line
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Line of the file, from 1."
* parameter[=].part[=].type = #integer
* parameter[=].part[+].name = #outcome
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "recorded, would-be-recorded, already (it was there before and was not changed), refused; of an undo undone, kept (changed since), gone (deleted before), refused."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #entry
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The entry."
* parameter[=].part[=].type = #Reference
* parameter[=].part[+].name = #says
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "*"
* parameter[=].part[=].documentation = "Why it was refused, in plain words, each fault by itself."
* parameter[=].part[=].type = #string

Instance: undo-import
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/undo-import"
* version = "0.1.0"
* name = "UndoImport"
* title = "Take an import back"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Deletes the entries of an import that nobody changed or confirmed since, and says which were kept."
* affectsState = true
* code = #undo-import
* system = true
* type = false
* instance = false
* parameter[+].name = #import
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Id that the import answered with."
* parameter[=].type = #id
* parameter[+].name = #dry-run
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Only says what would happen."
* parameter[=].type = #boolean
* parameter[+].name = #import
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The same id."
* parameter[=].type = #id
* parameter[+].name = #dry-run
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Whether it was one."
* parameter[=].type = #boolean
* parameter[+].name = #recorded
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #would-be-recorded
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #already
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #undone
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #kept
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #gone
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #refused
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How many lines had this outcome."
* parameter[=].type = #integer
* parameter[+].name = #row
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One line of the file."
* parameter[=].part[+].name = #line
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Line of the file, from 1."
* parameter[=].part[=].type = #integer
* parameter[=].part[+].name = #outcome
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "recorded, would-be-recorded, already (it was there before and was not changed), refused; of an undo undone, kept (changed since), gone (deleted before), refused."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #entry
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The entry."
* parameter[=].part[=].type = #Reference
* parameter[=].part[+].name = #says
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "*"
* parameter[=].part[=].documentation = "Why it was refused, in plain words, each fault by itself."
* parameter[=].part[=].type = #string

Instance: record-register
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/record-register"
* version = "0.1.0"
* name = "RecordRegister"
* title = "Record the register of a group"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "One session and many people in one request. Each entry stands in the record of its person under the access of the caller to that person; what is refused for one is told and holds up nobody else. Sent again with the same key it records only who is missing."
* affectsState = true
* code = #record-register
* system = true
* type = false
* instance = false
* parameter[+].name = #key
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The own key of the session."
* parameter[=].type = #string
* parameter[+].name = #kind
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Code of intervention-kind."
* parameter[=].type = #code
* parameter[+].name = #group
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The Group whose session it was: whoever is in it and stands in no person is named in the answer, so that nobody is forgotten. Nothing is recorded of them."
* parameter[=].type = #Reference
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The therapy in words."
* parameter[=].type = #string
* parameter[+].name = #on
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "When it took place: a date or a time."
* parameter[=].type = #dateTime
* parameter[+].name = #minutes
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How long."
* parameter[=].type = #integer
* parameter[+].name = #setting
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Code of setting."
* parameter[=].type = #code
* parameter[+].name = #mode
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Code of delivery-mode."
* parameter[=].type = #code
* parameter[+].name = #approach
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Code of approach."
* parameter[=].type = #code
* parameter[+].name = #funder
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Code of funder."
* parameter[=].type = #code
* parameter[+].name = #by
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Who led it: a Practitioner, or a name in words."
* parameter[=].type = #string
* parameter[+].name = #organization
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For the operator: who gave the session."
* parameter[=].type = #Reference
* parameter[+].name = #level
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "How far the entries are checked; worker-recorded when it is not said."
* parameter[=].type = #code
* parameter[+].name = #person
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "*"
* parameter[=].documentation = "One person of the register."
* parameter[=].part[+].name = #who
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The Patient; else number and bornOn."
* parameter[=].part[=].type = #Reference
* parameter[=].part[+].name = #number
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "NHS, CHI or H and C number."
* parameter[=].part[=].type = #string
* parameter[=].part[+].name = #bornOn
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Date of birth."
* parameter[=].part[=].type = #date
* parameter[=].part[+].name = #present
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Whether the person came."
* parameter[=].part[=].type = #boolean
* parameter[=].part[+].name = #reason
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Code of absence-reason; required for somebody who did not come."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #participation
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Code of participation: paused or dropped-out."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #minutes
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Where it was not as long as for the others."
* parameter[=].part[=].type = #integer
* parameter[=].part[+].name = #effort
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "0 to 10, as the person felt it."
* parameter[=].part[=].type = #integer
* parameter[=].part[+].name = #response
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Code of session-response."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #event
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Code of session-event."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #eventWords
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The event in words."
* parameter[=].part[=].type = #string
* parameter[=].part[+].name = #note
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "A note about this person."
* parameter[=].part[=].type = #string
* parameter[+].name = #recorded
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "How many entries were made."
* parameter[=].type = #integer
* parameter[+].name = #already
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "How many were there before."
* parameter[=].type = #integer
* parameter[+].name = #refused
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "How many were refused."
* parameter[=].type = #integer
* parameter[+].name = #person
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One person, in the order of the request."
* parameter[=].part[+].name = #place
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Where the person stands in the request."
* parameter[=].part[=].type = #string
* parameter[=].part[+].name = #outcome
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "recorded, already or refused."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #entry
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The entry."
* parameter[=].part[=].type = #Reference
* parameter[=].part[+].name = #says
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "*"
* parameter[=].part[=].documentation = "Why it was refused."
* parameter[=].part[=].type = #string
* parameter[+].name = #not-said
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Somebody in the group of whom nothing was said."
* parameter[=].type = #Reference

Instance: outcomes
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/outcomes"
* version = "0.1.0"
* name = "Outcomes"
* title = "Paired outcomes of a person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Of each measure the first and the last score that the caller may see, and what can be said of the change; for every intervention that scores are tied to as well. A change while something was given is not claimed as its effect."
* affectsState = false
* code = #outcomes
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #measure
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Code of the code system measure."
* parameter[=].type = #code
* parameter[+].name = #intervention
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "What the scores are tied to."
* parameter[=].type = #string
* parameter[+].name = #outcome
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One measure, over all of its scores or those of one intervention."
* parameter[=].part[+].name = #measure
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The measure."
* parameter[=].part[=].type = #Coding
* parameter[=].part[+].name = #intervention
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "What the scores are tied to; absent: all scores of the measure."
* parameter[=].part[=].type = #Reference
* parameter[=].part[+].name = #change
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The last score less the first."
* parameter[=].part[=].type = #Quantity
* parameter[=].part[+].name = #direction
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "better, worse, same or unknown."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #more-than-error
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Whether the change is more than measurement error: yes, no, or unknown where no source is known."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #source
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Where the threshold is written."
* parameter[=].part[=].type = #string
* parameter[=].part[+].name = #scores
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "How many scores there are."
* parameter[=].part[=].type = #integer
* parameter[=].part[+].name = #licensed
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Whether the wording of the measure needs a licence; only name and score are held."
* parameter[=].part[=].type = #boolean
* parameter[=].part[+].name = #first
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The first score."
* parameter[=].part[=].part[+].name = #on
* parameter[=].part[=].part[=].use = #out
* parameter[=].part[=].part[=].min = 1
* parameter[=].part[=].part[=].max = "1"
* parameter[=].part[=].part[=].documentation = "When it was taken."
* parameter[=].part[=].part[=].type = #dateTime
* parameter[=].part[=].part[+].name = #value
* parameter[=].part[=].part[=].use = #out
* parameter[=].part[=].part[=].min = 1
* parameter[=].part[=].part[=].max = "1"
* parameter[=].part[=].part[=].documentation = "The score."
* parameter[=].part[=].part[=].type = #Quantity
* parameter[=].part[=].part[+].name = #score
* parameter[=].part[=].part[=].use = #out
* parameter[=].part[=].part[=].min = 1
* parameter[=].part[=].part[=].max = "1"
* parameter[=].part[=].part[=].documentation = "The Observation."
* parameter[=].part[=].part[=].type = #Reference
* parameter[=].part[+].name = #last
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The last score."
* parameter[=].part[=].part[+].name = #on
* parameter[=].part[=].part[=].use = #out
* parameter[=].part[=].part[=].min = 1
* parameter[=].part[=].part[=].max = "1"
* parameter[=].part[=].part[=].documentation = "When it was taken."
* parameter[=].part[=].part[=].type = #dateTime
* parameter[=].part[=].part[+].name = #value
* parameter[=].part[=].part[=].use = #out
* parameter[=].part[=].part[=].min = 1
* parameter[=].part[=].part[=].max = "1"
* parameter[=].part[=].part[=].documentation = "The score."
* parameter[=].part[=].part[=].type = #Quantity
* parameter[=].part[=].part[+].name = #score
* parameter[=].part[=].part[=].use = #out
* parameter[=].part[=].part[=].min = 1
* parameter[=].part[=].part[=].max = "1"
* parameter[=].part[=].part[=].documentation = "The Observation."
* parameter[=].part[=].part[=].type = #Reference
