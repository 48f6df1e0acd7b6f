Extension: SessionCountExtension
Id: session-count
Title: "Number of sessions"
Description: "How many sessions the entry stands for, where a course was recorded as one entry; absent: one."
Context: Procedure
* insert Ours
* value[x] 1..1
* value[x] only positiveInt

Extension: ParticipationExtension
Id: participation
Title: "Paused or dropped out"
Description: "Whether a session that did not take place is part of a pause, after which the plan goes on, or the end of taking part. Absent: neither was said, and nothing may be concluded."
Context: Procedure, CarePlan
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from ParticipationCodes (required)

Extension: TreatmentTrialExtension
Id: treatment-trial
Title: "Trial of treatment"
Description: "That the treatment is on trial: the person's own score at the start, by how much it must be better, by when that is decided, and what was decided. The decision is a person's; a stop rule only says what the two scores show."
Context: Procedure, MedicationStatement, CarePlan
* insert Ours
* extension contains
    start-measure 1..1 and
    better 1..1 and
    threshold-percent 1..1 and
    stop-on 1..1 and
    end-measure 0..1 and
    result 0..1 and
    decided-on 0..1
* extension[start-measure] ^short = "The score before"
* extension[start-measure].value[x] only Reference(Observation)
* extension[start-measure].value[x] 1..1
* extension[better] ^short = "Whether a lower or a higher score is the better one"
* extension[better].value[x] only code
* extension[better].value[x] 1..1
* extension[better].valueCode from BetterCodes (required)
* extension[threshold-percent] ^short = "By how many percent of the score before it must be better"
* extension[threshold-percent].value[x] only decimal
* extension[threshold-percent].value[x] 1..1
* extension[stop-on] ^short = "The day by which it is stopped unless it was better"
* extension[stop-on].value[x] only date
* extension[stop-on].value[x] 1..1
* extension[end-measure] ^short = "The same score at the end"
* extension[end-measure].value[x] only Reference(Observation)
* extension[end-measure].value[x] 1..1
* extension[result] ^short = "What was decided"
* extension[result].value[x] only code
* extension[result].value[x] 1..1
* extension[result].valueCode from TrialResultCodes (required)
* extension[decided-on].value[x] only date
* extension[decided-on].value[x] 1..1
