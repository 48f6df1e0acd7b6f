// Identifier systems, code systems and profile URLs, each written once. Sources: HL7 UK Core (STU3 sequence, NHSDigital/FHIR-R4-UKCORE-STAGING-MAIN
// @3d2827e), HL7-UK/System-Identifiers @131b30e (csv/registry.csv); others as named beside the line.

/** Identifier systems of people, organisations and registrations. */
export const ID = {
  NHS_NUMBER: 'https://fhir.nhs.uk/Id/nhs-number', // UKCore-Patient, sliced identifier
  /** Scotland has no single agreed URI; this is the one we write. NHS medicines guide, nhsconnect. */
  CHI_NUMBER: 'https://fhir.nhs.uk/Id/chi-number',
  /** Northern Ireland has none either; this is the one we write. NHS North West genomics guide. */
  HC_NUMBER: 'https://fhir.nhs.uk/Id/hsc-number',
  ODS_ORGANIZATION: 'https://fhir.nhs.uk/Id/ods-organization-code', // UKCore-Organization
  ODS_SITE: 'https://fhir.nhs.uk/Id/ods-site-code', // UKCore-Organization, UKCore-Location
  DOS_SERVICE: 'https://fhir.nhs.uk/Id/dos-service-id', // BaRS address of a service
  UBRN: 'https://fhir.nhs.uk/Id/UBRN', // e-RS referral
  CROSS_CARE_SETTING: 'https://fhir.nhs.uk/Id/cross-care-setting-identifier',
  SDS_USER: 'https://fhir.nhs.uk/Id/sds-user-id',
  SDS_ROLE_PROFILE: 'https://fhir.nhs.uk/Id/sds-role-profile-id',
  GMC: 'https://fhir.hl7.org.uk/Id/gmc-number',
  GMP: 'https://fhir.hl7.org.uk/Id/gmp-number',
  NMC: 'https://fhir.hl7.org.uk/Id/nmc-number',
  HCPC: 'https://fhir.hl7.org.uk/Id/hcpc-number',
  GPHC: 'https://fhir.hl7.org.uk/Id/gphc-number',
  GDC: 'https://fhir.hl7.org.uk/Id/gdc-number',
  GOC: 'https://fhir.hl7.org.uk/Id/goc-number',
  PPA: 'https://fhir.hl7.org.uk/Id/ppa-number',
} as const

/** Every URI seen in use for a CHI number. All are read; `ID.CHI_NUMBER` is written. */
const CHI_SYSTEMS: readonly string[] = [
  ID.CHI_NUMBER,
  'urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53', // NHS North West genomics guide, Patients Know Best
  'http://fhir.nhs.scot.uk/Id/national/chi-number', // NES note
]

/** Every URI seen in use for a Health and Care number. All are read; `ID.HC_NUMBER` is written. */
const HC_SYSTEMS: readonly string[] = [ID.HC_NUMBER, 'https://fhir.nhs.uk/Id/hc-number', 'https://fhir.hscni.net/Id/hcn']

/** Systems whose values share the ten-digit number space: NHS, CHI and H&C. */
export const NATIONAL_NUMBER_SYSTEMS: ReadonlySet<string> = new Set([ID.NHS_NUMBER, ...CHI_SYSTEMS, ...HC_SYSTEMS])

/** OID of the NHS number in HL7 v2 and v3 messages. HL7 UK, A.3. */
export const NHS_NUMBER_OID = '2.16.840.1.113883.2.1.4.1'

/** Base of our own canonical URLs and identifier systems. */
export const HANDRAIL = 'https://handrail.example/fhir'

/** Identifier systems of our own. */
export const OWN_ID = {
  /** Idempotency key of a Task written by the hub: the same decision twice is one Task. */
  TASK_KEY: `${HANDRAIL}/Id/task-key`,
  /** A hospital stay as the alerts service knows it; on the Encounter. */
  STAY: `${HANDRAIL}/Id/stay`,
  /** Name of an organisation or person of the demonstration. */
  DEMO: `${HANDRAIL}/Id/demo`,
  /** A facility as an HL7 v2 sender writes it in MSH-4, on the Organization it belongs to. */
  HL7V2_FACILITY: `${HANDRAIL}/Id/hl7v2-facility`,
  /** Parts of the hub that own Tasks when nobody else can. */
  HUB: `${HANDRAIL}/Id/hub`,
} as const

/** Code systems: terminologies of others, then our own. */
export const CODES = {
  SNOMED: 'http://snomed.info/sct',
  ICD_10: 'http://hl7.org/fhir/sid/icd-10-uk',
  UCUM: 'http://unitsofmeasure.org',
  ACT_CODE: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  IDENTIFIER_TYPE: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  NHS_NUMBER_VERIFICATION: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland',
  REGISTER: `${HANDRAIL}/CodeSystem/register`,
  TASK_KIND: `${HANDRAIL}/CodeSystem/task-kind`,
  TASK_OUTPUT: `${HANDRAIL}/CodeSystem/task-output`,
  TASK_INPUT: `${HANDRAIL}/CodeSystem/task-input`,
  ANSWERING_ROLE: `${HANDRAIL}/CodeSystem/answering-role`,
  ESCALATION_STEP: `${HANDRAIL}/CodeSystem/escalation-step`,
  ALERT_OUTCOME: `${HANDRAIL}/CodeSystem/alert-outcome`,
  DEVICE_KIND: `${HANDRAIL}/CodeSystem/device-kind`,
  SERVICE_KIND: `${HANDRAIL}/CodeSystem/service-kind`,
  CONSENT_KIND: `${HANDRAIL}/CodeSystem/consent-kind`,
  INTERVENTION_KIND: `${HANDRAIL}/CodeSystem/intervention-kind`,
} as const

/** Extensions: of UK Core, then our own. */
export const EXTENSION = {
  NHS_NUMBER_VERIFICATION: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
  NHS_NUMBER_UNAVAILABLE: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberUnavailableReason',
  REGISTER_BASIS: `${HANDRAIL}/StructureDefinition/register-basis`,
  /** The block of an implanted device, on the DeviceUseStatement. */
  DEVICE_BLOCK: `${HANDRAIL}/StructureDefinition/device-block`,
  BASELINE: `${HANDRAIL}/StructureDefinition/baseline`,
  SECTOR: `${HANDRAIL}/StructureDefinition/sector`,
  CHECKED_LEVEL: `${HANDRAIL}/StructureDefinition/checked-level`,
  /** Where a line of an alert comes from, and as of when. */
  LINE_SOURCE: `${HANDRAIL}/StructureDefinition/line-source`,
} as const

const ukCore = (type: string) => `https://fhir.hl7.org.uk/StructureDefinition/UKCore-${type}`

/** Profiles of UK Core that our resources meet, by resource type, and our own. */
export const PROFILE = {
  UK_CORE_PATIENT: ukCore('Patient'),
  UK_CORE_ORGANIZATION: ukCore('Organization'),
  UK_CORE_ENCOUNTER: ukCore('Encounter'),
  UK_CORE_TASK: ukCore('Task'),
  UK_CORE_FLAG: ukCore('Flag'),
  UK_CORE_CONSENT: ukCore('Consent'),
  UK_CORE_SERVICE_REQUEST: ukCore('ServiceRequest'),
  UK_CORE_PROCEDURE: ukCore('Procedure'),
  THERAPY_SESSION: `${HANDRAIL}/StructureDefinition/therapy-session`,
  HUB_TASK: `${HANDRAIL}/StructureDefinition/hub-task`,
} as const

/** Topics of subscriptions to the hub. */
export const TOPIC = {
  ALERT: `${HANDRAIL}/SubscriptionTopic/alert`,
  TASK: `${HANDRAIL}/SubscriptionTopic/task`,
  REFERRAL: `${HANDRAIL}/SubscriptionTopic/referral`,
  /** What becomes of a person's referrals, step by step: for the person and their carers alone. */
  STEP: `${HANDRAIL}/SubscriptionTopic/referral-step`,
} as const
