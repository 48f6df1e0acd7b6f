/**
 * What was agreed about who may see and write what, written by hand and apart from the table, so that the table does not test itself.
 * A cell that is not named here is denied. Letters: i identity, c contacts, n needs, e emergency, d diagnoses, m medicines, t therapy,
 * s measures, h mental health, r referral, a audit, y directory, u unclassified, o notifications, w own drafts.
 */
import type { Grade, Role } from '@platform/fhir/caller'
import type { DataClass } from './data-class.ts'
import type { Standing } from './policy.ts'

export const LETTERS: Readonly<Record<string, DataClass>> = {
  i: 'identity',
  c: 'contacts',
  n: 'needs',
  e: 'emergency',
  d: 'diagnoses',
  m: 'medicines',
  t: 'therapy',
  s: 'measures',
  h: 'mental-health',
  r: 'referral',
  a: 'audit',
  y: 'directory',
  u: 'unclassified',
  o: 'notifications',
  w: 'own-draft',
}

const ANY: readonly Grade[] = ['link-only', 'needs-only', 'therapy-record', 'full']

export interface Agreed {
  readonly roles: readonly Role[]
  readonly grades: readonly Grade[]
  readonly standing: Standing
  readonly read: string
  readonly write: string
  /** Resource types it is bound to. @default every type of its classes */
  readonly types?: readonly string[]
}

const cell = (roles: string, grades: readonly Grade[], standing: Standing, read: string, write: string, types?: string): Agreed => ({
  roles: roles.split(' ') as Role[],
  grades,
  standing,
  read,
  write,
  ...(types === undefined ? {} : { types: types.split(' ') }),
})

export const AGREED: readonly Agreed[] = [
  cell('admin', ANY, 'anybody', 'icnedmtshrayuow', 'icnedmtshrayuow'),
  cell('reactor-referrals', ANY, 'anybody', 'iryw', 'ry'),
  cell('reactor-referrals', ANY, 'anybody', 't', 't', 'Appointment'),
  cell('reactor-referrals', ANY, 'anybody', 'd', 'd', 'Communication'),
  cell('reactor-referrals', ANY, 'anybody', '', 't', 'Procedure'),
  cell('reactor-referrals', ANY, 'party', 't', ''),
  cell('reactor-alerts', ANY, 'anybody', 'icnemryo', 'ero'),
  cell('reactor-alerts', ANY, 'anybody', 't', 't', 'Appointment'),
  cell('reactor-alerts', ANY, 'anybody', '', 'y', 'PractitionerRole'),
  cell('professional worker ward commissioner patient carer', ANY, 'nobody', 'y', ''),

  cell('professional worker ward', ['full', 'therapy-record', 'needs-only'], 'party', 'icnedmtshryuo', 'icnedmtshryuo'),
  cell('professional worker ward', ['link-only'], 'party', 'r', 'r'),
  cell('patient carer', ANY, 'party', 'o', 'o'),

  cell('professional worker', ['full'], 'registered', 'icnetr', 'icnedmtshr'),
  cell('professional worker ward', ['full'], 'care-team', 'icnedmtsr', 'icnedmtshr'),
  cell('professional', ['full'], 'mental-health-team', 'icnedmtshr', 'icnedmtshr'),
  cell('professional worker ward', ['full'], 'referral-received', 'icnedmtsr', 'ntsr'),
  cell('professional ward', ['full'], 'admitted', 'icnedmtsr', 'er'),

  cell('professional worker', ['therapy-record'], 'registered', 'icn', 'icntsr'),
  cell('professional worker', ['therapy-record'], 'care-team', 'icnetsr', 'ntsr'),
  cell('professional worker', ['therapy-record'], 'referral-received', 'icnetsr', 'ntsr'),
  cell('professional', ['therapy-record'], 'mental-health-team', 'icnetshr', 'ntshr'),

  cell('professional worker', ['needs-only'], 'registered', 'icn', 'tr'),
  cell('professional worker', ['needs-only'], 'care-team', 'icn', 'tr'),
  cell('professional worker', ['needs-only'], 'referral-received', 'icn', 'tr'),

  cell('professional worker', ['full', 'therapy-record'], 'entry-made', '', 'tsr'),
  cell('professional worker', ['needs-only'], 'entry-made', '', 'tr'),
  cell('professional worker', ['full', 'therapy-record', 'needs-only'], 'shown-to-record', '', 't'),

  cell('professional', ['full', 'therapy-record'], 'agreed', 'icnedmtshr', ''),
  cell('worker', ['full', 'therapy-record'], 'agreed', 'icnedmtsr', ''),
  cell('ward', ['full'], 'agreed', 'icnedmtsr', ''),
  cell('professional worker', ['needs-only'], 'agreed', 'icnedmtsr', ''),

  cell('professional ward', ['full'], 'break-glass', 'icnedmtsr', ''),

  cell('patient', ANY, 'self', 'icnedmtshraw', 'icntsrw'),
  cell('carer', ANY, 'carer', 'icnetr', 'nt'),
  cell('carer', ANY, 'carer-asks', 'w', 'rw'),
]
