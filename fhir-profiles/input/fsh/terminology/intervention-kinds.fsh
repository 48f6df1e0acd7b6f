CodeSystem: InterventionKind
Id: intervention-kind
Title: "Kind of intervention"
Description: "Starter catalogue of neuro-rehabilitation. Our own code is what a record holds; the SNOMED CT mapping stands beside it as a property, so that a corrected mapping changes a line here and no record. A kind without a confirmed concept of the same meaning has none."
* insert OurCodes
* ^property[+].code = #group
* ^property[=].description = "What the kind is listed under."
* ^property[=].type = #code
* ^property[+].code = #snomed
* ^property[=].description = "The SNOMED CT procedure with the same meaning, where one is confirmed."
* ^property[=].type = #Coding
* #physiotherapy "Physiotherapy" "An individual programme given by a physiotherapist."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#91251008 "Physical therapy procedure"
* #balance-and-posture "Balance and posture training" "Training of balance and posture."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #gait-training "Walking training" "Training of walking, with or without aids."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #strengthening "Strengthening" "Exercise to gain strength."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#6397004 "Muscular strength development exercise"
* #stretching "Stretching" "Active or passive stretching."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #range-of-movement "Range of movement exercise" "Active or passive movement to keep or gain range."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#85680003 "Range of motion exercise"
* #task-practice "Task practice" "Repeated practice of an everyday task."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #self-management-education "Education and self-management" "Teaching the person and carers to manage."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #home-programme "Home programme" "Exercises to do at home; reviewed at least yearly."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #carer-training "Carer training" "Teaching a carer movements, handling or pacing."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
* #advice "Exercise advice" "Advice about exercise."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#410289001 "Exercises education, guidance, and counseling"
* #occupational-therapy "Occupational therapy" "Given by an occupational therapist."
  * ^property[+].code = #group
  * ^property[=].valueCode = #therapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#84478008 "Occupational therapy"
* #speech-and-language-therapy "Speech and language therapy" "Speech, communication or swallowing, given by a speech and language therapist."
  * ^property[+].code = #group
  * ^property[=].valueCode = #therapy
* #splinting "Splinting" "A splint or orthosis is made, fitted or reviewed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
* #standing-frame "Standing frame" "Standing with a frame."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
* #seating-and-positioning "Seating and positioning" "Seating, bed and posture support."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
* #fes "Functional electrical stimulation" "Stimulation of a nerve or muscle during a movement, for example for foot drop. No code with this meaning is confirmed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #electrical
* #fes-set-up "Functional electrical stimulation, set-up" "Assessment, fitting and settings."
  * ^property[+].code = #group
  * ^property[=].valueCode = #electrical
* #tens "Transcutaneous electrical nerve stimulation" "Stimulation through the skin against pain or spasticity."
  * ^property[+].code = #group
  * ^property[=].valueCode = #electrical
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#229559001 "Transcutaneous nerve stimulation therapy"
* #hydrotherapy "Hydrotherapy" "Exercise in a warm pool led by a professional."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#46903006 "Hydrotherapy"
* #exercise-therapy "Exercise therapy" "Exercise given as treatment, alone or in a small group."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#229065009 "Exercise therapy (regime/therapy)"
* #exercise-class "Exercise class" "A class led by an instructor."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#229095001 "Exercise class"
* #chair-based-exercise "Chair-based exercise class" "A class done seated."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
* #yoga "Yoga" "Yoga, adapted where needed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#229224000 "Participation in yoga"
* #tai-chi "Tai chi" "Tai chi, adapted where needed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#229223006 "Participation in Tai Chi"
* #botulinum-toxin "Botulinum toxin injection" "Injection into named muscles. Sources disagree on the code, so text only."
  * ^property[+].code = #group
  * ^property[=].valueCode = #injection
* #phenol-block "Phenol or alcohol nerve block" "Destroys nerve; an intrathecal block is permanent."
  * ^property[+].code = #group
  * ^property[=].valueCode = #injection
* #baclofen-pump-implant "Intrathecal baclofen pump, implant or replacement" "Surgery to place or replace the pump or its catheter."
  * ^property[+].code = #group
  * ^property[=].valueCode = #device
* #baclofen-pump-refill "Intrathecal baclofen pump, refill" "Refill and dose by trained staff only."
  * ^property[+].code = #group
  * ^property[=].valueCode = #device
* #medicine-oral-baclofen "Baclofen by mouth" "Start, change or review."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #medicine-tizanidine "Tizanidine" "Start, change or review; liver monitoring."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #medicine-gabapentin "Gabapentin" "Start, change or review."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #medicine-dantrolene "Dantrolene" "Start, change or review; liver monitoring."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #medicine-diazepam "Diazepam" "Start, change or review; not for long."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #medicine-clonazepam "Clonazepam" "Start, change or review; not for long."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #medicine-nabiximols "Nabiximols" "A four-week trial with a stop rule."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
* #contracture-surgery "Surgery for contracture" "Better when stiffness is managed before and after."
  * ^property[+].code = #group
  * ^property[=].valueCode = #surgery
* #counselling "Counselling" "Given by a counsellor."
  * ^property[+].code = #group
  * ^property[=].valueCode = #psychological
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#409063005 "Counselling"
* #neuropsychology "Neuropsychological therapy" "Given by a neuropsychologist. No code for the therapy is confirmed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #psychological
* #neuropsychological-testing "Neuropsychological assessment" "Testing of memory, attention and thinking."
  * ^property[+].code = #group
  * ^property[=].valueCode = #psychological
* #cognitive-behavioural-therapy "Cognitive behavioural therapy" "A talking therapy."
  * ^property[+].code = #group
  * ^property[=].valueCode = #psychological
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#228557008 "Cognitive and behavioral therapy"
* #peer-support "Peer support" "From somebody who lives with the condition, or in a group."
  * ^property[+].code = #group
  * ^property[=].valueCode = #social
* #social-group "Social group or activity" "Meeting others; connection and motivation."
  * ^property[+].code = #group
  * ^property[=].valueCode = #social
* #vocational-support "Help to stay in or return to work" "Vocational rehabilitation."
  * ^property[+].code = #group
  * ^property[=].valueCode = #social
* #fatigue-management "Fatigue management" "A course or individual sessions on fatigue and pacing."
  * ^property[+].code = #group
  * ^property[=].valueCode = #therapy
* #relaxation "Relaxation" "Relaxation training."
  * ^property[+].code = #group
  * ^property[=].valueCode = #complementary
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#64299003 "Relaxation training therapy"
* #acupuncture "Acupuncture" "By a registered practitioner."
  * ^property[+].code = #group
  * ^property[=].valueCode = #complementary
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#44868003 "Acupuncture"
* #massage "Massage" "By a qualified practitioner."
  * ^property[+].code = #group
  * ^property[=].valueCode = #complementary
* #complementary-other "Another complementary therapy" "Named in words."
  * ^property[+].code = #group
  * ^property[=].valueCode = #complementary
* #oxygen "Oxygen therapy under pressure" "Breathing oxygen in a pressure chamber at a therapy centre. No code for the treatment is confirmed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #complementary
* #monitoring-only "Monitored, deliberately not treated" "A decision to watch and not to treat."
  * ^property[+].code = #group
  * ^property[=].valueCode = #decision
