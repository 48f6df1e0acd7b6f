Profile: HubOrganization
Parent: Organization
Id: hub-organization
Title: "Organisation on the pathway"
Description: "Whoever gives, records, refers or answers, of any sector. UK Core Organization: identifier, active, name, telecom and address must be supported, at most one ODS organisation code and one ODS site code, each with its value. Many charities have none."
* insert Ours
* obeys organization-1 and organization-2
* extension contains
    SectorExtension named sector 1..1 MS and
    GradeExtension named grade 0..1 and
    OrganizationSuccessor named successor 0..1
* identifier MS
* active 1..1 MS
* type MS
* name 1..1 MS
* telecom MS
* address MS
* partOf MS

Invariant: organization-1
Description: "There is at most one ODS organisation code, and it has a value. UK Core Organization: identifier:odsOrganisationCode 0..1."
Severity: #error
Expression: "identifier.where(system = 'https://fhir.nhs.uk/Id/ods-organization-code').count() <= 1 and identifier.where(system = 'https://fhir.nhs.uk/Id/ods-organization-code').all(value.exists())"

Invariant: organization-2
Description: "There is at most one ODS site code, and it has a value. UK Core Organization: identifier:odsSiteCode 0..1."
Severity: #error
Expression: "identifier.where(system = 'https://fhir.nhs.uk/Id/ods-site-code').count() <= 1 and identifier.where(system = 'https://fhir.nhs.uk/Id/ods-site-code').all(value.exists())"

Profile: HubHealthcareService
Parent: HealthcareService
Id: hub-healthcare-service
Title: "Service that can be asked"
Description: "One listing of the directory: what is offered, by whom, where, for whom and when. UK Core HealthcareService: providedBy and type must be supported. What the listing does not state is not known; it is not a no."
* insert Ours
* obeys service-1
* identifier MS
* active 1..1 MS
* providedBy 1..1 MS
* type 1..* MS
* type from ServiceKindCodes (extensible)
* specialty from https://fhir.hl7.org.uk/ValueSet/UKCore-PracticeSettingCode (extensible)
* location MS
* name 1..1 MS
* comment MS
* telecom MS
* eligibility MS
* availableTime MS

Invariant: service-1
Description: "A way to reach a service says what it is and its value. UK Core, datatype ContactPoint."
Severity: #error
Expression: "telecom.all(system.exists() and value.exists())"
