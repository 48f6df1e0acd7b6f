/**
 * The fixed grid: every table that is ever published, each with at most two dimensions and the codes that it shows. What is in no class
 * shown here (an absent value, a code that is not listed) is counted and never published.
 *
 * Two tables that count the same things each have a dimension which the other has not, and whose value may be absent: see
 * docs/decisions/0190 for why, and test/reports-differencing.test.ts for the proof by example.
 */
import { AGE_BANDS } from '@platform/fhir/age-band'
import { DEPRIVATION_GROUPS, RURALITY_GROUPS } from '@platform/nhs/place-groups'
import type { Fact, FactKind } from './fact.ts'

/** A dimension of a fact. */
export type Field = 'sector' | 'setting' | 'what' | 'how'

/** A dimension of a table, with its classes in the order in which they are shown. */
export interface Dimension {
  readonly field: Field
  readonly classes: readonly string[]
}

/** What the numbers of a cell are. */
export type Figure = 'people' | 'events' | 'amount' | 'mean-amount' | 'mean-minutes'

export interface TableDefinition {
  readonly id: string
  /** Whose table it is: of an area, or of an organisation. */
  readonly of: 'area' | 'organization'
  readonly kind: FactKind
  /** Only facts whose `how` is this. */
  readonly how?: string
  readonly rows: Dimension
  readonly columns?: Dimension
  readonly figures: readonly Figure[]
}

export const SECTORS = ['nhs', 'third-sector', 'leisure', 'social-care', 'independent'] as const
export const SETTINGS = [
  'home',
  'clinic',
  'hospital',
  'therapy-centre',
  'leisure-centre',
  'pool',
  'community-venue',
  'care-home',
  'outdoors',
] as const
export const GROUPS = [
  'physiotherapy',
  'therapy',
  'equipment',
  'electrical',
  'exercise',
  'injection',
  'device',
  'medicine',
  'surgery',
  'psychological',
  'social',
  'complementary',
] as const
export const REFUSALS = [
  'too-complex',
  'no-capacity',
  'outside-area',
  'not-eligible',
  'source-not-accepted',
  'not-appropriate',
  'not-safe-here',
  'access-not-met',
  'information-missing',
  'already-receiving',
  'patient-declined',
  'unable-to-contact',
  'did-not-attend',
] as const
const SERVICE_KINDS = [
  'community-neuro-team',
  'neuro-physiotherapy',
  'occupational-therapy',
  'speech-and-language-therapy',
  'specialist-neuro-rehabilitation',
  'neuropsychology',
  'neuropsychiatry',
  'counselling',
  'talking-therapy',
  'peer-support',
  'therapy-centre',
  'exercise-class',
  'hydrotherapy',
  'spasticity-clinic',
  'pump-centre',
  'orthotics',
  'social-care',
] as const
const UNMET = [
  'no-service',
  'no-capacity',
  'refused-everywhere',
  'refused-too-complex',
  'transport',
  'cost',
  'time-of-day',
  'access',
  'language-or-format',
] as const
export const MEASURES = [
  'timed-up-and-go',
  'ten-metre-walk',
  'two-minute-walk',
  'five-times-sit-to-stand',
  'falls-in-period',
  'spasm-frequency',
  'pain-0-10',
  'fatigue-0-10',
  'connection-0-10',
  'motivation-0-10',
  'goal-attainment',
  'ashworth',
  'barthel',
  'hads',
  'eq-5d',
  'msis-29',
] as const
const DIRECTIONS = ['better', 'same', 'worse'] as const
const ALERT_STATES = ['acknowledged', 'open', 'ended'] as const
export const ANSWERING_ROLES = ['ward', 'specialist', 'deputy', 'site-lead', 'on-call'] as const
/** CodeSystem experience-question. */
export const QUESTIONS = ['heard', 'informed', 'helped'] as const
/** CodeSystem experience-answer. */
const EXPERIENCES = ['yes', 'partly', 'no', 'too-soon'] as const
export const LANGUAGES = ['en', 'cy', 'bfi', 'ar', 'bn', 'gu', 'pa', 'pl', 'ro', 'so', 'ur'] as const
/** FHIR R4 AdministrativeGender, without `unknown`, which says that it is not recorded. */
export const GENDERS = ['female', 'male', 'other'] as const
const AGES = AGE_BANDS

const by = (field: Field, classes: readonly string[]): Dimension => ({ field, classes })

/** Every table, in the order of the pages. */
export const TABLES: readonly TableDefinition[] = [
  {
    id: 'activity-nhs',
    of: 'area',
    kind: 'contact',
    how: 'nhs',
    rows: by('sector', SECTORS),
    columns: by('setting', SETTINGS),
    figures: ['people', 'events', 'mean-minutes'],
  },
  {
    id: 'activity-not-nhs',
    of: 'area',
    kind: 'contact',
    how: 'not-nhs',
    rows: by('sector', SECTORS),
    columns: by('setting', SETTINGS),
    figures: ['people', 'events', 'mean-minutes'],
  },
  { id: 'bed-days', of: 'area', kind: 'stay', rows: by('sector', SECTORS), figures: ['people', 'events', 'amount'] },
  {
    id: 'outcomes',
    of: 'area',
    kind: 'outcome',
    rows: by('sector', SECTORS),
    columns: by('how', DIRECTIONS),
    figures: ['people', 'events'],
  },
  { id: 'waits', of: 'area', kind: 'acceptance', rows: by('sector', SECTORS), figures: ['people', 'events', 'mean-amount'] },
  {
    id: 'refusals',
    of: 'area',
    kind: 'refusal',
    rows: by('how', REFUSALS),
    columns: by('sector', SECTORS),
    figures: ['people', 'events'],
  },
  {
    id: 'unmet',
    of: 'area',
    kind: 'unmet',
    rows: by('what', SERVICE_KINDS),
    columns: by('how', UNMET),
    figures: ['people', 'events'],
  },
  {
    id: 'flow',
    of: 'area',
    kind: 'request',
    rows: by('how', SECTORS),
    columns: by('sector', SECTORS),
    figures: ['people', 'events'],
  },
  {
    id: 'alerts',
    of: 'area',
    kind: 'alert',
    rows: by('what', ANSWERING_ROLES),
    columns: by('how', ALERT_STATES),
    figures: ['people', 'events'],
  },
  {
    id: 'feedback',
    of: 'area',
    kind: 'feedback',
    rows: by('what', QUESTIONS),
    columns: by('how', EXPERIENCES),
    figures: ['people', 'events'],
  },
  { id: 'equity-language', of: 'area', kind: 'seen-language', rows: by('what', LANGUAGES), figures: ['people'] },
  { id: 'equity-age', of: 'area', kind: 'seen-age', rows: by('what', AGES), figures: ['people'] },
  { id: 'equity-gender', of: 'area', kind: 'seen-gender', rows: by('what', GENDERS), figures: ['people'] },
  // By fifths: tenths of one area in one quarter are mostly fewer than eight people. Decision 320.
  { id: 'equity-deprivation', of: 'area', kind: 'seen-deprivation', rows: by('what', DEPRIVATION_GROUPS), figures: ['people'] },
  { id: 'equity-rurality', of: 'area', kind: 'seen-rurality', rows: by('what', RURALITY_GROUPS), figures: ['people'] },
  { id: 'own-activity', of: 'organization', kind: 'contact', rows: by('what', GROUPS), figures: ['people', 'events', 'mean-minutes'] },
  { id: 'own-outcomes', of: 'organization', kind: 'outcome', rows: by('what', MEASURES), figures: ['people', 'mean-amount'] },
  { id: 'own-waits', of: 'organization', kind: 'acceptance', rows: by('what', SERVICE_KINDS), figures: ['people', 'mean-amount'] },
]

/** The class of a fact in a dimension; nothing where it is in none that is shown. */
export function classOf(fact: Fact, { field, classes }: Dimension): string | undefined {
  const value = fact[field]
  return value !== undefined && classes.includes(value) ? value : undefined
}
