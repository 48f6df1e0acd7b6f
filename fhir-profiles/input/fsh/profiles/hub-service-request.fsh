Profile: HubServiceRequest
Parent: ServiceRequest
Id: hub-service-request
Title: "Need on the pathway"
Description: "What a person needs, from whichever sector it was asked. It stays active until it is met, withdrawn or written into the unmet-need ledger. An absent priority is shown as not stated and clocked as routine. UK Core ServiceRequest: status, intent and subject are required."
* insert Ours
* obeys request-1 and request-2
* extension contains
    NeedsExtension named needs 0..* MS and
    SectorExtension named sector 0..1 and
    RequestCriteria named criteria 0..1 and
    Coordinator named coordinator 0..1
* identifier MS
* basedOn MS
* status MS
* intent MS
* category 1..* MS
* priority MS
* code 1..1 MS
* subject MS
* subject only Reference(Patient)
* authoredOn 1..1 MS
* requester 1..1 MS
* performer MS
* reasonCode MS
* supportingInfo MS

Invariant: request-1
Description: "The need is in a category that the hub routes."
Severity: #error
Expression: "category.coding.where(system = 'https://handrail.example/fhir/CodeSystem/request-category' and code.exists()).exists()"

Invariant: request-2
Description: "What is asked for is said in words, or coded."
Severity: #error
Expression: "code.text.exists() or code.coding.exists()"
