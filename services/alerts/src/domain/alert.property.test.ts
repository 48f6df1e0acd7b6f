/** Any interleaving and repetition of a stay's messages, settled whenever it happens to be, leaves the record in the same state. HAZ-A05 */
import type { BundleEntry, Encounter, Resource, Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { STAY_EVENTS } from './adt.ts'
import { recordFor } from './alert.ts'
import type { AlertContext, StayRecord } from './alert-context.ts'
import { stayOf, type StayEvent } from './stay.ts'
import { OPEN, roleOf, taskKeyOf } from './vocabulary.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 2, minutes))
let minted = 0
const context: AlertContext = {
  now: at(60),
  registered: true,
  lines: { lines: [], more: [] },
  owners: { alert: 'Organization/c', ward: 'Organization/w', specialist: 'Organization/c', afterDischarge: 'Organization/t' },
  due: { answer: { ward: { minutes: 30 }, specialist: { minutes: 30 } }, alert: { hours: 24 }, afterDischarge: { hours: 48 } },
  calendar: { isWorked: () => true, timeZone: 'Europe/London' },
  newId: () => `00000000-0000-4000-8000-${String((minted += 1)).padStart(12, '0')}`,
}

/** What the record holds after one transaction. */
function commit(record: StayRecord, entries: readonly BundleEntry[]): StayRecord {
  return entries.reduce<StayRecord>((held, { resource, request }) => {
    const id = request?.url.split('/')[1] ?? `id-${String((minted += 1))}`
    const written = { ...resource, id, meta: { versionId: String(minted) } } as Resource
    if (written.resourceType === 'Encounter') return { ...held, encounter: written }
    if (written.resourceType !== 'Task') return held
    const [key, role] = [taskKeyOf(written) ?? '', roleOf(written)]
    if (key.startsWith('alert-')) return { ...held, alert: written }
    if (key.startsWith('after-discharge-')) return { ...held, afterDischarge: written }
    return role === undefined ? held : { ...held, answers: { ...held.answers, [role]: written } }
  }, record)
}

const open = (task: Task | undefined): boolean => task !== undefined && OPEN.has(task.status)

/** What a reader acts on: what stands open, and where the person is. An alert that never was and one that is over are the same. */
function endOf({ encounter, alert, answers, afterDischarge }: StayRecord) {
  const { status, class: kind, period, location = [] }: Partial<Encounter> = encounter ?? {}
  const said = { status, kind: kind?.code, period, location: location.map((each) => [each.location.display, each.status]) }
  return {
    // Of a stay that was taken back, or turned out to be none, before anybody heard of it there is no Encounter.
    encounter:
      status === 'cancelled' || status === 'unknown' || kind?.code === 'AMB' || kind?.code === 'PRENC' ? undefined : encounter && said,
    alert: open(alert),
    ward: open(answers.ward),
    specialist: open(answers.specialist),
    followUp: open(afterDischarge),
  }
}

function arrive(messages: readonly StayEvent[], settledAfter: readonly boolean[]): StayRecord {
  const settle = (record: StayRecord, heard: readonly StayEvent[]) => {
    const view = { id: 'stay', facility: 'F', patient: 'p', stay: stayOf(heard), wrongPerson: false, merged: false } as const
    return commit(record, recordFor(view, record, context))
  }
  let record: StayRecord = { answers: {} }
  for (const [index] of messages.entries()) {
    if (settledAfter[index % settledAfter.length] === true) record = settle(record, messages.slice(0, index + 1))
  }
  return settle(record, messages)
}

const one = fc.record(
  {
    key: fc.string({ minLength: 1, maxLength: 3 }),
    type: fc.constantFrom(...STAY_EVENTS),
    occurredAt: fc.nat(20).map(at),
    recordedAt: fc.nat(20).map(at),
    patientClass: fc.constantFrom('I', 'E', 'O', 'P'),
    location: fc.constantFrom({ ward: 'A' }, { ward: 'B' }, { ward: 'C' }),
    died: fc.constantFrom(false, false, false, true),
    diedAt: fc.nat(20).map(at),
    alive: fc.constant(true as const),
  },
  { requiredKeys: ['key', 'type', 'occurredAt', 'recordedAt', 'location', 'died'] }, // a message need not tell a class
)
const arrivals = fc
  .uniqueArray(one, { selector: ({ key }) => key, minLength: 1, maxLength: 7 })
  .chain((events) =>
    fc.tuple(
      fc.shuffledSubarray(events, { minLength: events.length }),
      fc.shuffledSubarray(events, { minLength: events.length }),
      fc.subarray(events),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    ),
  )

t.test('any interleaving and repetition of the messages of a stay ends in the same state', async () => {
  fc.assert(
    fc.property(arrivals, ([first, second, repeated, settled]) => {
      const [together, piecemeal] = [arrive(first, [false]), arrive([...repeated, ...second, ...repeated], settled)]
      return JSON.stringify(endOf(piecemeal)) === JSON.stringify(endOf(together))
    }),
    { numRuns: 600 },
  )
})
