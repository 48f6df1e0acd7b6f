/** Standards page "Hospital alerts", section 7, row by row: what each event does to the stay and its alert, in order, repeated, and the other way round. */
import type { Encounter, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHospital, type TestHospital } from './a-hospital.ts'

const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)

interface Event {
  readonly event: string
  readonly patientClass?: string
  readonly ward?: string
  /** Minutes; ten more for each message where it is not said. */
  readonly minute?: number
}

/** In this order: Encounter.status, its class and place now, Task.status of the alert. */
type Stands = readonly (string | undefined)[]

interface Row {
  readonly row: string
  readonly events: readonly Event[]
  readonly stands: Stands
  readonly heard: readonly string[]
  /** Where the same messages, the last first, end otherwise: nobody was told, so nobody is told that it was a mistake. */
  readonly reversed?: Stands
}

const A01: Event = { event: 'A01' }
const IN: Stands = ['in-progress', 'IMP', 'ED', 'requested']
const NEVER_TOLD: Stands = []

const ROWS: readonly Row[] = [
  {
    row: 'A04 class E: attending, alert',
    events: [{ event: 'A04', patientClass: 'E' }],
    stands: ['in-progress', 'EMER', 'ED', 'requested'],
    heard: ['raised'],
  },
  { row: 'A04 class O: no alert', events: [{ event: 'A04', patientClass: 'O' }], stands: NEVER_TOLD, heard: [] },
  { row: 'A01: admitted, alert', events: [A01], stands: IN, heard: ['raised'] },
  {
    row: 'A01 class E: attending, upgraded by A06',
    events: [{ event: 'A01', patientClass: 'E' }, { event: 'A06' }],
    stands: IN,
    heard: ['raised'],
  },
  {
    row: 'A05: planned, one quiet word, no alert',
    events: [{ event: 'A05' }],
    stands: ['planned', 'IMP', 'ED'],
    heard: ['planned (quiet)'],
  },
  {
    row: 'A06: the same alert, no second one',
    events: [{ event: 'A04', patientClass: 'E' }, { event: 'A06' }],
    stands: IN,
    heard: ['raised'],
  },
  {
    row: 'A07 class E: back in the emergency department',
    events: [A01, { event: 'A07', patientClass: 'E' }],
    stands: ['in-progress', 'EMER', 'ED', 'requested'],
    heard: ['raised'],
  },
  {
    row: 'A07 class O: over, and who was told is told',
    events: [A01, { event: 'A07', patientClass: 'O' }],
    stands: ['finished', 'AMB', 'ED', 'completed'],
    heard: ['raised', 'closed'],
    reversed: ['finished', 'AMB', 'ED'],
  },
  {
    row: 'A02: another ward, quietly',
    events: [A01, { event: 'A02', ward: 'W3^^' }],
    stands: ['in-progress', 'IMP', 'W3', 'requested'],
    heard: ['raised', 'moved (quiet)'],
  },
  {
    row: 'A02: another site, aloud',
    events: [
      { ...A01, ward: 'W3^^^NORTH' },
      { event: 'A02', ward: 'W3^^^SOUTH' },
    ],
    stands: ['in-progress', 'IMP', 'W3, at SOUTH', 'requested'],
    heard: ['raised', 'moved'],
  },
  {
    row: 'A02: critical care, aloud',
    events: [A01, { event: 'A02', ward: 'ITU^^' }],
    stands: ['in-progress', 'IMP', 'ITU', 'requested'],
    heard: ['raised', 'moved'],
  },
  {
    row: 'A03: over',
    events: [A01, { event: 'A03' }],
    stands: ['finished', 'IMP', 'ED', 'completed'],
    heard: ['raised', 'closed'],
    reversed: ['finished', 'IMP', 'ED'],
  },
  {
    row: 'A08: changes what is known',
    events: [A01, { event: 'A08', ward: 'W5^^' }],
    stands: ['in-progress', 'IMP', 'W5', 'requested'],
    heard: ['raised', 'moved (quiet)'],
  },
  { row: 'A08 of a current stay opens it', events: [{ event: 'A08' }], stands: IN, heard: ['raised'] },
  { row: 'A08 of an outpatient opens nothing', events: [{ event: 'A08', patientClass: 'O' }], stands: NEVER_TOLD, heard: [] },
  {
    row: 'A09: a place and nothing more',
    events: [A01, { event: 'A09', ward: 'XRAY^^' }],
    stands: ['in-progress', 'IMP', 'XRAY', 'requested'],
    heard: ['raised', 'moved (quiet)'],
  },
  {
    row: 'A10: a place and nothing more',
    events: [A01, { event: 'A10', ward: 'XRAY^^' }],
    stands: ['in-progress', 'IMP', 'XRAY', 'requested'],
    heard: ['raised', 'moved (quiet)'],
  },
  {
    row: "A10 without a class, of an outpatient's visit: opens nothing",
    events: [
      { event: 'A08', patientClass: 'O' },
      { event: 'A10', patientClass: '', ward: 'XRAY^^' },
    ],
    stands: NEVER_TOLD,
    heard: [],
    reversed: ['unknown', 'IMP', undefined, 'cancelled'],
  },
  {
    row: 'A11: a mistake, withdrawn',
    events: [A01, { event: 'A11' }],
    stands: ['cancelled', 'IMP', 'ED', 'cancelled'],
    heard: ['raised', 'withdrawn'],
    reversed: NEVER_TOLD,
  },
  {
    row: 'A12: back to the earlier ward',
    events: [A01, { event: 'A02', ward: 'W3^^' }, { event: 'A12' }],
    stands: IN,
    heard: ['raised', 'moved (quiet)', 'moved (quiet)'],
  },
  { row: 'A13: open again', events: [A01, { event: 'A03' }, { event: 'A13' }], stands: IN, heard: ['raised', 'closed', 'reopened'] },
  {
    row: 'A17: another bed',
    events: [
      { ...A01, ward: 'W3^^1' },
      { event: 'A17', ward: 'W3^^2' },
    ],
    stands: ['in-progress', 'IMP', 'W3, bed 2', 'requested'],
    heard: ['raised', 'moved (quiet)'],
  },
  {
    row: 'A21: on leave, the alert stays',
    events: [A01, { event: 'A21' }],
    stands: ['onleave', 'IMP', 'ED', 'requested'],
    heard: ['raised'],
  },
  { row: 'A22: back from leave', events: [A01, { event: 'A21' }, { event: 'A22' }], stands: IN, heard: ['raised'] },
  {
    row: 'A38: the plan is cancelled',
    events: [{ event: 'A05' }, { event: 'A38' }],
    stands: ['cancelled', 'IMP', 'ED'],
    heard: ['planned (quiet)'],
    reversed: NEVER_TOLD,
  },
]

/** Events that say who somebody is, link people, or mean nothing here: no stay, no alert, and an answer all the same. */
const NO_STAY = ['A24', 'A28', 'A31', 'A37', 'A14', 'A20', 'A54', 'A60'] as const

let control = 0
const messageOf = ({ event, patientClass = 'I', ward = 'ED^^', minute = 0 }: Event, visit: string): string =>
  anAdmissionMessage({ controlId: String((control += 1)), visit, ward, patientClass: patientClass as 'I', at: at(minute) })
    .replace(/ADT\^A01\^ADT_A01/, `ADT^${event}`)
    .replace(/EVN\|A01/, `EVN|${event}`)

/** Where the stay of a visit stands, and what was heard of it. */
async function standing(
  { database, record, dependencies }: TestHospital,
  visit: string,
): Promise<{ stands: Stands; heard: readonly string[] }> {
  const { rows } = await database.query<{ encounter: string | null; alert: string | null }>({
    text: 'SELECT encounter, alert FROM alerts.stay WHERE visit = $1',
    values: [`DYFFRYNWEN|${visit}`],
  })
  const [{ encounter, alert } = { encounter: null, alert: null }] = rows
  if (encounter === null) return { stands: NEVER_TOLD, heard: [] }
  const held = record.read<Encounter>(`Encounter/${encounter}`)
  const all = [held.status, held.class.code, held.location?.at(-1)?.location.display]
  const notices = (await dependencies.notices.after('0', 500)).filter((notice) => notice.encounter === `Encounter/${encounter}`)
  return {
    stands: alert === null ? all : [...all, record.read<Task>(`Task/${alert}`).status],
    heard: notices.map(({ kind, quiet }) => (quiet ? `${kind} (quiet)` : kind)),
  }
}

t.test('section 7, each row: told in order and twice, then with the last message first', async (t) => {
  const hospital = await testHospital(t)
  /** The n-th message of every row, then the next: rows are other visits, and do not bear on each other. */
  const tell = async (prefix: string, times: 1 | 2, inTurn: (events: readonly Event[]) => readonly Event[]) => {
    for (let turn = 0; turn < 3; turn += 1) {
      for (const [index, { events }] of ROWS.entries()) {
        const event = inTurn(events.map((each, position) => ({ minute: position * 10, ...each })))[turn]
        const message = event === undefined ? undefined : messageOf(event, `${prefix}${String(index)}`)
        for (let time = 0; message !== undefined && time < times; time += 1) t.match(await hospital.send(message), { code: 'CA' })
      }
      await hospital.acted()
    }
  }
  await tell('V1', 2, (events) => events)
  await tell('V2', 1, (events) => events.toReversed())
  for (const [index, { row, stands, heard, reversed = stands }] of ROWS.entries()) {
    t.strictSame(await standing(hospital, `V1${String(index)}`), { stands, heard }, row)
    t.strictSame((await standing(hospital, `V2${String(index)}`)).stands, reversed, `${row}: the last message first`)
  }
  const stays = async () => (await hospital.database.query({ text: 'SELECT 1 FROM alerts.stay' })).rows.length
  const before = await stays()
  for (const event of NO_STAY) t.match(await hospital.send(messageOf({ event }, 'V999')), { code: 'CA' }, event)
  await hospital.acted()
  t.equal(await stays(), before)
})

/** What a merge makes of two visits that were held as two alerts: of the same person, or of somebody else as it turns out. */
interface Merge {
  readonly event: string
  /** What goes: MRG-1 for a person, MRG-5 for a visit. */
  readonly goes: 'person' | 'visit'
}
const MERGES: readonly Merge[] = [
  ...['A18', 'A30', 'A34', 'A36', 'A40', 'A43', 'A47'].map((event) => ({ event, goes: 'person' }) as const),
  ...['A42', 'A44', 'A45'].map((event) => ({ event, goes: 'visit' }) as const),
]
const SOMEBODY_ELSE = { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' }

/** Each row is a hospital of its own, whose two visits are about the first person, or whose number turns out to be somebody else's. */
const mergeAt = (facility: string, { event, goes }: Merge, { wrong, again = '' }: { wrong: boolean; again?: string }): string => {
  const visit = goes === 'visit' ? `PV1||I|ED^^||||||||||||||||V2^^^${facility}\r` : ''
  const gone = goes === 'visit' ? `MRG|H1^^^${facility}^MR||||V1^^^${facility}\r` : `MRG|H1^^^${facility}^MR\r`
  return messageOf({ event, minute: 30 }, 'V2')
    .replaceAll('DYFFRYNWEN', facility)
    .replace(/PV1\|[^\r]*\r/, `${gone}${visit}`)
    .replace(/PID\|[^\r]*\r/, (pid) => (wrong ? pidOf(SOMEBODY_ELSE, facility) : pid))
    .replace(/\|P\|2\.4/, `${again}|P|2.4`)
}
const pidOf = (person: typeof SOMEBODY_ELSE, facility: string): string =>
  anAdmissionMessage({ visit: 'V2', person })
    .replaceAll('DYFFRYNWEN', facility)
    .match(/PID\|[^\r]*\r/)?.[0] ?? ''

t.test(
  'HAZ-A60: section 7, merges: two open alerts become one, in any order and repeated; somebody else’s are withdrawn; a visit that went ends alone',
  async (t) => {
    const hospital = await testHospital(t)
    const rows = MERGES.flatMap((merge): { merge: Merge; kind: 'same' | 'late' | 'wrong'; facility: string }[] => [
      { merge, kind: 'same', facility: `SAME${merge.event}` },
      { merge, kind: 'late', facility: `LATE${merge.event}` },
      { merge, kind: 'wrong', facility: `WRONG${merge.event}` },
    ])
    const send = async (message: string) => t.match(await hospital.send(message), { code: 'CA' })
    const tell = async (facility: string, event: Event, visit: string) => send(messageOf(event, visit).replaceAll('DYFFRYNWEN', facility))
    const [first, second] = [A01, { ...A01, minute: 20 }]
    for (const { facility, kind } of rows) if (kind !== 'late') await tell(facility, first, 'V1')
    await hospital.moveTo(at(20)) // the stay heard of first goes on
    for (const { facility, kind } of rows) if (kind !== 'wrong') await tell(facility, second, 'V2')
    await hospital.acted()
    for (const { merge, kind, facility } of rows) {
      const wrong = kind === 'wrong'
      const message = mergeAt(facility, merge, { wrong })
      for (const each of [message, message, mergeAt(facility, merge, { wrong, again: 'X' })]) await send(each)
      if (kind === 'late') await tell(facility, first, 'V1')
    }
    await hospital.acted()
    const stands = async () => {
      const { rows: stays } = await hospital.database.query<{ facility: string; alert: string | null; encounter: string | null }>({
        text: 'SELECT facility, alert, encounter FROM alerts.stay',
      })
      return (facility: string) =>
        stays
          .flatMap(({ facility: of, alert, encounter }) =>
            of !== facility || alert === null || encounter === null
              ? []
              : [
                  {
                    alert: hospital.record.read<Task>(`Task/${alert}`),
                    encounter: hospital.record.read<Encounter>(`Encounter/${encounter}`),
                  },
                ],
          )
          .map(({ alert, encounter }) => [alert.status, encounter.status, encounter.location?.at(-1)?.location.display] as const)
          .toSorted(([one], [other]) => one.localeCompare(other))
    }
    const WITHDRAWN = ['cancelled', 'entered-in-error', 'ED'] as const
    const merged = await stands()
    for (const { merge, kind, facility } of rows) {
      const open = ['requested', 'in-progress', 'ED'] as const
      // The late one is united before its alert is there, or just after: one is open in the end.
      const expected = { wrong: [WITHDRAWN], same: [WITHDRAWN, open], late: [open] }[kind]
      const found = kind === 'late' ? merged(facility).filter(([status]) => status !== 'cancelled') : merged(facility)
      t.strictSame(found, expected, `${merge.event}, ${kind}`)
    }
    const withdrawn = (await hospital.dependencies.notices.after('0', 500)).filter(({ kind }) => kind === 'withdrawn')
    t.equal(new Set(withdrawn.map(({ task }) => task)).size, withdrawn.length, 'nobody hears twice of what was withdrawn')

    // What is still said of the visit that went: a place is that of the one stay; its end is not the end of the stay.
    const some = rows.filter(({ kind, merge }) => kind === 'same' && merge.goes === 'person')
    for (const { facility } of some) {
      await tell(facility, { event: 'A02', ward: 'W9^^', minute: 40 }, 'V2')
      await tell(facility, { event: 'A03', ward: 'W9^^', minute: 50 }, 'V2')
    }
    await hospital.acted()
    const moved = await stands()
    for (const { facility } of some) t.strictSame(moved(facility).at(-1), ['requested', 'in-progress', 'W9'], facility)
    for (const { facility } of some) await tell(facility, { event: 'A03', ward: 'W9^^', minute: 60 }, 'V1')
    await hospital.acted()
    const ended = await stands()
    for (const { facility } of some) t.strictSame(ended(facility).at(-1), ['completed', 'finished', 'W9'], facility)
  },
)

t.test(
  'HAZ-A03: an admission under another visit number goes on with the alert of the attendance that it names, in either order',
  async (t) => {
    const hospital = await testHospital(t)
    const attending: Event = { event: 'A04', patientClass: 'E' }
    const admitted: Event = { event: 'A06', ward: 'W3^^', minute: 30 }
    /** The former number where HL7 has it, and where others write it. */
    const naming = (former: string, way: 'MRG-5' | 'PV1-50') => (message: string) =>
      way === 'MRG-5'
        ? message.replace(/PV1\|/, `MRG|H9^^^DYFFRYNWEN^MR||||${former}^^^DYFFRYNWEN\rPV1|`)
        : message.replace(/(PV1\|[^\r]*)/, (pv1) => `${pv1}${'|'.repeat(50 - (pv1.split('|').length - 1))}${former}^^^DYFFRYNWEN`)
    const cases = (['MRG-5', 'PV1-50'] as const).flatMap((way) => (['first', 'last'] as const).map((attendance) => ({ way, attendance })))
    for (const [index, { way, attendance }] of cases.entries()) {
      const [former, now] = [`V7${String(index)}0`, `V7${String(index)}1`]
      const messages = [messageOf(attending, former), naming(former, way)(messageOf(admitted, now))]
      for (const message of attendance === 'first' ? messages : messages.toReversed()) {
        t.match(await hospital.send(message), { code: 'CA' })
        await hospital.acted()
      }
      const open = () =>
        hospital.record.all<Task>('Task').filter((task) => task.code?.coding?.[0]?.code === 'hospital-alert' && task.status === 'requested')
      t.equal(open().length, 1, `${way}, the attendance ${attendance}`)
      // What tidies the attendance away leaves the admission alone; its own end is the end.
      await hospital.send(messageOf({ event: 'A03', patientClass: 'E', minute: 40 }, former))
      await hospital.acted()
      t.equal(open().length, 1, `${way}, the attendance ${attendance}: the end of the attendance is not that of the admission`)
      await hospital.send(messageOf({ event: 'A03', minute: 50 }, now))
      await hospital.acted()
      t.equal(open().length, 0, `${way}, the attendance ${attendance}: over`)
    }
  },
)
