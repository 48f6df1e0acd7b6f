Extension: NextReviewExtension
Id: next-review
Title: "To be looked at again on"
Description: "The date by which whoever gave or prescribed this said that it is to be looked at again, tested or replaced. Never computed here: where the sources give no interval, only the person who answers for it can."
Context: Procedure, MedicationStatement, DeviceUseStatement, CarePlan
* insert Ours
* value[x] 1..1
* value[x] only date

Extension: ReviewExampleExtension
Id: review-example
Title: "Example of a review rule"
Description: "An entry and what the rule says of it. The examples of a rule are its tests."
Context: PlanDefinition
* insert Ours
* extension contains
    line 1..1 and
    entry 1..1 and
    device 0..1 and
    applies 1..1 and
    opens 0..1 and
    due 0..1 and
    before 0..1 and
    after 0..1 and
    verdict 0..1
* extension[line] ^short = "id of the action"
* extension[line].value[x] only string
* extension[line].value[x] 1..1
* extension[entry] ^short = "The entry, a contained resource"
* extension[entry].value[x] only Reference(Procedure or MedicationStatement or DeviceUseStatement or CarePlan)
* extension[entry].value[x] 1..1
* extension[device] ^short = "The device of a DeviceUseStatement, a contained resource"
* extension[device].value[x] only Reference(Device)
* extension[device].value[x] 1..1
* extension[applies] ^short = "Whether the line holds for the entry"
* extension[applies].value[x] only boolean
* extension[applies].value[x] 1..1
* extension[opens] ^short = "First day of the window; absent: as soon as it is known"
* extension[opens].value[x] only date
* extension[opens].value[x] 1..1
* extension[due] ^short = "Last day of the window; absent: by the due time of the pathway"
* extension[due].value[x] only date
* extension[due].value[x] 1..1
* extension[before] ^short = "The person's own score before"
* extension[before].value[x] only decimal
* extension[before].value[x] 1..1
* extension[after] ^short = "The same score at the end of the trial, lower being better"
* extension[after].value[x] only decimal
* extension[after].value[x] 1..1
* extension[verdict] ^short = "What the stop rule says of the two"
* extension[verdict].value[x] only code
* extension[verdict].value[x] 1..1
* extension[verdict].valueCode from TrialVerdictCodes (required)
