ValueSet: InterventionKindCodes
Id: intervention-kind
Title: "Kind of intervention"
Description: "Every code of the code system intervention-kind."
* insert Ours
* include codes from system InterventionKind

ValueSet: MeasureCodes
Id: measure
Title: "Outcome measure"
Description: "Every code of the code system measure."
* insert Ours
* include codes from system Measure

ValueSet: SectorCodes
Id: sector
Title: "Sector"
Description: "Every code of the code system sector."
* insert Ours
* include codes from system Sector

ValueSet: CheckedLevelCodes
Id: checked-level
Title: "How far an entry is checked"
Description: "Every code of the code system checked-level."
* insert Ours
* include codes from system CheckedLevel

ValueSet: DataClassCodes
Id: data-class
Title: "Data class"
Description: "Every code of the code system data-class."
* insert Ours
* include codes from system DataClass

ValueSet: GradeCodes
Id: grade
Title: "Grade of an organisation"
Description: "Every code of the code system grade."
* insert Ours
* include codes from system Grade

ValueSet: RelationshipKindCodes
Id: relationship-kind
Title: "Kind of relationship to a person"
Description: "Every code of the code system relationship-kind."
* insert Ours
* include codes from system RelationshipKind

ValueSet: SettingCodes
Id: setting
Title: "Setting of a session"
Description: "Every code of the code system setting."
* insert Ours
* include codes from system Setting

ValueSet: DeliveryModeCodes
Id: delivery-mode
Title: "Delivery mode"
Description: "Every code of the code system delivery-mode."
* insert Ours
* include codes from system DeliveryMode

ValueSet: ApproachCodes
Id: approach
Title: "Approach"
Description: "Every code of the code system approach."
* insert Ours
* include codes from system Approach

ValueSet: FunderCodes
Id: funder
Title: "Who paid"
Description: "Every code of the code system funder."
* insert Ours
* include codes from system Funder

ValueSet: AbsenceReasonCodes
Id: absence-reason
Title: "Why a session did not take place"
Description: "Every code of the code system absence-reason."
* insert Ours
* include codes from system AbsenceReason

ValueSet: TaskKindCodes
Id: task-kind
Title: "Kind of task"
Description: "Every code of the code system task-kind."
* insert Ours
* include codes from system TaskKind

ValueSet: TaskOutputCodes
Id: task-output
Title: "Kind of task output"
Description: "Every code of the code system task-output."
* insert Ours
* include codes from system TaskOutput

ValueSet: RefusalReasonCodes
Id: refusal-reason
Title: "Reason for a refusal"
Description: "Every code of the code system refusal-reason."
* insert Ours
* include codes from system RefusalReason

ValueSet: AnswerDecisionCodes
Id: answer-decision
Title: "What was decided of an answer from somebody who was not asked"
Description: "Every code of the code system answer-decision."
* insert Ours
* include codes from system AnswerDecision

ValueSet: KeptAnswerCodes
Id: kept-answer
Title: "What an answer from somebody who was not asked says"
Description: "Every code of the code system kept-answer."
* insert Ours
* include codes from system KeptAnswer

ValueSet: TriageOutcomeCodes
Id: triage-outcome
Title: "Triage outcome"
Description: "Every code of the code system triage-outcome."
* insert Ours
* include codes from system TriageOutcome

ValueSet: RequestCategoryCodes
Id: request-category
Title: "Category of request"
Description: "Every code of the code system request-category."
* insert Ours
* include codes from system RequestCategory

ValueSet: ServiceKindCodes
Id: service-kind
Title: "Kind of service on the pathway"
Description: "Every code of the code system service-kind."
* insert Ours
* include codes from system ServiceKind

ValueSet: UnmetNeedCodes
Id: unmet-need
Title: "Why a need is unmet"
Description: "Every code of the code system unmet-need."
* insert Ours
* include codes from system UnmetNeed

ValueSet: RegisterCodes
Id: register
Title: "Hospital alert register"
Description: "Every code of the code system register."
* insert Ours
* include codes from system Register

ValueSet: AnsweringRoleCodes
Id: answering-role
Title: "Who answers a hospital alert"
Description: "Every code of the code system answering-role."
* insert Ours
* include codes from system AnsweringRole

ValueSet: AlertOutcomeCodes
Id: alert-outcome
Title: "Outcome of a hospital alert"
Description: "Every code of the code system alert-outcome."
* insert Ours
* include codes from system AlertOutcome

ValueSet: ConsentKindCodes
Id: consent-kind
Title: "What a consent is about"
Description: "Every code of the code system consent-kind."
* insert Ours
* include codes from system ConsentKind

ValueSet: DeviceKindCodes
Id: device-kind
Title: "Kind of device"
Description: "Every code of the code system device-kind."
* insert Ours
* include codes from system DeviceKind

ValueSet: DevicePropertyCodes
Id: device-property
Title: "Property of an implanted device"
Description: "Every code of the code system device-property."
* insert Ours
* include codes from system DeviceProperty

ValueSet: StepEndedCodes
Id: step-ended
Title: "Why a step ended without a refusal"
Description: "Every code of the code system step-ended."
* insert Ours
* include codes from system StepEnded

ValueSet: TaskInputCodes
Id: task-input
Title: "Kind of task input"
Description: "Every code of the code system task-input."
* insert Ours
* include codes from system TaskInput

ValueSet: EscalationStepCodes
Id: escalation-step
Title: "Step of the ladder of an alert"
Description: "Every code of the code system escalation-step."
* insert Ours
* include codes from system EscalationStep
