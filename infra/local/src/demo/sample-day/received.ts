/** What people of the sample day, and Ada, have received in the weeks before it, and what was measured. */
import type { Observation, Procedure } from '@medplum/fhirtypes'
import { BASE, concept } from '../world/reading.ts'
import { entry, ours, ukCore, type Before } from './entry.ts'
import type { SampleKey } from './people.ts'

/** Who gave it, as it stands in each entry. */
const GIVERS = {
  'centre-physiotherapy': {
    kind: ['physiotherapy', 'Physiotherapy'],
    practitioner: 'centre-physiotherapist',
    organization: 'therapy-centre',
    sector: 'third-sector',
    funder: 'charity',
    setting: 'therapy-centre',
    checked: 'registered-professional-recorded',
    minutes: 45,
  },
  'chair-class': {
    kind: ['chair-based-exercise', 'Chair-based exercise class'],
    practitioner: 'leisure-instructor',
    organization: 'leisure',
    sector: 'leisure',
    funder: 'person',
    setting: 'leisure-centre',
    checked: 'worker-recorded',
    minutes: 45,
  },
  'community-physiotherapy': {
    kind: ['physiotherapy', 'Physiotherapy'],
    practitioner: 'physiotherapist',
    organization: 'community-team',
    sector: 'nhs',
    funder: 'nhs',
    setting: 'home',
    checked: 'registered-professional-recorded',
    minutes: 60,
  },
  'spasticity-clinic': {
    kind: ['botulinum-toxin', 'Botulinum toxin injection'],
    practitioner: 'rehabilitation-physician',
    organization: 'neurorehab',
    sector: 'nhs',
    funder: 'nhs',
    setting: 'hospital',
    checked: 'clinician-confirmed',
    minutes: 30,
  },
} as const

type Giver = keyof typeof GIVERS
type Receiver = SampleKey | 'ada'

/** Who received what, on which days before the sample day. */
const SESSIONS: readonly (readonly [who: Receiver, from: Giver, daysAgo: readonly number[]])[] = [
  ['megan', 'spasticity-clinic', [63]],
  ['megan', 'centre-physiotherapy', [68, 54, 40, 26, 12]],
  ['megan', 'chair-class', [33, 26, 19, 5]],
  ['megan', 'community-physiotherapy', [75, 47, 8]],
  ['ifor', 'centre-physiotherapy', [61, 47, 33, 19, 6]],
  ['geraint', 'centre-physiotherapy', [57, 43, 29, 15]],
  ['tomos', 'centre-physiotherapy', [66, 52, 38, 24, 10, 3]],
  ['ada', 'community-physiotherapy', [51, 37, 23, 9]],
]

/** Who was measured how, in seconds. The name of each: standards page "Terminology", codes of our own. */
const MEASURED: readonly (readonly [
  who: Receiver,
  what: keyof typeof MEASURES,
  by: Giver,
  ofDays: readonly (readonly [daysAgo: number, seconds: number])[],
])[] = [
  [
    'megan',
    'timed-up-and-go',
    'community-physiotherapy',
    [
      [75, 24.1],
      [47, 21.6],
      [8, 19.8],
    ],
  ],
  [
    'ifor',
    'ten-metre-walk',
    'centre-physiotherapy',
    [
      [61, 13.2],
      [33, 15.9],
      [6, 19.4],
    ],
  ],
  [
    'tomos',
    'ten-metre-walk',
    'centre-physiotherapy',
    [
      [66, 17.5],
      [10, 14.8],
    ],
  ],
]
const MEASURES = { 'timed-up-and-go': 'Timed Up and Go', 'ten-metre-walk': '10-metre walk' } as const

/** The sessions, each of them held. */
export const sessions = (before: Before): readonly Procedure[] =>
  SESSIONS.flatMap(([who, from, days]) => days.map((daysAgo) => session(who, from, daysAgo, before)))

function session(who: Receiver, from: Giver, daysAgo: number, { at }: Before): Procedure {
  const { kind, practitioner, organization, sector, funder, setting, checked, minutes } = GIVERS[from]
  const [code, display] = kind
  return entry(`sample-${who}-${from}-${String(daysAgo)}`, {
    resourceType: 'Procedure',
    meta: { profile: [ours('therapy-session'), ukCore('Procedure')] },
    extension: [
      { url: ours('sector'), valueCode: sector },
      { url: ours('checked-level'), valueCode: checked },
      { url: ours('funder'), valueCode: funder },
      { url: ours('setting'), valueCode: setting },
      { url: ours('delivery-mode'), valueCode: 'in-person' },
      { url: ours('dose'), extension: [{ url: 'minutes', valuePositiveInt: minutes }] },
      { url: ours('recorded-at'), valueDateTime: at(daysAgo, 16, 30) },
    ],
    status: 'completed',
    code: { coding: [{ system: `${BASE}/CodeSystem/intervention-kind`, code, display }], text: display },
    subject: { reference: `Patient/${who}` },
    performedPeriod: { start: at(daysAgo, 10), end: minutes === 60 ? at(daysAgo, 11) : at(daysAgo, 10, minutes) },
    performer: [{ actor: { reference: `Practitioner/${practitioner}` }, onBehalfOf: { reference: `Organization/${organization}` } }],
  })
}

/** The measurements. */
export const measurements = (before: Before): readonly Observation[] =>
  MEASURED.flatMap(([who, what, by, ofDays]) =>
    ofDays.map(([daysAgo, seconds]): Observation => {
      const { practitioner, organization } = GIVERS[by]
      return entry(`sample-${who}-${what}-${String(daysAgo)}`, {
        resourceType: 'Observation',
        meta: { profile: [ours('outcome-measure'), ukCore('Observation')] },
        extension: [{ url: ours('checked-level'), valueCode: 'registered-professional-recorded' }],
        status: 'final',
        category: [
          { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey', display: 'Survey' }] },
        ],
        code: concept('measure', what, MEASURES[what]),
        subject: { reference: `Patient/${who}` },
        effectiveDateTime: before.day(daysAgo),
        performer: [{ reference: `Practitioner/${practitioner}` }, { reference: `Organization/${organization}` }],
        valueQuantity: { value: seconds, unit: 's', system: 'http://unitsofmeasure.org', code: 's' },
      })
    }),
  )
