/**
 * Who may see and write what: the one table of the hub. Deny by default; a row that is not here is a no.
 *
 * A caller has a role and the grade of the organisation it speaks for. With a person the organisation has relationships, taken
 * from the record and never claimed by the caller. Each row says which data classes one such combination opens.
 * See docs/architecture.md, "Who may see what".
 */
import type { Grade, Role } from '@platform/fhir/caller'
import type { DataClass } from './data-class.ts'
import { DATA_CLASSES } from './data-class.ts'

/**
 * How an organisation or a person stands to somebody in the record. The order is stored (`passport.relationship.kind`, from 1):
 * kinds may be added at the end, not moved.
 *
 * - `registered`: this organisation entered the person into the hub
 * - `care-team`: it is in one of the person's care teams; `mental-health-team`: in one that says so
 * - `referral-received`: it answers for an open Task about the person, or is asked in an active ServiceRequest (not in a draft)
 * - `admitted`: the person is in this hospital now
 * - `entry-made`: the person's consent to its entries is recorded; it adds to them, and sees none but its own
 * - `agreed`: the person's Consent names it and the classes it may see
 * - `carer`: the person's Consent names this RelatedPerson as one who may look, for as long as it says
 * - `break-glass`: somebody said why he must see the person now, for a short time; the person is told and it is reviewed
 * - `shown-to-record`: the person showed it a code; until that ends it adds sessions, and sees none but its own
 * - `carer-asks`: the person's Consent lets this carer ask for help in their name too; `domain/access/carers-request.ts` says what that is
 */
export const KINDS = [
  'registered',
  'care-team',
  'mental-health-team',
  'referral-received',
  'admitted',
  'entry-made',
  'agreed',
  'carer',
  'break-glass',
  'shown-to-record',
  'carer-asks',
] as const
export type Kind = (typeof KINDS)[number]

/**
 * - `self`: the person is the caller
 * - `party`: the caller wrote the row or is named in it, or it is a request that the caller answers for by an open Task; a reactor: wrote it
 * - `nobody`: the row belongs to no person
 * - `anybody`: whoever the person is (reactors and the operator)
 */
export type Standing = Kind | 'self' | 'party' | 'nobody' | 'anybody'

export interface PolicyRow {
  readonly roles: readonly Role[]
  readonly grades: readonly Grade[]
  readonly standing: Standing
  /** Resource types it is bound to. @default every type of its classes */
  readonly types?: readonly string[]
  readonly read: readonly DataClass[]
  readonly write: readonly DataClass[]
}

const EVERY_GRADE: readonly Grade[] = ['link-only', 'needs-only', 'therapy-record', 'full']
const CARE: readonly Role[] = ['professional', 'worker', 'ward']
const WITHOUT_MENTAL_HEALTH: readonly DataClass[] = [
  'identity',
  'contacts',
  'needs',
  'emergency',
  'diagnoses',
  'medicines',
  'therapy',
  'measures',
  'referral',
]
const THERAPY_RECORD: readonly DataClass[] = ['identity', 'contacts', 'needs', 'emergency', 'therapy', 'measures', 'referral']

export const POLICY: readonly PolicyRow[] = [
  // The operator. Everything it does is in the audit trail like everything else.
  { roles: ['admin'], grades: EVERY_GRADE, standing: 'anybody', read: DATA_CLASSES, write: DATA_CLASSES },

  // The reactors act for nobody and on everybody, and so they see only what their decisions need.
  // Identity: what leaves for a receiver outside the hub names the person it is about (BaRS), and nothing else of them is read.
  {
    roles: ['reactor-referrals'],
    grades: EVERY_GRADE,
    standing: 'anybody',
    // Own drafts: what will be sent is shown to whoever writes one, before it is.
    read: ['referral', 'directory', 'identity', 'own-draft'],
    // Directory: the services that publishers' feeds name are listed in the record.
    write: ['referral', 'directory'],
  },
  // It books at sellers what an Appointment asks for, and records once that it was attended; of sessions it finds those it recorded.
  { roles: ['reactor-referrals'], grades: EVERY_GRADE, standing: 'anybody', types: ['Appointment'], read: ['therapy'], write: ['therapy'] },
  { roles: ['reactor-referrals'], grades: EVERY_GRADE, standing: 'anybody', types: ['Procedure'], read: [], write: ['therapy'] },
  // A message by BaRS that waits for a decision holds a whole referral, diagnoses too. Decision 570
  {
    roles: ['reactor-referrals'],
    grades: EVERY_GRADE,
    standing: 'anybody',
    types: ['Communication'],
    read: ['diagnoses'],
    write: ['diagnoses'],
  },
  { roles: ['reactor-referrals'], grades: EVERY_GRADE, standing: 'party', read: ['therapy'], write: [] },
  {
    roles: ['reactor-alerts'],
    grades: EVERY_GRADE,
    standing: 'anybody',
    // Notifications: a Subscription is read, and set active, by whoever serves it.
    read: ['identity', 'contacts', 'needs', 'emergency', 'medicines', 'referral', 'directory', 'notifications'],
    write: ['emergency', 'referral', 'notifications'],
  },
  // An Appointment of somebody who is in hospital is put on hold.
  { roles: ['reactor-alerts'], grades: EVERY_GRADE, standing: 'anybody', types: ['Appointment'], read: ['therapy'], write: ['therapy'] },
  // A duty of a rota, for whoever administers the organisation that keeps it. Decision 520
  { roles: ['reactor-alerts'], grades: EVERY_GRADE, standing: 'anybody', types: ['PractitionerRole'], read: [], write: ['directory'] },

  // Directory and knowledge are for every caller; entries are written by the operator, or by the organisation they belong to.
  { roles: [...CARE, 'commissioner', 'patient', 'carer'], grades: EVERY_GRADE, standing: 'nobody', read: ['directory'], write: [] },

  // What a caller wrote or is named in: its own entries, and the requests it sent or received.
  {
    roles: CARE,
    grades: ['full', 'therapy-record', 'needs-only'],
    standing: 'party',
    read: [...WITHOUT_MENTAL_HEALTH, 'mental-health', 'directory', 'unclassified', 'notifications'],
    write: [...WITHOUT_MENTAL_HEALTH, 'mental-health', 'directory', 'unclassified', 'notifications'],
  },
  // How somebody wants to be told of their own referrals, or of those of whom they care for: what they wrote themselves, and nobody else's.
  { roles: ['patient', 'carer'], grades: EVERY_GRADE, standing: 'party', read: ['notifications'], write: ['notifications'] },
  { roles: CARE, grades: ['link-only'], standing: 'party', read: ['referral'], write: ['referral'] },

  // Full grade: an NHS team, or who holds the same assurance.
  {
    roles: ['professional', 'worker'],
    grades: ['full'],
    standing: 'registered',
    read: ['identity', 'contacts', 'needs', 'emergency', 'therapy', 'referral'],
    write: [...WITHOUT_MENTAL_HEALTH, 'mental-health'],
  },
  {
    roles: ['professional', 'worker', 'ward'],
    grades: ['full'],
    standing: 'care-team',
    read: WITHOUT_MENTAL_HEALTH,
    write: [...WITHOUT_MENTAL_HEALTH, 'mental-health'],
  },
  {
    roles: ['professional'],
    grades: ['full'],
    standing: 'mental-health-team',
    read: [...WITHOUT_MENTAL_HEALTH, 'mental-health'],
    write: [...WITHOUT_MENTAL_HEALTH, 'mental-health'],
  },
  {
    roles: ['professional', 'worker', 'ward'],
    grades: ['full'],
    standing: 'referral-received',
    read: WITHOUT_MENTAL_HEALTH,
    write: ['needs', 'therapy', 'measures', 'referral'],
  },
  {
    roles: ['ward', 'professional'],
    grades: ['full'],
    standing: 'admitted',
    read: WITHOUT_MENTAL_HEALTH,
    write: ['emergency', 'referral'],
  },

  // Therapy-record grade: a charity with registered professionals. No diagnoses, no medicines unless the person says so.
  {
    roles: ['professional', 'worker'],
    grades: ['therapy-record'],
    standing: 'registered',
    read: ['identity', 'contacts', 'needs'],
    write: ['identity', 'contacts', 'needs', 'therapy', 'measures', 'referral'],
  },
  {
    roles: ['professional', 'worker'],
    grades: ['therapy-record'],
    standing: 'care-team',
    read: THERAPY_RECORD,
    write: ['needs', 'therapy', 'measures', 'referral'],
  },
  {
    roles: ['professional', 'worker'],
    grades: ['therapy-record'],
    standing: 'referral-received',
    read: THERAPY_RECORD,
    write: ['needs', 'therapy', 'measures', 'referral'],
  },

  // A charity that gives counselling is a team that needs what was said there, where the care team names it as one.
  {
    roles: ['professional'],
    grades: ['therapy-record'],
    standing: 'mental-health-team',
    read: [...THERAPY_RECORD, 'mental-health'],
    write: ['needs', 'therapy', 'measures', 'mental-health', 'referral'],
  },

  // Needs-only grade: leisure. Needs and adjustments, never diagnoses.
  {
    roles: ['worker', 'professional'],
    grades: ['needs-only'],
    standing: 'registered',
    read: ['identity', 'contacts', 'needs'],
    write: ['therapy', 'referral'],
  },
  {
    roles: ['worker', 'professional'],
    grades: ['needs-only'],
    standing: 'care-team',
    read: ['identity', 'contacts', 'needs'],
    write: ['therapy', 'referral'],
  },
  {
    roles: ['worker', 'professional'],
    grades: ['needs-only'],
    standing: 'referral-received',
    read: ['identity', 'contacts', 'needs'],
    write: ['therapy', 'referral'],
  },

  // Whoever made an entry blindly, or by the person's consent, adds to its own entries and sees nobody else's.
  {
    roles: ['professional', 'worker'],
    grades: ['full', 'therapy-record'],
    standing: 'entry-made',
    read: [],
    write: ['therapy', 'measures', 'referral'],
  },
  { roles: ['professional', 'worker'], grades: ['needs-only'], standing: 'entry-made', read: [], write: ['therapy', 'referral'] },

  // Whoever was shown a code by the person adds sessions (a Procedure, and nothing else of its class) until it ends.
  {
    roles: ['professional', 'worker'],
    grades: ['full', 'therapy-record', 'needs-only'],
    standing: 'shown-to-record',
    read: [],
    write: ['therapy'],
  },

  // The person sees all of their own record, who looked included, and writes what is theirs to say.
  {
    roles: ['patient'],
    grades: EVERY_GRADE,
    standing: 'self',
    read: [...WITHOUT_MENTAL_HEALTH, 'mental-health', 'audit', 'own-draft'],
    write: ['identity', 'contacts', 'needs', 'therapy', 'measures', 'referral', 'own-draft'],
  },
  // A carer or proxy: what the person's Consent names, and never more than this row. What carers write is theirs, not the person's.
  {
    roles: ['carer'],
    grades: EVERY_GRADE,
    standing: 'carer',
    read: ['identity', 'contacts', 'needs', 'emergency', 'therapy', 'referral'],
    write: ['needs', 'therapy'],
  },
  // Whom the person lets ask for help in their name: a request of the carer's own, in the form of `carers-request.ts`, and nothing else of its class.
  { roles: ['carer'], grades: EVERY_GRADE, standing: 'carer-asks', read: ['own-draft'], write: ['referral', 'own-draft'] },

  // What the person agreed to beyond that, class by class: a Consent opens the classes it names, and of them no more than stands here.
  {
    roles: ['professional'],
    grades: ['full', 'therapy-record'],
    standing: 'agreed',
    read: [...WITHOUT_MENTAL_HEALTH, 'mental-health'],
    write: [],
  },
  { roles: ['worker'], grades: ['full', 'therapy-record'], standing: 'agreed', read: WITHOUT_MENTAL_HEALTH, write: [] },
  { roles: ['ward'], grades: ['full'], standing: 'agreed', read: WITHOUT_MENTAL_HEALTH, write: [] },
  { roles: ['professional', 'worker'], grades: ['needs-only'], standing: 'agreed', read: WITHOUT_MENTAL_HEALTH, write: [] },

  // An emergency, with a reason. It opens nothing that the person closed.
  { roles: ['professional', 'ward'], grades: ['full'], standing: 'break-glass', read: WITHOUT_MENTAL_HEALTH, write: [] },
]
