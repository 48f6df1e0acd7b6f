Instance: consent-preview
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/consent-preview"
* version = "0.1.0"
* name = "ConsentPreview"
* title = "What a Consent would open and close"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Says in words what this Consent would open and close if it were stored, to whom, for how long, what stays as it is, and which parts of it are not kept here. Nothing is stored."
* affectsState = false
* code = #preview
* resource = #Consent
* system = false
* type = true
* instance = false
* parameter[+].name = #consent
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Consent as it would be sent."
* parameter[=].type = #Consent
* parameter[+].name = #language
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "en or cy; en when absent."
* parameter[=].type = #code
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "One parameter for each sentence, named closes, opens, stays or not-understood."
* parameter[=].type = #Parameters

Instance: break-glass
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/break-glass"
* version = "0.1.0"
* name = "BreakGlass"
* title = "Emergency access with a reason"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A professional or ward that has no relationship to a person says why it must see the record now. It opens what the policy's row break-glass names for four hours, to whoever asked, and nothing that the person closed. The person is told, and somebody else reviews it."
* affectsState = true
* code = #break-glass
* resource = #Patient
* system = false
* type = true
* instance = false
* parameter[+].name = #patient
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The person, where the id is known."
* parameter[=].type = #Reference
* parameter[+].name = #identifier
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "An identifier of the person, system and value, where the id is not known."
* parameter[=].type = #Identifier
* parameter[+].name = #purpose
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "ETREAT (emergency treatment) or BTG (break the glass) of v3-ActReason."
* parameter[=].type = #Coding
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Why, in plain words of at least ten letters. The reviewer reads it; the person is told that it was given."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: patient, until (instant), task (who reviews it)."
* parameter[=].type = #Parameters

Instance: access-log
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/access-log"
* version = "0.1.0"
* name = "AccessLog"
* title = "Who has looked, in words"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The audit trail of one person in plain sentences: who, when, what kind of thing, and why as far as the record says. Newest first; what one caller did of one kind on one day is one sentence."
* affectsState = false
* code = #access-log
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #language
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "en or cy; en when absent."
* parameter[=].type = #code
* parameter[+].name = #_count
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Entries of the trail on a page; 50 when absent, 500 at most."
* parameter[=].type = #integer
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: entry (text, when, event), and next with the address of the next page."
* parameter[=].type = #Parameters

Instance: query-access
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/query-access"
* version = "0.1.0"
* name = "QueryAccess"
* title = "This looks strange"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The person asks about an entry of the access log. A Task with owner and due time is opened; the answer comes as a Communication."
* affectsState = true
* code = #query-access
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #event
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The AuditEvent that looks strange."
* parameter[=].type = #Reference
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "What the person wants to know."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Task."
* parameter[=].type = #Task

Instance: merge
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/merge"
* version = "0.1.0"
* name = "PatientMerge"
* title = "Merge two records of one person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "As Patient/$merge of FHIR R5: what belongs to the source goes to the target, in one transaction. The source stays, inactive, with a link replaced-by. What moved is remembered for $unmerge. Where it would let somebody see more than before it is refused, unless that is accepted by name."
* affectsState = true
* base = "http://hl7.org/fhir/OperationDefinition/Patient-merge"
* code = #merge
* resource = #Patient
* system = false
* type = true
* instance = false
* parameter[+].name = #source-patient
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The record that goes."
* parameter[=].type = #Reference
* parameter[+].name = #source-patient-identifier
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "An identifier that only the source has, instead of the reference."
* parameter[=].type = #Identifier
* parameter[+].name = #target-patient
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The record that stays."
* parameter[=].type = #Reference
* parameter[+].name = #target-patient-identifier
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "An identifier that only the target has, instead of the reference."
* parameter[=].type = #Identifier
* parameter[+].name = #result-patient
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The target as it shall be; as it is when absent."
* parameter[=].type = #Patient
* parameter[+].name = #preview
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "True = say what would happen and change nothing."
* parameter[=].type = #boolean
* parameter[+].name = #accept-widening
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "True = whoever asks has read who would see more, and accepts it."
* parameter[=].type = #boolean
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: outcome (OperationOutcome), result (Patient), task (review), input."
* parameter[=].type = #Parameters

Instance: unmerge
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/unmerge"
* version = "0.1.0"
* name = "PatientUnmerge"
* title = "Undo a merge"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "What a merge moved goes back, exactly as it was unless it was changed since; what was written since stays with the record that stayed, but for what hangs under something that goes back."
* affectsState = true
* code = #unmerge
* resource = #Patient
* system = false
* type = true
* instance = false
* parameter[+].name = #source-patient
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The record that had gone."
* parameter[=].type = #Reference
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: outcome (OperationOutcome), result (both Patients), stayed (what was written since and stays), task (review)."
* parameter[=].type = #Parameters

Instance: find-duplicates
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/find-duplicates"
* version = "0.1.0"
* name = "FindDuplicates"
* title = "Suggest records that may be one person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Looks for Patients that share an identifier, or birth date and whole name, and opens one Task for each pair, to be decided by a person. Nothing is merged."
* affectsState = true
* code = #find-duplicates
* resource = #Patient
* system = false
* type = true
* instance = false
* parameter[+].name = #since
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Only Patients that changed since."
* parameter[=].type = #instant
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: task for each pair that was not suggested before."
* parameter[=].type = #Parameters

Instance: request-correction
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/request-correction"
* version = "0.1.0"
* name = "RequestCorrection"
* title = "This entry is wrong"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The person says that an entry is wrong. A Task goes to whoever made it, with a due time of one month; the entry is not changed by the asking."
* affectsState = true
* code = #request-correction
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #entry
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The entry that is wrong: any resource of the person's record that the caller may see, or the Patient."
* parameter[=].type = #Reference
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What is wrong, and what would be right, in the person's own words; 2,000 characters at most."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Task."
* parameter[=].type = #Task
