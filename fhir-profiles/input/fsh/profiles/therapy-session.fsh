Profile: TherapySession
Parent: Procedure
Id: therapy-session
Title: "Therapy session"
Description: "One session of therapy, exercise or support, in one shape for every sector. A session that did not take place is status not-done with the reason. UK Core Procedure: status and subject are required, code and performed[x] must be supported; our own kind is sent with the user's own words, a SNOMED CT coding beside it only where one is confirmed."
* insert Ours
* obeys session-1 and session-2 and session-3 and session-4 and session-5
* extension contains
    SectorExtension named sector 1..1 MS and
    CheckedLevelExtension named checkedLevel 1..1 MS and
    FunderExtension named funder 0..1 and
    ApproachExtension named approach 0..1 and
    SettingExtension named setting 0..1 and
    DeliveryModeExtension named deliveryMode 0..1 and
    DoseExtension named dose 0..1 and
    RecordedAtExtension named recordedAt 0..1 and
    SessionCountExtension named sessionCount 0..1 and
    ParticipationExtension named participation 0..1 and
    NextReviewExtension named nextReview 0..1
* status MS
* statusReason MS
* statusReason from AbsenceReasonCodes (extensible)
* code 1..1 MS
* code from InterventionKindCodes (required)
* code.text 1..1 MS
* subject MS
* subject only Reference(Patient)
* basedOn MS
* performed[x] 1..1 MS
* performed[x] only dateTime or Period
* performer 1..* MS
* performer.actor MS
* performer.onBehalfOf MS
* bodySite MS
* outcome MS
* outcome from SessionResponseCodes (extensible)
* complication MS
* complication from SessionEventCodes (extensible)
* note MS

Invariant: session-1
Description: "A session says exactly once which sector gave it."
Severity: #error
Expression: "extension.where(url = 'https://handrail.example/fhir/StructureDefinition/sector').count() = 1"

Invariant: session-2
Description: "A session says exactly once how far it is checked."
Severity: #error
Expression: "extension.where(url = 'https://handrail.example/fhir/StructureDefinition/checked-level').count() = 1"

Invariant: session-3
Description: "A session that did not take place says why."
Severity: #error
Expression: "status = 'not-done' implies statusReason.exists()"

Invariant: session-4
Description: "Every session is attributed: the organisation is the performer, or the one on whose behalf the performer acted."
Severity: #error
Expression: "performer.where(onBehalfOf.exists() or actor.reference.contains('Organization/')).exists()"

Invariant: session-5
Description: "A pause or a drop-out says why."
Severity: #error
Expression: "extension.where(url = 'https://handrail.example/fhir/StructureDefinition/participation').exists() implies statusReason.exists()"
