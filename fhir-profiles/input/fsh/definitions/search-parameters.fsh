Instance: flag-code
InstanceOf: SearchParameter
Usage: #definition
* url = "https://handrail.example/fhir/SearchParameter/flag-code"
* version = "0.1.0"
* name = "FlagCode"
* status = #draft
* publisher = "Handrail"
* description = "What the flag is about; for the hospital alert register. FHIR R4 defines no code parameter for Flag."
* code = #code
* base = #Flag
* type = #token
* expression = "Flag.code"
* xpath = "f:Flag/f:code"
* xpathUsage = #normal
* multipleOr = true
* multipleAnd = true
