Profile: RehabilitationPlan
Parent: CarePlan
Id: rehabilitation-plan
Title: "Rehabilitation plan"
Description: "Who does what and when, towards which goals, and when all look at it again; shared with everybody it names. UK Core CarePlan: status, intent and subject are required, category must be supported. A plan that goes back to the community is no discharge: it stays active."
* insert Ours
* obeys plan-1 and plan-2
* extension contains
    NextReviewExtension named nextReview 0..1 MS and
    BurdenExtension named burden 0..1
* status MS
* intent MS
* category MS
* title 1..1 MS
* subject MS
* subject only Reference(Patient)
* period MS
* created 1..1 MS
* author 1..1 MS
* contributor MS
* careTeam MS
* addresses MS
* goal MS
* activity MS
* activity.detail.description MS
* activity.detail.performer MS
* activity.detail.scheduled[x] MS

Invariant: plan-1
Description: "An activity says what is done and who does it, or refers to what says so."
Severity: #error
Expression: "activity.all(reference.exists() or ((detail.description.exists() or detail.code.exists()) and detail.performer.exists()))"

Invariant: plan-2
Description: "An active plan says when it is looked at again."
Severity: #error
Expression: "status = 'active' implies extension.where(url = 'https://handrail.example/fhir/StructureDefinition/next-review').exists()"

Profile: HubGoal
Parent: Goal
Id: hub-goal
Title: "Goal"
Description: "What the person wants to be able to do, in their own words. UK Core has no Goal: base R4."
* insert Ours
* obeys goal-1
* extension contains BurdenExtension named burden 0..1
* lifecycleStatus MS
* achievementStatus MS
* description MS
* description.text 1..1 MS
* subject MS
* subject only Reference(Patient)
* start[x] MS
* target MS
* target.due[x] MS
* statusReason MS
* expressedBy MS

Invariant: goal-1
Description: "A goal that ended says how far it was reached, or why it was given up."
Severity: #error
Expression: "(lifecycleStatus = 'completed' or lifecycleStatus = 'cancelled') implies (achievementStatus.exists() or statusReason.exists())"
