// Headings only: what a physiotherapist looks at (needs A-02), the professions that assess together (C-20), and the five domains without
// which an assessment is not complete (feature F2). No wording of a licensed instrument; scores are outcome measures by name.

RuleSet: Section(id, text)
* item[+].linkId = "{id}"
* item[=].text = {text}
* item[=].type = #group

RuleSet: Part(id, text)
* item[=].item[+].linkId = "{id}"
* item[=].item[=].text = {text}
* item[=].item[=].type = #text

// Name of the instrument, score and day: what the record knows is carried in with its source. SDC, expression-based population.
RuleSet: Score(id)
* item[=].item[+].linkId = "{id}-measure"
* item[=].item[=].text = "Measure, by name"
* item[=].item[=].type = #choice
* item[=].item[=].answerValueSet = "https://handrail.example/fhir/ValueSet/measure"
* item[=].item[=].extension[+].url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression"
* item[=].item[=].extension[=].valueExpression.language = #text/fhirpath
* item[=].item[=].extension[=].valueExpression.expression = "%{id}.entry.first().resource.code.coding.where(system = 'https://handrail.example/fhir/CodeSystem/measure').first()"
* item[=].item[+].linkId = "{id}-score"
* item[=].item[=].text = "Score"
* item[=].item[=].type = #decimal
* item[=].item[=].extension[+].url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression"
* item[=].item[=].extension[=].valueExpression.language = #text/fhirpath
* item[=].item[=].extension[=].valueExpression.expression = "%{id}.entry.first().resource.value.value"
* item[=].item[+].linkId = "{id}-measured-on"
* item[=].item[=].text = "Measured on"
* item[=].item[=].type = #date
* item[=].item[=].extension[+].url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression"
* item[=].item[=].extension[=].valueExpression.language = #text/fhirpath
* item[=].item[=].extension[=].valueExpression.expression = "%{id}.entry.first().resource.effective.toString().substring(0, 10)"

Instance: joint-assessment
InstanceOf: Questionnaire
Usage: #definition
* url = "https://handrail.example/fhir/Questionnaire/joint-assessment"
* version = "0.2.0"
* name = "JointAssessment"
* title = "Joint assessment"
* status = #draft
* publisher = "Handrail"
* description = "Sections of a joint holistic assessment. Each is owned by one profession or organisation; mood, cognition, fatigue, pain and participation are answered or said not to have been asked, and why. A yes on the risk item pages whoever owns its section."
* subjectType = #Patient
* extension[+].url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext"
* extension[=].extension[+].url = "name"
* extension[=].extension[=].valueCoding = http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext#patient "Patient"
* extension[=].extension[+].url = "type"
* extension[=].extension[=].valueCode = #Patient
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/variable"
* extension[=].valueExpression.name = "mood"
* extension[=].valueExpression.language = #application/x-fhir-query
* extension[=].valueExpression.expression = "Observation?subject=Patient/{{%patient.id}}&code=https://handrail.example/fhir/CodeSystem/measure|hads&status=final,amended,corrected&_sort=-date&_count=1"
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/variable"
* extension[=].valueExpression.name = "fatigue"
* extension[=].valueExpression.language = #application/x-fhir-query
* extension[=].valueExpression.expression = "Observation?subject=Patient/{{%patient.id}}&code=https://handrail.example/fhir/CodeSystem/measure|fatigue-0-10&status=final,amended,corrected&_sort=-date&_count=1"
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/variable"
* extension[=].valueExpression.name = "pain"
* extension[=].valueExpression.language = #application/x-fhir-query
* extension[=].valueExpression.expression = "Observation?subject=Patient/{{%patient.id}}&code=https://handrail.example/fhir/CodeSystem/measure|pain-0-10&status=final,amended,corrected&_sort=-date&_count=1"
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/variable"
* extension[=].valueExpression.name = "participation"
* extension[=].valueExpression.language = #application/x-fhir-query
* extension[=].valueExpression.expression = "Observation?subject=Patient/{{%patient.id}}&code=https://handrail.example/fhir/CodeSystem/measure|connection-0-10&status=final,amended,corrected&_sort=-date&_count=1"
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/variable"
* extension[=].valueExpression.name = "goals"
* extension[=].valueExpression.language = #application/x-fhir-query
* extension[=].valueExpression.expression = "Goal?subject=Patient/{{%patient.id}}&lifecycle-status=active&_count=1"
* insert Section(goals, [["What matters to the person"]])
* insert Part(goals-own-words, [["In the person's own words"]])
* item[=].item[=].extension[+].url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression"
* item[=].item[=].extension[=].valueExpression.language = #text/fhirpath
* item[=].item[=].extension[=].valueExpression.expression = "%goals.entry.first().resource.description.text"
* insert Section(physiotherapy, [["Physiotherapy"]])
* insert Part(strength-and-tone, [["Strength and tone"]])
* insert Part(balance-and-posture, [["Balance and posture"]])
* insert Part(walking, [["Walking"]])
* insert Part(limits, [["Limits"]])
* insert Section(occupational-therapy, [["Occupational therapy"]])
* insert Part(occupational-therapy-words, [["What was found, and what was agreed"]])
* insert Section(mood, [["Mood"]])
* insert Part(mood-words, [["How it is, and what was agreed"]])
* insert Score(mood)
* insert Section(cognition, [["Memory, attention and thinking"]])
* insert Part(cognition-words, [["How it is, and what was agreed"]])
* item[=].item[+].linkId = "cognition-measure"
* item[=].item[=].text = "Measure, by name"
* item[=].item[=].type = #choice
* item[=].item[=].answerValueSet = "https://handrail.example/fhir/ValueSet/measure"
* item[=].item[+].linkId = "cognition-score"
* item[=].item[=].text = "Score"
* item[=].item[=].type = #decimal
* item[=].item[+].linkId = "cognition-measured-on"
* item[=].item[=].text = "Measured on"
* item[=].item[=].type = #date
* insert Section(fatigue, [["Fatigue"]])
* insert Part(fatigue-words, [["How it is through the day, and what was agreed"]])
* insert Score(fatigue)
* insert Section(pain, [["Pain"]])
* insert Part(pain-words, [["How it is, and what was agreed"]])
* insert Score(pain)
* insert Section(participation, [["Taking part and connection"]])
* insert Part(participation-words, [["How it is, and what was agreed"]])
* insert Score(participation)
* insert Section(risk, [["Safety"]])
* item[=].item[+].linkId = "risk-now"
* item[=].item[=].text = "Is anybody's safety at risk, so that somebody must know now?"
* item[=].item[=].type = #boolean
* insert Part(risk-words, [["What was said, and what was done"]])
