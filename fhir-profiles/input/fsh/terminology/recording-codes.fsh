CodeSystem: Participation
Id: participation
Title: "Paused or dropped out"
Description: "A pause is not a drop-out: whoever pauses comes back without a new request."
* insert OurCodes
* #paused "Paused" "The plan goes on later, for example after a flare or a stay in hospital."
* #dropped-out "Dropped out" "The person does not go on with it."

CodeSystem: SessionEvent
Id: session-event
Title: "What happened around a session"
Description: "Events that somebody else may have to know of. The words of whoever recorded it go with the code."
* insert OurCodes
* #flare "Flare or relapse"
* #fall "Fall"
* #adverse-event "Adverse event" "Something unwanted that may have come from the treatment."

CodeSystem: SessionResponse
Id: session-response
Title: "Response to a session"
Description: "How the person was afterwards, as the person or whoever recorded it says. Not an outcome measure."
* insert OurCodes
* #better "Better"
* #no-change "No change"
* #worse "Worse"
* #too-soon "Too soon to say"

CodeSystem: Better
Id: better
Title: "Which way is better"
Description: "Whether a lower or a higher value of a measure is the better one."
* insert OurCodes
* #lower "Lower is better"
* #higher "Higher is better"

CodeSystem: TrialResult
Id: trial-result
Title: "Result of a trial of treatment"
Description: "What was decided at the end of a trial."
* insert OurCodes
* #continued "Continued"
* #stopped "Stopped"
* #extended "Trial extended" "A new stop date is recorded."

CodeSystem: DiaryItem
Id: diary-item
Title: "What a diary holds"
Description: "What a person notes from day to day."
* insert OurCodes
* #spasms "Spasms"
* #stiffness "Stiffness"
* #pain "Pain"
* #fatigue "Fatigue"
* #sleep "Sleep"
* #other "Something else, in words"

CodeSystem: DiaryPart
Id: diary-part
Title: "Part of a diary entry"
Description: "What is noted beside the item itself."
* insert OurCodes
* #trigger "What may have brought it on"
* #time-of-day "Time of day"

CodeSystem: DiaryTrigger
Id: diary-trigger
Title: "What may have brought it on"
Description: "The triggers of spasms and stiffness that the booklet on muscle spasms and stiffness in multiple sclerosis names (needs B-08). What the person thinks, never a diagnosis."
* insert OurCodes
* #heat "Heat"
* #infection "Infection"
* #relapse "Relapse"
* #skin "Skin trouble"
* #bladder "Bladder"
* #bowel "Bowel"
* #tight-straps "Tight straps or clothes"
* #pain "Pain"
* #fracture "Fracture"
* #posture "Posture or position"
* #stress "Stress"
* #other "Something else, in words"

CodeSystem: TimeOfDay
Id: time-of-day
Title: "Time of day"
Description: "Where a person does not note the hour."
* insert OurCodes
* #morning "Morning"
* #afternoon "Afternoon"
* #evening "Evening"
* #night "Night"

ValueSet: ParticipationCodes
Id: participation
Title: "Paused or dropped out"
Description: "Every code of the code system participation."
* insert Ours
* include codes from system Participation

ValueSet: SessionEventCodes
Id: session-event
Title: "What happened around a session"
Description: "Every code of the code system session-event."
* insert Ours
* include codes from system SessionEvent

ValueSet: SessionResponseCodes
Id: session-response
Title: "Response to a session"
Description: "Every code of the code system session-response."
* insert Ours
* include codes from system SessionResponse

ValueSet: BetterCodes
Id: better
Title: "Which way is better"
Description: "Every code of the code system better."
* insert Ours
* include codes from system Better

ValueSet: TrialResultCodes
Id: trial-result
Title: "Result of a trial of treatment"
Description: "Every code of the code system trial-result."
* insert Ours
* include codes from system TrialResult

ValueSet: DiaryItemCodes
Id: diary-item
Title: "What a diary holds"
Description: "Every code of the code system diary-item."
* insert Ours
* include codes from system DiaryItem

ValueSet: DiaryPartCodes
Id: diary-part
Title: "Part of a diary entry"
Description: "Every code of the code system diary-part."
* insert Ours
* include codes from system DiaryPart

ValueSet: DiaryTriggerCodes
Id: diary-trigger
Title: "What may have brought it on"
Description: "Every code of the code system diary-trigger."
* insert Ours
* include codes from system DiaryTrigger

ValueSet: TimeOfDayCodes
Id: time-of-day
Title: "Time of day"
Description: "Every code of the code system time-of-day."
* insert Ours
* include codes from system TimeOfDay
