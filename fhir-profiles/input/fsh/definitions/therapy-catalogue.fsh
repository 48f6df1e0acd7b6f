// What is known of each kind of intervention. Only what a source says is here; a kind of which none says anything has no instance. One
// statement a line: what it is about (therapy-statement), in words, its source, and the span where it is one.

RuleSet: Known(kind, name, title)
* url = "https://handrail.example/fhir/ActivityDefinition/{kind}"
* version = "0.1.0"
* name = "{name}"
* title = {title}
* status = #draft
* publisher = "Handrail"
* lastReviewDate = "2026-11-21"
* effectivePeriod.end = "2027-05-21"
* author.name = "Handrail project"
* code = $intervention-kind#{kind}

RuleSet: Says(about, text, source)
* extension[+].url = "https://handrail.example/fhir/StructureDefinition/therapy-statement"
* extension[=].extension[0].url = "about"
* extension[=].extension[=].valueCode = #{about}
* extension[=].extension[+].url = "text"
* extension[=].extension[=].valueString = {text}
* extension[=].extension[+].url = "source"
* extension[=].extension[=].valueString = {source}

// Of the statement before it.
RuleSet: From(value, code, unit)
* extension[=].extension[+].url = "from"
* extension[=].extension[=].valueQuantity = {value} '{code}' "{unit}"

RuleSet: Until(value, code, unit)
* extension[=].extension[+].url = "until"
* extension[=].extension[=].valueQuantity = {value} '{code}' "{unit}"

RuleSet: LookedAtAgain(rule)
* relatedArtifact.type = #depends-on
* relatedArtifact.resource = "https://handrail.example/fhir/PlanDefinition/review-{rule}"

Instance: physiotherapy
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(physiotherapy, Physiotherapy, [["Physiotherapy"]])
* insert Says(evidence, [["Exercise improves mobility, balance and fatigue in multiple sclerosis (Cochrane review cited there)."]], [["Article on neurological physiotherapy, why it is important (needs A-11)"]])
* insert Says(trial, [["It is adapted in a relapse; how often depends on the person."]], [["Article on neurological physiotherapy, questions and answers (needs A-08)"]])
* insert Says(access, [["At home or by video it spares the fatigue of travelling."]], [["Article on neurological physiotherapy, home-based physiotherapy (needs A-06)"]])
* insert Says(access, [["Independent physiotherapists registered with the HCPC give care at home and by video."]], [["Article on neurological physiotherapy, closing (needs A-09)"]])
* insert Says(evidence, [["Hands-on and hands-off both need evidence: the approach is recorded for each session."]], [["Neuro-rehabilitation forums, December 2025, recommendation 7 (needs C-26)"]])

Instance: walking-class
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(walking-class, WalkingClass, [["Walking class"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: home-programme
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(home-programme, HomeProgramme, [["Home programme"]])
* insert Says(monitoring, [["Reviewed at least yearly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-10)"]])
* insert Says(access, [["At home or by video it spares the fatigue of travelling."]], [["Article on neurological physiotherapy, home-based physiotherapy (needs A-06)"]])
* insert LookedAtAgain(home-programme)

Instance: carer-training
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(carer-training, CarerTraining, [["Carer training"]])
* insert Says(effect, [["Carers learn passive movement."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-10)"]])
* insert Says(effect, [["Carers encourage, assist and help to pace."]], [["Article on neurological physiotherapy, caregivers (needs A-07)"]])

Instance: splinting
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(splinting, Splinting, [["Splinting"]])
* insert Says(monitoring, [["Report back how it goes."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, aids (needs B-14)"]])
* insert LookedAtAgain(equipment)

Instance: standing-frame
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(standing-frame, StandingFrame, [["Standing frame"]])
* insert Says(monitoring, [["Report back how it goes."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, aids (needs B-14)"]])
* insert LookedAtAgain(equipment)

Instance: seating-and-positioning
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(seating-and-positioning, SeatingAndPositioning, [["Seating and positioning"]])
* insert Says(monitoring, [["Report back how it goes."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, aids (needs B-14)"]])
* insert LookedAtAgain(equipment)

Instance: orthosis
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(orthosis, Orthosis, [["Drop-foot aid or other orthosis"]])
* insert Says(monitoring, [["Report back how it goes."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, aids (needs B-14)"]])
* insert LookedAtAgain(equipment)

Instance: fes
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(fes, Fes, [["Functional electrical stimulation"]])
* insert Says(access, [["Access varies from place to place; a doctor, a physiotherapist or an MS nurse can refer."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, FES and TENS (needs B-21)"]])
* insert Says(monitoring, [["Report back how it goes."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, aids (needs B-14)"]])

Instance: fes-set-up
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(fes-set-up, FesSetUp, [["Functional electrical stimulation, set-up"]])
* insert Says(access, [["Access varies from place to place; a doctor, a physiotherapist or an MS nurse can refer."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, FES and TENS (needs B-21)"]])
* insert Says(monitoring, [["Report back how it goes."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, aids (needs B-14)"]])
* insert LookedAtAgain(equipment)

Instance: tens
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(tens, Tens, [["Transcutaneous electrical nerve stimulation"]])
* insert Says(access, [["Access varies from place to place; a doctor, a physiotherapist or an MS nurse can refer."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, FES and TENS (needs B-21)"]])

Instance: hydrotherapy
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(hydrotherapy, Hydrotherapy, [["Hydrotherapy"]])
* insert Says(precaution, [["Heat is borne differently: some do better in a warm pool, some worse in heat."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, keeping cool (needs B-13)"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])

Instance: hydrotherapy-class
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(hydrotherapy-class, HydrotherapyClass, [["Hydrotherapy class"]])
* insert Says(precaution, [["Heat is borne differently: some do better in a warm pool, some worse in heat."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, keeping cool (needs B-13)"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: exercise-therapy
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(exercise-therapy, ExerciseTherapy, [["Exercise therapy"]])
* insert Says(evidence, [["Exercise improves mobility, balance and fatigue in multiple sclerosis (Cochrane review cited there)."]], [["Article on neurological physiotherapy, why it is important (needs A-11)"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])

Instance: exercise-class
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(exercise-class, ExerciseClass, [["Exercise class"]])
* insert Says(evidence, [["Exercise improves mobility, balance and fatigue in multiple sclerosis (Cochrane review cited there)."]], [["Article on neurological physiotherapy, why it is important (needs A-11)"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: chair-based-exercise
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(chair-based-exercise, ChairBasedExercise, [["Chair-based exercise class"]])
* insert Says(evidence, [["Exercise improves mobility, balance and fatigue in multiple sclerosis (Cochrane review cited there)."]], [["Article on neurological physiotherapy, why it is important (needs A-11)"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: yoga
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(yoga, Yoga, [["Yoga"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: tai-chi
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(tai-chi, TaiChi, [["Tai chi"]])
* insert Says(precaution, [["See a professional before starting new exercise."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, physiotherapy (needs B-11)"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: botulinum-toxin
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(botulinum-toxin, BotulinumToxin, [["Botulinum toxin injection"]])
* insert Says(onset, [["Acts within 12 hours to 7 days."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-15)"]])
* insert From(12, h, hours)
* insert Until(7, d, days)
* insert Says(duration, [["Lasts about 3 to 4 months."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-15)"]])
* insert From(3, mo, months)
* insert Until(4, mo, months)
* insert Says(repeat, [["May be repeated after 3 months."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-15)"]])
* insert From(3, mo, months)
* insert LookedAtAgain(botulinum-toxin)

Instance: phenol-block
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(phenol-block, PhenolBlock, [["Phenol or alcohol nerve block"]])
* insert Says(effect, [["Destroys the nerve."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-16)"]])

Instance: intrathecal-phenol
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(intrathecal-phenol, IntrathecalPhenol, [["Phenol into the spinal canal"]])
* insert Says(effect, [["Permanent: it cannot be undone."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-16)"]])
* insert Says(precaution, [["Affects the legs, the bladder and the bowel."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-16)"]])

Instance: baclofen-pump-implant
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(baclofen-pump-implant, BaclofenPumpImplant, [["Intrathecal baclofen pump, implant or replacement"]])
* insert Says(effect, [["A pump under the skin near the waist gives baclofen continuously into the spinal canal."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-17)"]])
* insert Says(precaution, [["Risks are infection, movement of the pump or its catheter, and a wrong dose."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-17)"]])
* insert Says(precaution, [["An emergency if delivery stops: high fever, altered mind, rebound spasticity, rigidity."]], [["Lioresal Intrathecal product information, abrupt discontinuation warning; Douglas et al., J Neurosurg 2005"]])
* insert Says(precaution, [["MRI can stall the motor: the pump is checked afterwards."]], [["Practical Neurology 2022;22:241"]])
* insert LookedAtAgain(baclofen-pump)

Instance: baclofen-pump-refill
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(baclofen-pump-refill, BaclofenPumpRefill, [["Intrathecal baclofen pump, refill"]])
* insert Says(precaution, [["Refill and dose by trained staff only."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-17)"]])
* insert Says(precaution, [["An emergency if delivery stops: high fever, altered mind, rebound spasticity, rigidity."]], [["Lioresal Intrathecal product information, abrupt discontinuation warning; Douglas et al., J Neurosurg 2005"]])
* insert Says(precaution, [["MRI can stall the motor: the pump is checked afterwards."]], [["Practical Neurology 2022;22:241"]])
* insert LookedAtAgain(baclofen-pump)

Instance: medicine-oral-baclofen
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-oral-baclofen, MedicineOralBaclofen, [["Baclofen by mouth"]])
* insert Says(precaution, [["Never stopped suddenly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, generalised spasms (needs B-18)"]])
* insert Says(precaution, [["Stopped suddenly it can cause anxiety, confusion, hallucinations and seizures; it is reduced over 1 to 2 weeks or more slowly."]], [["UK baclofen SmPC (gradual withdrawal); Committee on Safety of Medicines advice; BMJ 2001;323:870"]])

Instance: medicine-tizanidine
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-tizanidine, MedicineTizanidine, [["Tizanidine"]])
* insert Says(precaution, [["Never stopped suddenly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, generalised spasms (needs B-18)"]])
* insert Says(monitoring, [["The liver is monitored."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-19)"]])
* insert LookedAtAgain(liver-monitoring)

Instance: medicine-gabapentin
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-gabapentin, MedicineGabapentin, [["Gabapentin"]])
* insert Says(precaution, [["Never stopped suddenly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, generalised spasms (needs B-18)"]])

Instance: medicine-dantrolene
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-dantrolene, MedicineDantrolene, [["Dantrolene"]])
* insert Says(precaution, [["Never stopped suddenly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, generalised spasms (needs B-18)"]])
* insert Says(monitoring, [["The liver is monitored."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-19)"]])
* insert LookedAtAgain(liver-monitoring)

Instance: medicine-diazepam
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-diazepam, MedicineDiazepam, [["Diazepam"]])
* insert Says(precaution, [["Never stopped suddenly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, generalised spasms (needs B-18)"]])
* insert Says(precaution, [["Not for long."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-19)"]])
* insert LookedAtAgain(benzodiazepines)

Instance: medicine-clonazepam
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-clonazepam, MedicineClonazepam, [["Clonazepam"]])
* insert Says(precaution, [["Never stopped suddenly."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, generalised spasms (needs B-18)"]])
* insert Says(precaution, [["Not for long."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, table of treatments (needs B-19)"]])
* insert LookedAtAgain(benzodiazepines)

Instance: medicine-nabiximols
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(medicine-nabiximols, MedicineNabiximols, [["Nabiximols"]])
* insert Says(trial, [["Tried for four weeks; stopped unless at least 20% better."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, Sativex (needs B-20)"]])
* insert Until(4, wk, weeks)
* insert Says(evidence, [["About half responded in a trial."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, Sativex (needs B-20)"]])
* insert LookedAtAgain(nabiximols)

Instance: contracture-surgery
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(contracture-surgery, ContractureSurgery, [["Surgery for contracture"]])
* insert Says(effect, [["Better when stiffness is managed before and after."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, surgery (needs B-24)"]])

Instance: counselling
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(counselling, Counselling, [["Counselling"]])
* insert Says(access, [["48% of those asked could not reach counselling."]], [["Neuro-rehabilitation forums, December 2025, My Neuro Survey (needs C-18)"]])

Instance: neuropsychology
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(neuropsychology, Neuropsychology, [["Neuropsychological therapy"]])
* insert Says(access, [["62% of those asked could not reach neuropsychology."]], [["Neuro-rehabilitation forums, December 2025, My Neuro Survey (needs C-18)"]])

Instance: relaxation
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(relaxation, Relaxation, [["Relaxation"]])
* insert Says(precaution, [["Tell whoever takes the class what you need beforehand."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, relaxation (needs B-12)"]])

Instance: acupuncture
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(acupuncture, Acupuncture, [["Acupuncture"]])
* insert Says(precaution, [["It may interact with medicines: say what you take."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(precaution, [["Choose a registered practitioner."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(access, [["Some are charged for."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(access, [["Therapy centres run by charities offer many of these."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-23)"]])

Instance: massage
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(massage, Massage, [["Massage"]])
* insert Says(precaution, [["It may interact with medicines: say what you take."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(precaution, [["Choose a registered practitioner."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(access, [["Some are charged for."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(access, [["Therapy centres run by charities offer many of these."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-23)"]])

Instance: heat-or-cold-therapy
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(heat-or-cold-therapy, HeatOrColdTherapy, [["Heat or cold therapy"]])
* insert Says(precaution, [["Heat is borne differently: some do better in a warm pool, some worse in heat."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, keeping cool (needs B-13)"]])
* insert Says(precaution, [["Where sensation is altered, hot and cold can burn."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, keeping cool (needs B-13)"]])

Instance: complementary-other
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(complementary-other, ComplementaryOther, [["Another complementary therapy"]])
* insert Says(precaution, [["It may interact with medicines: say what you take."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(precaution, [["Choose a registered practitioner."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(access, [["Some are charged for."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-22)"]])
* insert Says(access, [["Therapy centres run by charities offer many of these."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-23)"]])

Instance: oxygen
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(oxygen, Oxygen, [["Oxygen therapy under pressure"]])
* insert Says(precaution, [["With an implanted pump: ask the centre that answers for the pump before going under pressure."]], [["Handrail features, D6, after a public pump discharge sheet; to be agreed with clinicians"]])
* insert Says(access, [["Therapy centres run by charities offer many of these."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, complementary therapies (needs B-23)"]])

Instance: monitoring-only
InstanceOf: ActivityDefinition
Usage: #definition
* insert Known(monitoring-only, MonitoringOnly, [["Monitored, deliberately not treated"]])
* insert Says(effect, [["Some stiffness helps standing and walking, so that it may be right to watch and not to treat."]], [["Booklet on muscle spasms and stiffness in multiple sclerosis, to treat or not (needs B-02)"]])
* insert LookedAtAgain(monitoring-only)
