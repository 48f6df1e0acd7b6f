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

Extension: SectionAnsweredExtension
Id: section-answered
Title: "Who answered a section, and when"
Description: "Whoever saved a section of a joint assessment last. A section without it is open."
Context: QuestionnaireResponse.item
* insert Ours
* extension contains by 1..1 and at 1..1
* extension[by].value[x] 1..1
* extension[by].value[x] only Reference(Organization or Practitioner or PractitionerRole or Patient or RelatedPerson)
* extension[at].value[x] 1..1
* extension[at].value[x] only dateTime

Extension: PrefilledExtension
Id: prefilled
Title: "Carried in from the record"
Description: "Where an answer was known already, and as of when. Whoever saves the section confirms it; an answer that was changed has it no more."
Context: QuestionnaireResponse.item.answer
* insert Ours
* extension contains source 1..1 and asOf 0..1
* extension[source].value[x] 1..1
* extension[source].value[x] only Reference
* extension[asOf].value[x] 1..1
* extension[asOf].value[x] only dateTime
