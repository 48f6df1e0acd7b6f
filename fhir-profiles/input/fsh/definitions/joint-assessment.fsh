// Headings only: what a physiotherapist looks at (needs A-02), the professions that assess together (C-20), and the five domains without
// which an assessment is not complete (feature F2). No wording of a licensed instrument; scores are outcome measures.

RuleSet: Section(id, text)
* item[+].linkId = "{id}"
* item[=].text = {text}
* item[=].type = #group

RuleSet: Part(id, text)
* item[=].item[+].linkId = "{id}"
* item[=].item[=].text = {text}
* item[=].item[=].type = #text

Instance: joint-assessment
InstanceOf: Questionnaire
Usage: #definition
* url = "https://handrail.example/fhir/Questionnaire/joint-assessment"
* version = "0.1.0"
* name = "JointAssessment"
* title = "Joint assessment"
* status = #draft
* publisher = "Handrail"
* description = "Sections of a joint holistic assessment. Each is owned by one profession or organisation; mood, cognition, fatigue, pain and participation are answered or said not to have been asked, and why."
* subjectType = #Patient
* insert Section(goals, [["What matters to the person"]])
* insert Part(goals-own-words, [["In the person's own words"]])
* insert Section(physiotherapy, [["Physiotherapy"]])
* insert Part(strength-and-tone, [["Strength and tone"]])
* insert Part(balance-and-posture, [["Balance and posture"]])
* insert Part(walking, [["Walking"]])
* insert Part(limits, [["Limits"]])
* insert Section(occupational-therapy, [["Occupational therapy"]])
* insert Part(occupational-therapy-words, [["What was found, and what was agreed"]])
* insert Section(mood, [["Mood"]])
* insert Part(mood-words, [["How it is, and what was agreed"]])
* insert Section(cognition, [["Memory, attention and thinking"]])
* insert Part(cognition-words, [["How it is, and what was agreed"]])
* insert Section(fatigue, [["Fatigue"]])
* insert Part(fatigue-words, [["How it is through the day, and what was agreed"]])
* insert Section(pain, [["Pain"]])
* insert Part(pain-words, [["How it is, and what was agreed"]])
* insert Section(participation, [["Taking part and connection"]])
* insert Part(participation-words, [["How it is, and what was agreed"]])
