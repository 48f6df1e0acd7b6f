CodeSystem: AccessAttribute
Id: access-attribute
Title: "Attribute of the neuro access profile"
Description: "What a listing says about heat, space, help and training. Neither Open Referral UK nor OpenActive holds these."
* insert OurCodes
* #temperature "Temperature of room or pool" "Quantity in degrees Celsius."
* #cooling "Cooling" "The room can be cooled."
* #hoist "Hoist" "There is a hoist; its kind in words."
* #floor-recovery-space "Floor recovery space" "Matted or free space to get up from the floor."
* #seated-alternative "Seated alternative throughout"
* #standing-support "Standing support within reach"
* #rest-breaks "Rest breaks"
* #toilet-distance "Distance to the toilet" "Quantity in metres."
* #changing-place "Changing place"
* #step-free "Step-free route"
* #drop-off-distance "Distance from the drop-off" "Quantity in metres."
* #transfer-help "Help with transfers" "How many people can help: Quantity, 0 to 2."
* #neuro-trained-instructor "Instructor trained in neurological conditions"
* #staff-ratio "People to one member of staff" "Quantity."
* #fes-friendly "Friendly to FES, splints and frames"
* #low-noise "Low noise"
* #soft-light "Soft light"
* #carer-welcome "Carer welcome and free"
* #transport-offered "Transport offered"
* #remote-option "Remote option"
* #hyperbaric-pressure "Hyperbaric pressure" "Quantity in atmospheres absolute."
* #practitioner-register "Practitioner's register" "HCPC and similar, in words."
* #insurance-expiry "Insurance expires" "Date."
* #shadowing "Shadowing offered"

CodeSystem: Precaution
Id: precaution
Title: "Precaution that matters when a service is chosen"
Description: "A fact about the person that the referrer states, because a kind of service may do harm. Rules that use it show their source (harm warnings) and never block."
* insert OurCodes
* #heat-sensitive "Heat-sensitive"
* #intrathecal-pump "Implanted intrathecal pump"
* #altered-sensation "Altered sensation"
* #transfer-one "Needs one person's help to transfer"
* #transfer-two "Needs two people's help to transfer"
* #hoist-needed "Needs a hoist"
* #falls-risk "Falls"

ValueSet: AccessAttributeCodes
Id: access-attribute
Title: "Attributes of the neuro access profile"
Description: "All of the CodeSystem."
* insert Ours
* include codes from system AccessAttribute

ValueSet: PrecautionCodes
Id: precaution
Title: "Precautions that matter when a service is chosen"
Description: "All of the CodeSystem."
* insert Ours
* include codes from system Precaution
