Extension: ServiceCapacity
Id: service-capacity
Title: "Room that a service has"
Description: "Places free and how long a person waits now, as the service last said, with the time at which it said so. Shown to who refers before sending; room that appears is offered to those in the unmet-need ledger who have waited longest."
Context: HealthcareService
* insert Ours
* extension contains
    places 0..1 and
    waitDays 0..1 and
    asOf 1..1
* extension[places].value[x] only unsignedInt
* extension[places] ^short = "Places free"
* extension[waitDays].value[x] only unsignedInt
* extension[waitDays] ^short = "How long a person waits now, in days"
* extension[asOf].value[x] only dateTime
* extension[asOf] ^short = "When this was said"

Extension: Coordinator
Id: coordinator
Title: "Coordinator of a need"
Description: "Who coordinates the need and answers for a joint review. Absent: the organisation that the pathway names."
Context: ServiceRequest
* insert Ours
* value[x] only Reference(Organization)
* value[x] 1..1

Extension: ServiceAttribute
Id: service-attribute
Title: "Access attribute of a service"
Description: "One fact of the neuro access profile: what neither Open Referral UK nor OpenActive holds. With who checked it and when; not stated is not the same as no."
Context: HealthcareService
* insert Ours
* extension contains
    attribute 1..1 and
    value 1..1 and
    checkedBy 0..1 and
    checkedOn 0..1
* extension[attribute].value[x] only code
* extension[attribute].valueCode from AccessAttributeCodes (required)
* extension[value].value[x] only boolean or Quantity or string or date
* extension[checkedBy].value[x] only string
* extension[checkedOn].value[x] only date

Extension: ServiceEligibility
Id: service-eligibility
Title: "Entry rules of a service"
Description: "Whom a service takes, as its listing says. A rule that is not stated is not a rule."
Context: HealthcareService
* insert Ours
* extension contains
    ageFrom 0..1 and
    ageTo 0..1 and
    condition 0..* and
    catchment 0..*
* extension[ageFrom].value[x] only unsignedInt
* extension[ageTo].value[x] only unsignedInt
* extension[condition].value[x] only code
* extension[condition] ^short = "Code of the CodeSystem register"
* extension[catchment].value[x] only string
* extension[catchment] ^short = "Outward postcode such as CH5, postcode area such as CH, or a nation"

Extension: ServiceSource
Id: service-source
Title: "Where a listing comes from"
Description: "The publisher of a listing, its address and licence, when it was last fetched, since when the feed has not answered or is paused, and which of time, place and price is from it."
Context: HealthcareService
* insert Ours
* extension contains
    publisher 1..1 and
    url 0..1 and
    licence 0..1 and
    fetchedAt 0..1 and
    assuredOn 0..1 and
    silentSince 0..1 and
    pausedSince 0..1 and
    says 0..3 and
    closed 0..1
* extension[publisher].value[x] only string
* extension[url].value[x] only url
* extension[licence].value[x] only string
* extension[fetchedAt].value[x] only dateTime
* extension[assuredOn].value[x] only date
* extension[silentSince].value[x] only dateTime
* extension[pausedSince].value[x] only dateTime
* extension[pausedSince] ^short = "Since when a person has paused its feed: the listing stays as it was"
* extension[says].value[x] only code
* extension[says] ^short = "place, time or price"
* extension[closed].value[x] only boolean
* extension[closed] ^short = "This publisher says that the service has closed, while another says that it is open"

Extension: ServiceConfirmed
Id: service-confirmed
Title: "Confirmed by a human"
Description: "When a person last confirmed that the listing is right. Past six months it is shown as stale and cannot be the default match."
Context: HealthcareService
* insert Ours
* extension contains
    on 1..1 and
    by 0..1
* extension[on].value[x] only date
* extension[by].value[x] only string

Extension: ServiceCost
Id: service-cost
Title: "What one session costs the person"
Description: "Price of one session, and with a concession."
Context: HealthcareService
* insert Ours
* extension contains
    price 1..1 and
    concession 0..1
* extension[price].value[x] only Money
* extension[concession].value[x] only Money

Extension: RequestCriteria
Id: request-criteria
Title: "What matters when a service is chosen"
Description: "What the referrer states for matching. Matching reads this and no record of the person."
Context: ServiceRequest
* insert Ours
* extension contains
    accessNeed 0..* and
    precaution 0..* and
    avoidAfter 0..1 and
    avoidBefore 0..1 and
    language 0..* and
    costAtMost 0..1 and
    mode 0..1 and
    age 0..1 and
    condition 0..1
* extension[accessNeed].value[x] only code
* extension[accessNeed].valueCode from AccessAttributeCodes (required)
* extension[precaution].value[x] only code
* extension[precaution].valueCode from PrecautionCodes (required)
* extension[avoidAfter].value[x] only time
* extension[avoidBefore].value[x] only time
* extension[language].value[x] only code
* extension[costAtMost].value[x] only Money
* extension[mode].value[x] only code
* extension[mode] ^short = "in-person or remote"
* extension[age].value[x] only unsignedInt
* extension[condition].value[x] only code
* extension[condition] ^short = "Code of the CodeSystem register"

Extension: OrganizationSuccessor
Id: organization-successor
Title: "Successor of an organisation"
Description: "Which organisation took over from one that has closed, as the NHS Organisation Data Service says it. Who has an open step there is told; nothing is passed on by itself."
Context: Organization
* insert Ours
* value[x] only Reference(Organization)
* value[x] 1..1

Extension: OrganizationClosure
Id: organization-closure
Title: "That an organisation has closed, as another directory says"
Description: "Who says so, since when it is known here, and who took over where that is said. The organisation is not offered and not asked, its open steps are put before their coordinators, and a person decides whether it is so. Whether it is in use, the entry itself says (active), as people wrote it."
Context: Organization
* insert Ours
* extension contains
    by 1..1 and
    since 1..1 and
    successor 0..1
* extension[by].value[x] only string
* extension[since].value[x] only dateTime
* extension[successor].value[x] only Reference(Organization)

Extension: ServiceMoved
Id: service-moved
Title: "When a service moved"
Description: "The day on which its publishers first named a place that they had not named before. What a person checked or confirmed up to then was of the earlier place."
Context: HealthcareService
* insert Ours
* value[x] only date
* value[x] 1..1
