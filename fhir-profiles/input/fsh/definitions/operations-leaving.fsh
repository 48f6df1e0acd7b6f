// Leaving with everything, and coming back with it.

Instance: export-person
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/export-person"
* version = "0.1.0"
* name = "ExportPerson"
* title = "Export a person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The record of a person, as far as the caller may see it, as one archive (application/gzip): FHIR document, NDJSON, CSV, PDF, attachments, and every earlier version."
* affectsState = false
* code = #export-person
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The archive itself, not as a resource."
* parameter[=].type = #Binary

Instance: import-person
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/import-person"
* version = "0.1.0"
* name = "ImportPerson"
* title = "Restore a person"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Restores a person from an archive of $export-person, sent as it is (application/gzip): ids, versions, times and authors stay as they were, all of it or nothing. For the operator."
* affectsState = true
* code = #import-person
* system = true
* type = false
* instance = false
* parameter[+].name = #archive
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The archive itself as the body, not as a resource."
* parameter[=].type = #Binary
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What became of it."
* parameter[=].type = #OperationOutcome

Instance: retention
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/retention"
* version = "0.1.0"
* name = "Retention"
* title = "How long a record is kept"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "For each entry of a person until when it is kept, by whose clock, and by which rule; or that no end is known, and why. For the person and the operator."
* affectsState = false
* code = #retention
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "An entry for each resource: what, until, confirmed, because."
* parameter[=].type = #Parameters

Instance: retention-due
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/retention-due"
* version = "0.1.0"
* name = "RetentionDue"
* title = "What has been kept long enough"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Everybody of whom entries are past their time, with those entries, 100 people looked at a call. Nothing is deleted by it. For the operator."
* affectsState = false
* code = #retention-due
* system = true
* type = false
* instance = false
* parameter[+].name = #after
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where the answer before this one ended."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "A person for each, with the entries; after, where there may be more."
* parameter[=].type = #Parameters

Instance: dispose
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/dispose"
* version = "0.1.0"
* name = "Dispose"
* title = "Dispose of what has been kept long enough"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Deletes entries with every earlier version, if their time is over and the period is confirmed against the live schedule. By the confirmation of a named person, never by itself. For the operator."
* affectsState = true
* code = #dispose
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #entry
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "*"
* parameter[=].documentation = "An entry that is due."
* parameter[=].type = #Reference
* parameter[+].name = #confirmedBy
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The Practitioner who confirms it."
* parameter[=].type = #Reference
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What became of it."
* parameter[=].type = #OperationOutcome
