CodeSystem: InterventionGroup
Id: intervention-group
Title: "Group of interventions"
Description: "What the kinds of intervention are listed under in forms and filters."
* insert OurCodes
* #physiotherapy "Physiotherapy"
* #therapy "Other therapies"
* #equipment "Splints, frames and seating"
* #electrical "Electrical stimulation"
* #exercise "Exercise and pool"
* #injection "Injections and nerve blocks"
* #device "Implanted pump"
* #medicine "Medicines for spasms and stiffness"
* #surgery "Surgery"
* #psychological "Counselling and psychology"
* #social "Support and activity"
* #complementary "Complementary therapies and oxygen"
* #decision "Decisions"

ValueSet: InterventionGroupCodes
Id: intervention-group
Title: "Group of interventions"
Description: "Every code of the code system intervention-group."
* insert Ours
* include codes from system InterventionGroup

CodeSystem: TherapyStatement
Id: therapy-statement
Title: "Kind of statement about a treatment"
Description: "What a sourced statement of the catalogue is about."
* insert OurCodes
* #effect "What it does"
* #onset "When it begins to act"
* #duration "How long it lasts"
* #repeat "When it may be given again"
* #trial "How it is tried"
* #monitoring "What is watched meanwhile"
* #precaution "What to mind"
* #access "Who gives it, and how it is reached"
* #evidence "What is known to help"

ValueSet: TherapyStatementCodes
Id: therapy-statement
Title: "Kind of statement about a treatment"
Description: "Every code of the code system therapy-statement."
* insert Ours
* include codes from system TherapyStatement
