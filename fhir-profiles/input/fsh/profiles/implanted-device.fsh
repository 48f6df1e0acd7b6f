Profile: ImplantedDevice
Parent: Device
Id: implanted-device
Title: "Implanted device"
Description: "A device in somebody's body that a ward must know of. Make, model and serial as on the device card; what is not known is left out. UK Core Device: status and type must be supported."
* insert Ours
* obeys device-1
* status 1..1 MS
* manufacturer MS
* modelNumber MS
* serialNumber MS
* type 1..1 MS
* type from DeviceKindCodes (required)
* type.text 1..1 MS
* property MS
* property.type from DevicePropertyCodes (required)
* patient 1..1 MS
* owner 1..1 MS
* owner only Reference(Organization)

Invariant: device-1
Description: "What can be used of the reservoir is not more than it holds."
Severity: #error
Expression: "property.where(type.coding.where(code = 'usable-volume').exists()).valueQuantity.value.empty() or property.where(type.coding.where(code = 'reservoir-volume').exists()).valueQuantity.value.empty() or property.where(type.coding.where(code = 'usable-volume').exists()).valueQuantity.value.first() <= property.where(type.coding.where(code = 'reservoir-volume').exists()).valueQuantity.value.first()"

Profile: DeviceUse
Parent: DeviceUseStatement
Id: device-use
Title: "Use of an implanted device"
Description: "That the person has the device, since when, and the device block that the emergency view and a hospital alert show. UK Core has no DeviceUseStatement: base R4."
* insert Ours
* obeys device-use-1
* extension contains
    DeviceBlockExtension named block 0..1 MS and
    NextReviewExtension named nextReview 0..1
* status MS
* subject MS
* subject only Reference(Patient)
* recordedOn 1..1 MS
* source 1..1 MS
* device MS

Invariant: device-use-1
Description: "A device block says when it was confirmed, by whom, and whom to call."
Severity: #error
Expression: "extension.where(url = 'https://handrail.example/fhir/StructureDefinition/device-block').all(extension.where(url = 'confirmed-on').exists() and extension.where(url = 'confirmed-by').exists() and extension.where(url = 'contact').exists())"
