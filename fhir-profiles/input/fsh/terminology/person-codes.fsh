CodeSystem: BaselineKind
Id: baseline-kind
Title: "Kind of baseline function"
Description: "What a baseline statement is about."
* insert OurCodes
* #walking "Walking and transfers"
* #communication "Communication"
* #thinking "Memory and thinking"
* #swallowing "Eating and swallowing"
* #continence "Bladder and bowel"
* #care "Care and help at home"

ValueSet: BaselineKindCodes
Id: baseline-kind
Title: "Kind of baseline function"
Description: "Every code of the code system baseline-kind."
* insert Ours
* include codes from system BaselineKind
