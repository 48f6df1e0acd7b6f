Extension: LineSourceExtension
Id: line-source
Title: "Source of a line"
Description: "Where a line of a hospital alert comes from, as a reference or in words, and as of when; the rule that made it, its author, who approved its wording and until when."
Context: Task.input
* insert Ours
* extension contains
    source 0..1 and
    words 0..1 and
    as-of 0..1 and
    rule 0..1 and
    author 0..1 and
    approver 0..1 and
    approved-on 0..1 and
    review-by 0..1
* extension[source].value[x] only Reference(Organization or Practitioner or PractitionerRole or Patient)
* extension[source].value[x] 1..1
* extension[words].value[x] only string
* extension[words].value[x] 1..1
* extension[as-of].value[x] only date
* extension[as-of].value[x] 1..1
* extension[rule].value[x] only string
* extension[rule].value[x] 1..1
* extension[author].value[x] only string
* extension[author].value[x] 1..1
* extension[approver].value[x] only string
* extension[approver].value[x] 1..1
* extension[approved-on].value[x] only date
* extension[approved-on].value[x] 1..1
* extension[review-by].value[x] only date
* extension[review-by].value[x] 1..1

Extension: AlertAdmissionExtension
Id: alert-admission
Title: "Kind of admission that a rule is for"
Description: "Admissions about which an alert is raised for people under this rule: emergency, elective or day-case. None: every admission. An admission of which the hospital does not say what it is raises the alert whatever stands here."
Context: PlanDefinition
* insert Ours
* value[x] only code
* value[x] 1..1

Extension: LadderMinutesExtension
Id: ladder-minutes
Title: "Minutes of a step of the ladder"
Description: "After how many minutes a step of the ladder is taken for people under this rule, one for each step in order. A rule may shorten the ladder of the pathway, and never lengthens it."
Context: PlanDefinition
* insert Ours
* value[x] only integer
* value[x] 1..1
