CodeSystem: Sector
Id: sector
Title: "Sector"
Description: "Who runs the organisation that gave or recorded something."
* insert OurCodes
* #nhs "NHS"
* #third-sector "Third sector" "A charity or community group."
* #leisure "Leisure" "A leisure centre, gym, pool or activity provider."
* #social-care "Social care" "A council or a provider of social care."
* #independent "Independent" "A private practice or company."

CodeSystem: CheckedLevel
Id: checked-level
Title: "How far an entry is checked"
Description: "Four fixed levels, lowest first. Raised only by who may."
* insert OurCodes
* #person-said "The person said so"
* #worker-recorded "A worker recorded it"
* #registered-professional-recorded "A registered professional recorded it"
* #clinician-confirmed "A clinician confirmed it"

CodeSystem: DataClass
Id: data-class
Title: "Data class"
Description: "What kind of information an entry holds; the access policy is written in these words."
* insert OurCodes
* #identity "Identity" "Name, date of birth, identifiers."
* #contacts "Contacts" "Address, telephone, next of kin, preferred way to be reached."
* #needs "Needs and adjustments" "What somebody running a session must know, without diagnoses."
* #emergency "Emergency" "Devices, do-not-stop list, allergies, whom to call."
* #diagnoses "Diagnoses"
* #medicines "Medicines"
* #therapy "Therapies received"
* #measures "Outcome measures"
* #mental-health "Mental health"
* #referral "Referrals and tasks"
* #audit "Who has looked"
* #directory "Directory and knowledge" "Belongs to no person."
* #unclassified "Not classified" "Only its author and the operator see it."
* #notifications "How its author is told" "Only its author, the operator and the service that tells them see it."
* #own-draft "Request not sent" "What a person, or a carer in their name, still writes: only the person, a carer whom they let ask, the referral service and the operator see it."

CodeSystem: Grade
Id: grade
Title: "Grade of an organisation"
Description: "How much an organisation may see, from the assurance it holds."
* insert OurCodes
* #link-only "Link only" "Only what a person's link opens."
* #needs-only "Needs only" "Identity, contacts, needs and adjustments, and its own entries."
* #therapy-record "Therapy record" "Therapies and measures beside the needs."
* #full "Full" "What the relationship, the role and the person's consent allow."

CodeSystem: RelationshipKind
Id: relationship-kind
Title: "Kind of relationship to a person"
Description: "Why an organisation may see something of a person. Taken from the record; nobody makes one for himself."
* insert OurCodes
* #registered "Entered the person into the hub"
* #care-team "Member of the care team"
* #mental-health-team "Member of the care team for mental health" "As a role in CareTeam.participant: the member may see what is labelled mental health."
* #referral-received "Referral received and open" "Answers for an open Task, or is asked in an active request."
* #admitted "The person is in this hospital now"
* #party "Made the entry, or is named in it" "Opens only that entry."
* #self "The person"
* #carer "Carer or proxy named by the person"
* #link "The person's own link or QR"
* #shown-to-record "The person showed a code to record by" "Opens nothing; lets sessions be added until it ends."
* #break-glass "Emergency access with purpose and reason"

CodeSystem: EntryOrigin
Id: entry-origin
Title: "Origin of an entry"
Description: "As a tag, on what came into the record by a link."
* insert OurCodes
* #unconfirmed-from-link "Unconfirmed, from link" "A reader of a link wrote it, whoever that was; the home team has not accepted it yet."
* #from-link "From link" "A reader of a link wrote it, and the home team has answered."

CodeSystem: Setting
Id: setting
Title: "Setting of a session"
Description: "Where a session took place."
* insert OurCodes
* #home "At home"
* #clinic "Clinic or health centre"
* #hospital "Hospital"
* #therapy-centre "Therapy centre"
* #leisure-centre "Leisure centre or gym"
* #pool "Pool"
* #community-venue "Hall or other community venue"
* #care-home "Care home"
* #outdoors "Outdoors"

CodeSystem: DeliveryMode
Id: delivery-mode
Title: "Delivery mode"
Description: "How a session was delivered."
* insert OurCodes
* #in-person "In person, one to one"
* #group "In person, in a group"
* #video "By video"
* #telephone "By telephone"
* #self-directed "By the person alone, from a programme"

CodeSystem: Approach
Id: approach
Title: "Approach"
Description: "Hands-on or hands-off, recorded for each session so that evidence can accumulate."
* insert OurCodes
* #hands-on "Hands-on"
* #hands-off "Hands-off"
* #mixed "Mixed"

CodeSystem: Funder
Id: funder
Title: "Who paid"
Description: "Who paid for a session. Kept apart from the sector that gave it."
* insert OurCodes
* #nhs "NHS"
* #council "Council or social care"
* #charity "Charity"
* #person "The person"
* #insurer "Insurer"
* #research "Research"

CodeSystem: AbsenceReason
Id: absence-reason
Title: "Why a session did not take place"
Description: "A pause (flare, in hospital) is told apart from dropping out."
* insert OurCodes
* #flare "Flare or relapse" "Pauses the plan; never counted as failed."
* #unwell "Unwell for another reason"
* #in-hospital "In hospital"
* #cannot-face-it "Could not face it" "Linked to the mood need, never counted as did not attend."
* #transport "Transport" "Counts to unmet need."
* #cost "Cost" "Counts to unmet need."
* #carer-unavailable "Carer not available"
* #cancelled-by-provider "Cancelled by the provider" "Left out of the sessions offered, and shown."
* #not-helping "Did not help" "The person says so."
* #found-elsewhere "Found something else"
* #moved-away "Moved away"
* #not-wanted "Does not want it"
* #no-reason-given "No reason given"
