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
