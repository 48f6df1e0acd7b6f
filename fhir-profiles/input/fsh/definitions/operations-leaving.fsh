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
