CodeSystem: ReviewOwner
Id: review-owner
Title: "Who answers for a review"
Description: "As roles: the first of the list that the record names owns the Task. The last is always known, so that no review is without an owner."
* insert OurCodes
* #performer "Whoever gave or recorded it" "Procedure.performer: the organisation on whose behalf it was given, else the performer."
* #prescriber "Whoever prescribed the medicine or answers for it" "MedicationStatement.informationSource, where it is a professional or an organisation."
* #device-centre "The centre that answers for the device" "Device.owner, else who confirmed the device block."
* #care-team "The care team" "The organisation in the person's CareTeam for neuro-rehabilitation."
* #single-point-of-access "Single point of access" "The owner named in the pathway."

ValueSet: ReviewOwnerCodes
Id: review-owner
Title: "Who answers for a review"
Description: "Every code of the code system review-owner."
* insert Ours
* include codes from system ReviewOwner

CodeSystem: TrialVerdict
Id: trial-verdict
Title: "What a stop rule says"
Description: "Of a trial of treatment, from the person's own score before and after. It is shown to who decides; it decides nothing."
* insert OurCodes
* #continue "Better by as much as the rule asks"
* #stop "Not better by as much as the rule asks"
* #unknown "Cannot be said" "A score is missing, or the first was nothing."

ValueSet: TrialVerdictCodes
Id: trial-verdict
Title: "What a stop rule says"
Description: "Every code of the code system trial-verdict."
* insert Ours
* include codes from system TrialVerdict
