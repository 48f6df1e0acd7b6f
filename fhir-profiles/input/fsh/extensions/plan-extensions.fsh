Extension: BurdenExtension
Id: burden
Title: "Burden"
Description: "What a goal or plan costs the person: time, effort, travel, money, side effects, in plain words, so that it can be weighed against the benefit."
Context: Goal, CarePlan
* insert Ours
* value[x] 1..1
* value[x] only string

Extension: SectionOwnerExtension
Id: section-owner
Title: "Who answers for a section"
Description: "Profession or organisation that owns a section of a joint assessment: it alone writes there, and is asked when the section stays open."
Context: QuestionnaireResponse.item
* insert Ours
* value[x] 1..1
* value[x] only Reference(Organization or Practitioner or PractitionerRole or Patient or RelatedPerson)

Extension: NotAskedExtension
Id: not-asked
Title: "Not asked, because"
Description: "Why a part of an assessment was not asked. What was not asked is not known, and never read as no."
Context: QuestionnaireResponse.item
* insert Ours
* value[x] 1..1
* value[x] only string
