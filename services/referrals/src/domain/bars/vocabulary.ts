/** The words of BaRS, each written once, and how they map to ours; no other folder knows them. NHS BaRS implementation guide 1.12.0, Core 1.5.0. */

/** Code systems and identifier systems of BaRS. */
export const BARS = {
  EVENT: 'https://fhir.nhs.uk/CodeSystem/message-events-bars',
  REASON: 'https://fhir.nhs.uk/CodeSystem/message-reason-bars',
  CATEGORY: 'https://fhir.nhs.uk/CodeSystem/message-category-servicerequest',
  USE_CASE: 'https://fhir.nhs.uk/CodeSystem/usecases-categories-bars',
  CONSENT_CATEGORY: 'https://fhir.nhs.uk/CodeSystem/consent-categories-bars',
  FLAG_CATEGORY: 'https://fhir.nhs.uk/CodeSystem/flag-categories-bars',
  MESSAGE_DEFINITION: 'https://fhir.nhs.uk/MessageDefinition/',
  MESSAGE_PROFILE: 'https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage',
  HTTP_ERROR: 'https://fhir.nhs.uk/CodeSystem/http-error-codes',
  OUTCOME_PROFILE: 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-OperationOutcome',
} as const

/** The version of BaRS Core that we speak; another MAJOR is answered with 406. */
export const CORE_VERSION = { major: 1, text: '1.5.0' } as const

/** Our own use case: no Application of BaRS fits neuro-rehabilitation, and one that does has to be agreed with the BaRS team first. */
export const OWN_USE_CASE = { code: 'handrail-neuro-1', display: 'Neuro-rehabilitation referral (not an agreed BaRS Application)' } as const

/** The version of our use case, as `Bundle.meta.versionId` carries it. */
export const OWN_USE_CASE_VERSION = '1.0.0'

/** Identifier system of a referral's correlation id, on our ServiceRequest. */
export const BARS_CORRELATION = 'https://handrail.example/fhir/Id/bars-correlation'

/** Identifier system of the message that a referral came by, on our ServiceRequest: its correlation id and its Bundle.id. Told twice, it is taken once. */
export const BARS_MESSAGE = 'https://handrail.example/fhir/Id/bars-message'

/** Identifier system of a number that somebody wrote as an NHS number and that cannot be one: kept to be looked at, never matched by. */
export const NUMBER_NOT_VALID = 'https://handrail.example/fhir/Id/number-not-valid'

/**
 * Why a receiver said no, in our words. What BaRS leaves open (RRNA, FC, OTH, 24, 99) stays open: another reason, with the receiver's own words.
 * Source: bars code systems rejected-reasons-bars and dos-rejected-reasons-bars.
 */
export const REFUSAL_OF: Readonly<Record<string, string>> = {
  'rejected-reasons-bars|RRNA': 'other-in-words',
  'rejected-reasons-bars|FC': 'other-in-words',
  'rejected-reasons-bars|OTH': 'other-in-words',
  'dos-rejected-reasons-bars|21': 'access-not-met',
  'dos-rejected-reasons-bars|22': 'no-capacity',
  'dos-rejected-reasons-bars|23': 'not-appropriate',
  'dos-rejected-reasons-bars|24': 'other-in-words',
  'dos-rejected-reasons-bars|26': 'patient-declined',
  'dos-rejected-reasons-bars|27': 'unable-to-contact',
  'dos-rejected-reasons-bars|31': 'no-capacity',
  'dos-rejected-reasons-bars|32': 'not-appropriate',
  'dos-rejected-reasons-bars|40': 'not-eligible',
  'dos-rejected-reasons-bars|41': 'access-not-met',
  'dos-rejected-reasons-bars|42': 'outside-area',
  'dos-rejected-reasons-bars|99': 'other-in-words',
}

/** What the receiver's codes say, where they bring no words of their own. */
export const WORDS_OF: Readonly<Record<string, string>> = {
  '21': 'Transport',
  '22': 'No capacity',
  '23': 'Not clinically appropriate',
  '24': 'Declined',
  '26': 'The person chose otherwise',
  '27': 'The person could not be contacted',
  '31': 'No appointments',
  '32': 'Unsuitable',
  '40': 'Not eligible',
  '41': 'Home visit needed',
  '42': 'Distance',
}

/** Whether two identifier systems mean the same: senders write `http:` and `/id/` too (bars examples, section 8). */
export const isSystem = (given: string | undefined, official: string): boolean =>
  given !== undefined && given.replace(/^http:/i, 'https:').toLowerCase() === official.toLowerCase()
