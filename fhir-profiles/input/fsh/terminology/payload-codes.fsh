CodeSystem: PayloadKind
Id: payload-kind
Title: "Kind of payload"
Description: "How much of a referral a kind of receiver is sent; a tag of what $preview shows. What each holds is data: pathway/payloads.json."
* insert OurCodes
* #needs-card "Needs card" "What to look after, what is asked, whom to ring. No diagnosis and no notes."
* #therapy-record "Therapy record" "For registered professionals outside the NHS: needs, notes and evidence, no diagnosis unless the person agreed."
* #clinical "Clinical" "The whole referral, for NHS teams and who holds the same assurance."
