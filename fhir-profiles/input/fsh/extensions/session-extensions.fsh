Extension: SectorExtension
Id: sector
Title: "Sector"
Description: "Which sector gave or recorded this, or which sector an organisation belongs to."
Context: Procedure, Organization, ServiceRequest, Observation
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from SectorCodes (required)

Extension: CheckedLevelExtension
Id: checked-level
Title: "Checked level"
Description: "How far the entry is checked: said by the person, recorded by a worker, recorded by a registered professional, confirmed by a clinician."
Context: Procedure, Observation, DeviceUseStatement, MedicationStatement, AllergyIntolerance, Condition
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from CheckedLevelCodes (required)

Extension: FunderExtension
Id: funder
Title: "Who paid"
Description: "Who paid for the session."
Context: Procedure
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from FunderCodes (required)

Extension: ApproachExtension
Id: approach
Title: "Approach"
Description: "Hands-on, hands-off or mixed."
Context: Procedure
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from ApproachCodes (required)

Extension: SettingExtension
Id: setting
Title: "Setting"
Description: "Where the session took place."
Context: Procedure
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from SettingCodes (required)

Extension: DeliveryModeExtension
Id: delivery-mode
Title: "Delivery mode"
Description: "In person, in a group, by video, by telephone, alone from a programme."
Context: Procedure
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from DeliveryModeCodes (required)

Extension: DoseExtension
Id: dose
Title: "Dose of a session"
Description: "How much was done: minutes, repetitions, effort from 0 to 10 as the person felt it."
Context: Procedure
* insert Ours
* extension contains
    minutes 0..1 and
    repetitions 0..1 and
    effort 0..1
* extension[minutes].value[x] only positiveInt
* extension[minutes].value[x] 1..1
* extension[repetitions].value[x] only positiveInt
* extension[repetitions].value[x] 1..1
* extension[effort].value[x] only unsignedInt
* extension[effort].value[x] 1..1

Extension: RecordedAtExtension
Id: recorded-at
Title: "Recorded at"
Description: "When the entry was typed, kept apart from when it happened."
Context: Procedure
* insert Ours
* value[x] 1..1
* value[x] only dateTime
