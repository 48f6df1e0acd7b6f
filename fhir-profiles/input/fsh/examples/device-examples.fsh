Instance: dafydd-pump-example
InstanceOf: ImplantedDevice
Usage: #example
Title: "Dafydd's pump"
* status = #active
* manufacturer = "Northmere Devices"
* modelNumber = "NM-20"
* serialNumber = "NM20-000447"
* type = $device-kind#intrathecal-baclofen-pump "Intrathecal baclofen pump"
* type.text = "Intrathecal baclofen pump"
* property[0].type = $device-property#reservoir-volume "Reservoir volume"
* property[=].valueQuantity = 20 'mL' "ml"
* property[+].type = $device-property#usable-volume "Usable volume"
* property[=].valueQuantity = 18 'mL' "ml"
* patient = Reference(Patient/dafydd)
* owner = Reference(Organization/pump-centre)

Instance: dafydd-pump-use-example
InstanceOf: DeviceUse
Usage: #example
Title: "Dafydd's pump, as its centre confirmed it"
* extension[block].extension[concentration].valueQuantity = 2000 'ug/mL' "micrograms/ml"
* extension[block].extension[daily-dose].valueQuantity = 350 'ug/d' "micrograms/day"
* extension[block].extension[mode].valueString = "Simple continuous"
* extension[block].extension[last-refill].valueDate = "2026-08-14"
* extension[block].extension[refill-by].valueDate = "2026-11-23"
* extension[block].extension[low-reservoir-alarm].valueDate = "2026-11-24"
* extension[block].extension[contact].valueContactPoint.system = #phone
* extension[block].extension[contact].valueContactPoint.value = "01632 960107"
* extension[block].extension[do-not-stop].valueString = "Intrathecal baclofen"
* extension[block].extension[confirmed-on].valueDate = "2026-08-14"
* extension[block].extension[confirmed-by].valueReference = Reference(Organization/pump-centre)
* status = #active
* subject = Reference(Patient/dafydd)
* timingDateTime = "2022-03-08"
* recordedOn = "2026-08-14T11:20:00+01:00"
* source = Reference(Practitioner/specialist-nurse)
* device = Reference(Device/dafydd-pump-example)
* bodySite.text = "Right side of the abdomen, near the waist"

Instance: dafydd-on-the-register
InstanceOf: RegisterEntry
Usage: #example
Title: "Dafydd is on the register for his pump"
* extension[basis].valueReference = Reference(Consent/dafydd-agreed-to-alerts)
* status = #active
* category = $flag-category#clinical "Clinical"
* code = $register#intrathecal-baclofen-pump "Intrathecal baclofen pump"
* code.text = "Intrathecal baclofen pump"
* subject = Reference(Patient/dafydd)
* period.start = "2026-09-08"
* author = Reference(Organization/pump-centre)

Instance: dafydd-agreed-to-alerts
InstanceOf: RegisterConsent
Usage: #example
Title: "Dafydd agreed to be on the register"
* status = #active
* scope = $consent-scope#patient-privacy "Privacy Consent"
* category = $consent-kind#hospital-alerts "To be on the hospital alert register"
* patient = Reference(Patient/dafydd)
* dateTime = "2026-09-08T10:30:00+01:00"
* performer = Reference(Patient/dafydd)
* organization = Reference(Organization/pump-centre)
* policyRule = $act-code#OPTIN "opt-in"
* policyRule.text = "Told face to face what an alert shows and to whom; may be withdrawn at any time."
* verification.verified = true
* verification.verifiedWith = Reference(Patient/dafydd)
* verification.verificationDate = "2026-09-08T10:30:00+01:00"
* provision.type = #permit
