Extension: NeedsExtension
Id: needs
Title: "Need or adjustment"
Description: "One thing that whoever runs a session must know, in plain words and without a diagnosis: aids, heat, fatigue, transfers, format."
Context: Patient, ServiceRequest
* insert Ours
* value[x] 1..1
* value[x] only string

Extension: BaselineExtension
Id: baseline
Title: "Baseline function"
Description: "How the person usually walks, communicates and so on, so that a ward can tell what is new."
Context: Patient
* insert Ours
* extension contains
    kind 1..1 and
    text 1..1
* extension[kind].value[x] only code
* extension[kind].value[x] 1..1
* extension[kind].valueCode from BaselineKindCodes (required)
* extension[text].value[x] only string
* extension[text].value[x] 1..1

Extension: AboutMeExtension
Id: about-me
Title: "About me"
Description: "What the person wants others to know, in their own words. Shown as written by the person."
Context: Patient
* insert Ours
* value[x] 1..1
* value[x] only string

Extension: GradeExtension
Id: grade
Title: "Grade"
Description: "How much the organisation may see, from the assurance it holds."
Context: Organization
* insert Ours
* value[x] 1..1
* value[x] only code
* valueCode from GradeCodes (required)

Extension: RegisterBasisExtension
Id: register-basis
Title: "Basis of a register entry"
Description: "The consent, or the recorded decision, on which the person is on the hospital alert register."
Context: Flag
* insert Ours
* value[x] 1..1
* value[x] only Reference(Consent or DocumentReference)
