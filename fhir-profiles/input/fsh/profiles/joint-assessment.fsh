Profile: JointAssessment
Parent: QuestionnaireResponse
Id: joint-assessment
Title: "Joint assessment"
Description: "One assessment by several professions and organisations, each answering for its sections. It cannot be completed while mood, cognition, fatigue, pain or participation is neither answered nor said not to have been asked, and why. UK Core QuestionnaireResponse: status is required; identifier, questionnaire, subject, authored, author and item must be supported."
* insert Ours
* obeys assessment-1 and assessment-2
* identifier MS
* basedOn MS
* questionnaire 1..1 MS
* status MS
* subject 1..1 MS
* subject only Reference(Patient)
* authored 1..1 MS
* author MS
* source MS
* item 1..* MS
* item.linkId MS
* item.extension contains
    SectionOwnerExtension named sectionOwner 0..1 MS and
    NotAskedExtension named notAsked 0..1 and
    SectionAnsweredExtension named sectionAnswered 0..1
* item.answer MS

Invariant: assessment-1
Description: "A completed assessment has answered mood, cognition, fatigue, pain and participation, or says of each why it was not asked."
Severity: #error
Expression: "status = 'completed' implies (item.where(linkId = 'mood').where(answer.exists() or item.answer.exists() or item.item.answer.exists() or extension.where(url = 'https://handrail.example/fhir/StructureDefinition/not-asked').exists()).exists() and item.where(linkId = 'cognition').where(answer.exists() or item.answer.exists() or item.item.answer.exists() or extension.where(url = 'https://handrail.example/fhir/StructureDefinition/not-asked').exists()).exists() and item.where(linkId = 'fatigue').where(answer.exists() or item.answer.exists() or item.item.answer.exists() or extension.where(url = 'https://handrail.example/fhir/StructureDefinition/not-asked').exists()).exists() and item.where(linkId = 'pain').where(answer.exists() or item.answer.exists() or item.item.answer.exists() or extension.where(url = 'https://handrail.example/fhir/StructureDefinition/not-asked').exists()).exists() and item.where(linkId = 'participation').where(answer.exists() or item.answer.exists() or item.item.answer.exists() or extension.where(url = 'https://handrail.example/fhir/StructureDefinition/not-asked').exists()).exists())"

Invariant: assessment-2
Description: "Every section says who answers for it."
Severity: #error
Expression: "item.all(extension.where(url = 'https://handrail.example/fhir/StructureDefinition/section-owner').exists())"
