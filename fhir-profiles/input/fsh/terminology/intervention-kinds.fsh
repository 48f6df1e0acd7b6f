CodeSystem: InterventionKind
Id: intervention-kind
Title: "Kind of intervention"
Description: "Starter catalogue of neuro-rehabilitation. Our own code is what a record holds; the SNOMED CT mapping stands beside it as a property, so that a corrected mapping changes a line here and no record. A kind without a confirmed concept of the same meaning has none. What is known of a kind, each statement with its source, is in the ActivityDefinition of the same id."
* insert OurCodes
* ^property[+].code = #group
* ^property[=].description = "What the kind is listed under: a code of intervention-group."
* ^property[=].type = #code
* ^property[+].code = #snomed
* ^property[=].description = "The SNOMED CT procedure with the same meaning, where one is confirmed."
* ^property[=].type = #Coding
* ^property[+].code = #device
* ^property[=].description = "The SNOMED CT device that is used, where one is confirmed."
* ^property[=].type = #Coding
* ^property[+].code = #medicine
* ^property[=].description = "The medicine in dm+d, by ingredient (VTM). Of the release of April 2019: the id may have been replaced, so that it is looked up before it is used to match."
* ^property[=].type = #Coding
* ^property[+].code = #pinned
* ^property[=].description = "True where it stands at the top of the passport for good: implanted or not to be undone."
* ^property[=].type = #boolean
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
* #walking-class "Walking class" "Walking trained in a group, for people with a neurological condition."
  * ^property[+].code = #group
  * ^property[=].valueCode = #physiotherapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#88695002 "Class in walking training, nervous system (regime/therapy)"
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
* #neurological-rehabilitation "Neurological rehabilitation programme" "A programme of several professions, in hospital or not."
  * ^property[+].code = #group
  * ^property[=].valueCode = #therapy
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#25855006 "Neurological rehabilitation"
* #splinting "Splinting" "A splint or orthosis is made, fitted or reviewed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
  * ^property[+].code = #device
  * ^property[=].valueCoding = $sct#16650009 "Splint"
* #standing-frame "Standing frame" "Standing with a frame."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
  * ^property[+].code = #device
  * ^property[=].valueCoding = $sct#183150009 "Standing frame"
* #seating-and-positioning "Seating and positioning" "Seating, bed and posture support."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
* #orthosis "Drop-foot aid or other orthosis" "An ankle-foot or other orthosis is fitted or reviewed."
  * ^property[+].code = #group
  * ^property[=].valueCode = #equipment
  * ^property[+].code = #device
  * ^property[=].valueCoding = $sct#224898003 "Orthotic device"
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
* #hydrotherapy-class "Hydrotherapy class" "A class in a warm pool."
  * ^property[+].code = #group
  * ^property[=].valueCode = #exercise
  * ^property[+].code = #snomed
  * ^property[=].valueCoding = $sct#229207006 "Hydrotherapy class"
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
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#427412002 "Botulinum A toxin"
* #phenol-block "Phenol or alcohol nerve block" "Destroys the nerve."
  * ^property[+].code = #group
  * ^property[=].valueCode = #injection
  * ^property[+].code = #pinned
  * ^property[=].valueBoolean = true
* #intrathecal-phenol "Phenol into the spinal canal" "Permanent; affects legs, bladder and bowel."
  * ^property[+].code = #group
  * ^property[=].valueCode = #injection
  * ^property[+].code = #pinned
  * ^property[=].valueBoolean = true
* #baclofen-pump-implant "Intrathecal baclofen pump, implant or replacement" "Surgery to place or replace the pump or its catheter."
  * ^property[+].code = #group
  * ^property[=].valueCode = #device
  * ^property[+].code = #pinned
  * ^property[=].valueBoolean = true
* #baclofen-pump-refill "Intrathecal baclofen pump, refill" "Refill and dose by trained staff only."
  * ^property[+].code = #group
  * ^property[=].valueCode = #device
* #medicine-oral-baclofen "Baclofen by mouth" "Start, change or review."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#6102009 "Baclofen"
* #medicine-tizanidine "Tizanidine" "Start, change or review; liver monitoring."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#108461005 "Tizanidine"
* #medicine-gabapentin "Gabapentin" "Start, change or review."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#108402001 "Gabapentin"
* #medicine-dantrolene "Dantrolene" "Start, change or review; liver monitoring."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#69107004 "Dantrolene"
* #medicine-diazepam "Diazepam" "Start, change or review; not for long."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#48546005 "Diazepam"
* #medicine-clonazepam "Clonazepam" "Start, change or review; not for long."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#69708003 "Clonazepam"
* #medicine-nabiximols "Nabiximols" "A four-week trial with a stop rule."
  * ^property[+].code = #group
  * ^property[=].valueCode = #medicine
  * ^property[+].code = #medicine
  * ^property[=].valueCoding = $dmd#10599511000001109 "Dronabinol + Cannabidiol"
* #contracture-surgery "Surgery for contracture" "Better when stiffness is managed before and after."
  * ^property[+].code = #group
  * ^property[=].valueCode = #surgery
  * ^property[+].code = #pinned
  * ^property[=].valueBoolean = true
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
* #heat-or-cold-therapy "Heat or cold therapy" "Warmth, cold packs or cooling."
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
