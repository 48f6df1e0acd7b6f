Extension: DeviceBlockExtension
Id: device-block
Title: "Device block"
Description: "What a ward must know of an implanted pump, as entered and confirmed by the centre that answers for it. Dates and amounts change at each refill; fixed properties are on the Device. Field list after a public pump discharge sheet."
Context: DeviceUseStatement
* insert Ours
* extension contains
    concentration 0..1 and
    daily-dose 0..1 and
    mode 0..1 and
    last-refill 0..1 and
    refill-by 0..1 and
    low-reservoir-alarm 0..1 and
    battery-replacement-due 0..1 and
    catheter-tip 0..1 and
    rescue-plan 0..1 and
    contact 1..1 and
    urgent-signs 0..1 and
    do-not-stop 0..* and
    confirmed-on 1..1 and
    confirmed-by 1..1
* extension[concentration].value[x] only Quantity
* extension[daily-dose].value[x] only Quantity
* extension[mode].value[x] only string
* extension[last-refill].value[x] only date
* extension[refill-by].value[x] only date
* extension[low-reservoir-alarm].value[x] only date
* extension[battery-replacement-due].value[x] only date
* extension[catheter-tip].value[x] only string
* extension[rescue-plan].value[x] only string
* extension[contact].value[x] only ContactPoint
* extension[urgent-signs].value[x] only string
* extension[do-not-stop].value[x] only string
* extension[confirmed-on].value[x] only date
* extension[confirmed-by].value[x] only Reference(Organization or Practitioner or PractitionerRole)
