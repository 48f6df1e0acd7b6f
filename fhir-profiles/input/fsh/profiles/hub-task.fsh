Profile: HubTask
Parent: Task
Id: hub-task
Title: "Task of the hub"
Description: "One step of a need or of a hospital alert. While it is open it has an owner and a due time; a refusal says why and what happens next. UK Core Task: status and intent are required, owner and restriction.period must be supported."
* insert Ours
* obeys hub-task-1 and hub-task-2 and hub-task-3 and hub-task-4
* code 1..1 MS
* code from TaskKindCodes (required)
* status MS
* statusReason MS
* intent MS
* priority MS
* focus MS
* for MS
* for only Reference(Patient)
* encounter MS
* authoredOn 1..1 MS
* requester MS
* owner 1..1 MS
* restriction MS
* restriction.period MS
* restriction.period.end MS
* reasonCode MS
* reasonReference MS
* input MS
* output MS

Invariant: hub-task-1
Description: "An open task has an owner and a due time (restriction.period.end)."
Severity: #error
Expression: "(status = 'draft' or status = 'requested' or status = 'received' or status = 'accepted' or status = 'ready' or status = 'in-progress' or status = 'on-hold') implies (owner.exists() and restriction.period.end.exists())"

Invariant: hub-task-2
Description: "A refusal has a coded reason (refusal-reason) and says it in plain words."
Severity: #error
Expression: "status = 'rejected' implies (statusReason.coding.where(system = 'https://handrail.example/fhir/CodeSystem/refusal-reason' and code.exists()).exists() and statusReason.text.exists())"

Invariant: hub-task-3
Description: "A refusal names the next owner, the next action and by when."
Severity: #error
Expression: "status = 'rejected' implies (output.where(type.coding.where(system = 'https://handrail.example/fhir/CodeSystem/task-output' and code = 'next-owner').exists()).value.exists() and output.where(type.coding.where(system = 'https://handrail.example/fhir/CodeSystem/task-output' and code = 'next-action').exists()).value.exists() and output.where(type.coding.where(system = 'https://handrail.example/fhir/CodeSystem/task-output' and code = 'due').exists()).value.exists())"

Invariant: hub-task-4
Description: "A task that failed or was entered in error says why in words."
Severity: #error
Expression: "(status = 'failed' or status = 'entered-in-error') implies statusReason.text.exists()"
