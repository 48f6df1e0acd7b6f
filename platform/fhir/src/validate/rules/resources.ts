import type { Json } from '../shape.ts'
import { bundleRules } from './bundle.ts'
import { isCertainlyAfter } from './moments.ts'
import { coded, count, has, hasChoice, is, items, parts } from './read.ts'
import type { Rules } from './rule.ts'

const ALLERGY_VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'
const CONDITION_VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const CONDITION_CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const UCUM = 'http://unitsofmeasure.org'

const either =
  (...names: readonly string[]) =>
  (v: Json) =>
    names.some((name) => has(v, name))
const notBoth = (a: string, b: string) => (v: Json) => !has(v, a) || !has(v, b)
const exactlyOne = (a: string, b: string) => (v: Json) => has(v, a) !== has(v, b)
const needs = (a: string, b: string) => (v: Json) => !has(v, a) || has(v, b)
const notHome = (v: Json): boolean => v.use !== 'home'
const percent = (quantity: unknown): boolean =>
  quantity === undefined ||
  (typeof quantity === 'object' &&
    quantity !== null &&
    'code' in quantity &&
    quantity.code === '%' &&
    'system' in quantity &&
    quantity.system === UCUM)

/** The invariants of the resources that carry people's records, and of Bundle and Parameters. */
export const resourceRules: Rules = {
  ...bundleRules,
  AllergyIntolerance: {
    'ait-1': (v) => has(v, 'clinicalStatus') || coded(v.verificationStatus, ALLERGY_VERIFICATION, 'entered-in-error'),
    'ait-2': (v) => !has(v, 'clinicalStatus') || !coded(v.verificationStatus, ALLERGY_VERIFICATION, 'entered-in-error'),
  },
  Appointment: {
    'app-2': (v) => has(v, 'start') === has(v, 'end'),
    'app-3': (v) => (has(v, 'start') && has(v, 'end')) || is(v, 'status', 'proposed', 'cancelled', 'waitlist'),
    'app-4': (v) => !has(v, 'cancelationReason') || is(v, 'status', 'noshow', 'cancelled'),
  },
  'Appointment.participant': { 'app-1': either('type', 'actor') },
  AppointmentResponse: { 'apr-1': either('participantType', 'actor') },
  'AuditEvent.entity': { 'sev-1': notBoth('name', 'query') },
  'CarePlan.activity': { 'cpl-3': notBoth('detail', 'reference') },
  // Who stands for an organisation is a practitioner; a reference of another type is told by its form, what resolves elsewhere is not.
  'CareTeam.participant': {
    'ctm-1': (v) =>
      !has(v, 'onBehalfOf') || !/^(?:Patient|RelatedPerson|PractitionerRole|Organization|CareTeam)\//.test(referenceOf(v.member)),
  },
  'Composition.section': { 'cmp-1': either('text', 'entry', 'section'), 'cmp-2': notBoth('emptyReason', 'entry') },
  Condition: {
    'con-4': (v) => !hasChoice(v, 'abatement') || coded(v.clinicalStatus, CONDITION_CLINICAL, 'resolved', 'remission', 'inactive'),
    'con-5': (v) => !has(v, 'clinicalStatus') || !coded(v.verificationStatus, CONDITION_VERIFICATION, 'entered-in-error'),
  },
  'Condition.stage': { 'con-1': either('summary', 'assessment') },
  'Condition.evidence': { 'con-2': either('code', 'detail') },
  Consent: {
    'ppc-1': either('policy', 'policyRule'),
    // The system is 'something' in R4 as published.
    'ppc-2': (v) => has(v, 'patient') || !coded(v.scope, 'something', 'patient-privacy'),
    'ppc-3': (v) => has(v, 'patient') || !coded(v.scope, 'something', 'research'),
    'ppc-4': (v) => has(v, 'patient') || !coded(v.scope, 'something', 'adr'),
    'ppc-5': (v) => has(v, 'patient') || !coded(v.scope, 'something', 'treatment'),
  },
  'CoverageEligibilityResponse.insurance.item': { 'ces-1': exactlyOne('category', 'productOrService') },
  FamilyMemberHistory: {
    'fhs-1': (v) => !hasChoice(v, 'age') || !hasChoice(v, 'born'),
    'fhs-2': (v) => hasChoice(v, 'age') || !has(v, 'estimatedAge'),
  },
  'Goal.target': { 'gol-1': (v) => !hasChoice(v, 'detail') || has(v, 'measure') },
  Group: { 'grp-1': (v) => !has(v, 'member') || v.actual === true },
  'Immunization.education': { 'imm-1': either('documentType', 'reference') },
  'ImmunizationRecommendation.recommendation': { 'imr-1': either('vaccineCode', 'targetDisease') },
  InsurancePlan: { 'ipn-1': either('identifier', 'name') },
  Linkage: { 'lnk-1': (v) => count(v, 'item') > 1 },
  List: {
    'lst-1': notBoth('emptyReason', 'entry'),
    'lst-2': (v) => v.mode === 'changes' || !parts(v, 'entry').some((entry) => has(entry, 'deleted')),
    'lst-3': (v) => v.mode === 'working' || !parts(v, 'entry').some((entry) => has(entry, 'date')),
  },
  MeasureReport: {
    'mrp-1': (v) => v.type !== 'data-collection' || !has(v, 'group'),
    'mrp-2': (v) =>
      parts(v, 'group')
        .flatMap((group) => parts(group, 'stratifier'))
        .flatMap((stratifier) => parts(stratifier, 'stratum'))
        .every((stratum) => has(stratum, 'value') !== has(stratum, 'component')),
  },
  'MedicationAdministration.dosage': { 'mad-1': (v) => has(v, 'dose') || hasChoice(v, 'rate') },
  MedicationDispense: { 'mdd-1': (v) => !isCertainlyAfter(v.whenPrepared, v.whenHandedOver) },
  Observation: {
    'obs-6': (v) => !has(v, 'dataAbsentReason') || !hasChoice(v, 'value'),
    'obs-7': (v) => !hasChoice(v, 'value') || !repeatsCode(v),
  },
  'Observation.referenceRange': { 'obs-3': either('low', 'high', 'text') },
  Organization: { 'org-1': either('identifier', 'name') },
  'Organization.telecom': { 'org-3': notHome },
  'Organization.address': { 'org-2': notHome },
  'Parameters.parameter': {
    'inv-1': (v) => (has(v, 'part') ? !hasChoice(v, 'value') && !has(v, 'resource') : hasChoice(v, 'value') !== has(v, 'resource')),
  },
  'Patient.contact': { 'pat-1': either('name', 'telecom', 'address', 'organization') },
  'QuestionnaireResponse.item': { 'qrs-1': notBoth('answer', 'item') },
  'RequestGroup.action': { 'rqg-1': exactlyOne('resource', 'action') },
  'RiskAssessment.prediction': { 'ras-2': (v) => typeof v.probabilityDecimal !== 'number' || v.probabilityDecimal <= 100 },
  'RiskAssessment.prediction.probability[x]': { 'ras-1': (v) => percent(v.low) && percent(v.high) },
  ServiceRequest: { 'prr-1': needs('orderDetail', 'code') },
  Task: { 'inv-1': (v) => !isCertainlyAfter(v.authoredOn, v.lastModified) },
}

function referenceOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'reference' in value && typeof value.reference === 'string' ? value.reference : ''
}

/** Whether a component has a coding of the observation's own code; its value would then be given twice. */
function repeatsCode(observation: Json): boolean {
  const components = parts(observation, 'component')
  if (components.length === 0) return false
  const own = new Set(items(observation.code, 'coding').map((coding) => JSON.stringify(coding)))
  return components.some(({ code }) => items(code, 'coding').some((coding) => own.has(JSON.stringify(coding))))
}
