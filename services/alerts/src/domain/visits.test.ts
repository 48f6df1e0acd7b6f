import fc from '@platform/testing/properties'
import t from 'tap'
import type { StayEventType } from './adt.ts'
import { stayOf } from './stay.ts'
import { visitsOf, type Tie, type VisitEvent } from './visits.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 2, minutes))
const DAY = 24 * 60
let count = 0
const said = (visit: string, type: StayEventType, minutes: number, more: Partial<VisitEvent> = {}): VisitEvent => ({
  key: String((count += 1)),
  visit,
  type,
  occurredAt: at(minutes),
  recordedAt: at(minutes),
  patientClass: 'I',
  died: false,
  numbers: ['H1'],
  ...more,
})
const moves = (goes: string, stays: string, minutes: number): Tie => ({ kind: 'visit', goes, stays, recordedAt: at(minutes) })
const merges = (goes: string, stays: string, minutes: number): Tie => ({ kind: 'number', goes, stays, recordedAt: at(minutes) })

/** Each stay by its visit: where it stands, and which messages count for it. */
const standing = (events: readonly VisitEvent[], ties: readonly Tie[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...visitsOf(events, ties).stays].map(([visit, counted]) => [
      visit,
      `${stayOf(counted).status}: ${counted.map((event) => `${event.visit} ${event.type}`).join(', ')}`,
    ]),
  )

t.test('a visit that gets another number goes on under it, with all that was said of it', async (t) => {
  const before = [said('V1', 'A01', 0), said('V1', 'A03', 10)]
  t.strictSame(standing([...before, said('V2', 'A13', 30)], [moves('V1', 'V2', 20)]), { V2: 'inpatient: V1 A01, V1 A03, V2 A13' })
  t.strictSame(standing([...before, said('V2', 'A08', 30)], [moves('V1', 'V2', 20)]), { V2: 'ended: V1 A01, V1 A03, V2 A08' })
})

t.test('of two visits that turn out to be one stay, the end of the one that goes ends nothing', async (t) => {
  const two = [said('V1', 'A04', 0, { patientClass: 'E' }), said('V2', 'A01', 10), said('V1', 'A03', 20)]
  t.strictSame(standing(two, [moves('V1', 'V2', 30)]), { V2: 'inpatient: V2 A01, V1 A04' })
  t.strictSame(standing(two, [moves('V1', 'V2', 10)]), { V2: 'inpatient: V2 A01, V1 A04' }, 'nor where it is said late')
})

t.test(
  'said late of a visit that went, a place is that of the stay that goes on; an end, and what takes that end back, is of neither',
  async (t) => {
    const late = [said('V1', 'A02', 30), said('V1', 'A03', 40), said('V1', 'A13', 50), said('V1', 'A07', 60, { patientClass: 'O' })]
    t.strictSame(standing([said('V1', 'A01', 0), said('V2', 'A03', 20), ...late], [moves('V1', 'V2', 10)]), {
      V2: 'ended: V1 A01, V2 A03, V1 A02',
    })
    t.strictSame(standing([said('V1', 'A01', 0), said('V2', 'A03', 20), said('V1', 'A13', 30)], [moves('V1', 'V2', 10)]), {
      V2: 'inpatient: V1 A01, V2 A03, V1 A13',
    })
  },
)

t.test('what names no visit is about the stay that goes on', async (t) => {
  const events = [said('V1', 'A01', 0), said('V1', 'A02', 20, { unnumbered: true }), said('V1', 'A03', 30, { unnumbered: true })]
  t.strictSame(standing(events, [moves('V1', 'V2', 10)]), { V2: 'ended: V1 A01, V1 A02, V1 A03' })
})

t.test('HAZ-A20: a death is of the person, under whichever number it is told', async (t) => {
  const events = [said('V1', 'A01', 0), said('V2', 'A02', 20), said('V1', 'A03', 30, { died: true })]
  t.strictSame(standing(events, [moves('V1', 'V2', 10)]), { V2: 'ended: V1 A01, V2 A02, V1 A03' })
  const two = [said('V1', 'A04', 0, { patientClass: 'E' }), said('V2', 'A01', 10), said('V1', 'A03', 20, { died: true })]
  t.strictSame(standing(two, [moves('V1', 'V2', 30)]), { V2: 'ended: V2 A01, V1 A04, V1 A03' })
})

t.test('a late end of which nothing else is known is one', async (t) => {
  t.strictSame(standing([said('V1', 'A03', 20)], [moves('V1', 'V2', 10)]), { V2: 'ended: V1 A03' })
})

t.test('an admission under a number that went, later than the end of what it became, is news', async (t) => {
  const events = [said('V1', 'A01', 0), said('V2', 'A03', 20), said('V1', 'A01', 30), said('V1', 'A03', 40)]
  t.strictSame(standing(events, [moves('V1', 'V2', 10)]), { V2: 'ended: V1 A01, V2 A03', V1: 'ended: V1 A01, V1 A03' })
})

t.test('what ended a visit late is forgotten where the visit begins again', async (t) => {
  const late = [
    said('V1', 'A01', 0),
    said('V1', 'A03', 20),
    said('V2', 'A03', 25),
    said('V1', 'A01', 30),
    said('V2', 'A03', 38),
    said('V1', 'A13', 40),
  ]
  t.match(standing(late, [moves('V1', 'V2', 10), moves('V1', 'V2', 35)]), { V2: /^inpatient/ })
})

t.test('a visit that begins a day after another one ended is a stay of its own, whatever ties the two', async (t) => {
  const home = [said('V1', 'A01', 0), said('V1', 'A03', 10)]
  const [same, apart] = [said('V2', 'A06', 10 + DAY - 1), said('V2', 'A06', 10 + DAY)]
  t.strictSame(standing([...home, same], [moves('V1', 'V2', 2 * DAY)]), { V2: 'inpatient: V2 A06, V1 A01' })
  t.strictSame(standing([...home, apart], [moves('V1', 'V2', 2 * DAY)]), { V1: 'ended: V1 A01, V1 A03', V2: 'inpatient: V2 A06' })
})

t.test('a visit that was cancelled before it went stays so', async (t) => {
  const events = [said('V1', 'A01', 0), said('V1', 'A11', 10), said('V2', 'A01', 20)]
  t.strictSame(standing(events, [moves('V1', 'V2', 30)]), { V1: 'cancelled: V1 A01, V1 A11', V2: 'inpatient: V2 A01' })
})

t.test('HAZ-A100: whoever is told of under the visit that goes is there, though the visit that stays was over before', async (t) => {
  const two = (type: StayEventType, ...more: readonly VisitEvent[]) => [
    said('V1', 'A01', 0),
    said('V2', 'A01', 5),
    said('V1', type, 10),
    ...more,
  ]
  const there = said('V2', 'A02', 15)
  t.strictSame(standing(two('A11'), [moves('V2', 'V1', 20)]), { V1: 'inpatient: V2 A01' }, 'its cancel takes back nothing of the other')
  t.strictSame(standing(two('A03', there), [moves('V2', 'V1', 20)]), { V1: 'inpatient: V1 A01, V2 A01, V2 A02' })
  t.strictSame(standing(two('A03'), [moves('V2', 'V1', 20)]), { V1: 'ended: V1 A01, V1 A03, V2 A01' }, 'its end is the last that is known')
  t.strictSame(standing(two('A03', there, said('V1', 'A03', 30)), [moves('V2', 'V1', 20)]), {
    V1: 'ended: V1 A01, V2 A01, V2 A02, V1 A03',
  })
  const died = [said('V1', 'A01', 0), said('V2', 'A01', 5), said('V1', 'A03', 10, { died: true }), there]
  t.strictSame(standing(died, [moves('V2', 'V1', 20)]), { V1: 'ended: V1 A01, V1 A03, V2 A01, V2 A02' }, 'a death is of the person')
})

t.test('two visits that were over stay so, whichever of them goes', async (t) => {
  const two = [said('V1', 'A01', 0), said('V1', 'A03', 10), said('V2', 'A01', 20), said('V2', 'A03', 30)]
  t.strictSame(standing(two, [moves('V2', 'V1', 40)]), { V1: 'ended: V1 A01, V1 A03, V2 A01, V2 A03' })
  t.strictSame(standing(two, [moves('V1', 'V2', 40)]), { V2: 'ended: V2 A01, V2 A03, V1 A01' })
})

t.test('a stay that goes on under the number of a planned one keeps its end', async (t) => {
  const events = [said('V1', 'A05', 0, { patientClass: 'P' }), said('V2', 'A01', 10), said('V2', 'A03', 20)]
  t.strictSame(standing(events, [moves('V2', 'V1', 30)]), { V1: 'ended: V1 A05, V2 A01, V2 A03' })
})

t.test('a visit that was cancelled before its number went takes nothing back where the number comes back', async (t) => {
  const events = [said('V1', 'A01', 0), said('V2', 'A01', 5), said('V1', 'A11', 10)]
  t.strictSame(standing(events, [moves('V1', 'V2', 20), moves('V2', 'V1', 30)]), { V1: 'inpatient: V2 A01' })
})

t.test('HAZ-A100: an A07 that ends the visit that goes ends nothing else', async (t) => {
  const two = [said('V1', 'A01', 0), said('V2', 'A01', 5), said('V1', 'A07', 10, { patientClass: 'O' })]
  t.strictSame(standing(two, [moves('V1', 'V2', 20)]), { V2: 'inpatient: V2 A01, V1 A01' })
  const back = [said('V1', 'A01', 0), said('V2', 'A04', 5, { patientClass: 'E' }), said('V1', 'A07', 10, { patientClass: 'E' })]
  t.strictSame(standing(back, [moves('V1', 'V2', 20)]), { V2: 'attending: V2 A04, V1 A01, V1 A07' }, 'back in the emergency department')
})

t.test('HAZ-A02: that a visit which went is over, all that was known until then, says nothing of the one it became', async (t) => {
  const tidied = [said('V1', 'A03', 20), said('V2', 'A02', 30)]
  t.strictSame(standing(tidied, [moves('V1', 'V2', 10)]), { V2: 'inpatient: V2 A02' })
  const other = [said('V2', 'A08', 15, { patientClass: 'O' }), said('V1', 'A11', 20), said('V2', 'A02', 30)]
  t.strictSame(standing(other, [moves('V1', 'V2', 10)]), { V2: 'inpatient: V2 A08, V2 A02' })
  t.strictSame(standing([said('V1', 'A02', 15), ...tidied], [moves('V1', 'V2', 10)]), { V2: 'inpatient: V1 A02, V2 A02' })
})

t.test('a number may be given back, and its visit goes on', async (t) => {
  const events = [said('V1', 'A01', 0), said('V2', 'A02', 20), said('V1', 'A03', 40)]
  t.strictSame(standing(events, [moves('V1', 'V2', 10), moves('V2', 'V1', 30)]), { V1: 'ended: V1 A01, V2 A02, V1 A03' })
})

t.test('a number that is said to be each visit in turn makes them no one stay', async (t) => {
  const events = [said('V1', 'A01', 0), said('V1', 'A03', 10), said('V2', 'A01', 60)]
  t.strictSame(standing(events, [moves('X', 'V1', 0), moves('X', 'V2', 60)]), { V1: 'ended: V1 A01, V1 A03', V2: 'inpatient: V2 A01' })
})

t.test('where two records of a person become one, their open stays do too: the one heard of first goes on', async (t) => {
  const [first, second] = [said('V1', 'A01', 0), said('V2', 'A01', 10, { numbers: ['H2'] })]
  t.strictSame(standing([second, first, said('V2', 'A03', 40)], [merges('H2', 'H1', 20)]), { V1: 'inpatient: V1 A01, V2 A01' })
  const over = said('V1', 'A03', 15)
  t.strictSame(standing([first, over, second], [merges('H2', 'H1', 20)]), { V1: 'ended: V1 A01, V1 A03', V2: 'inpatient: V2 A01' })
  const late = said('V3', 'A01', 30, { numbers: ['H2'] })
  t.strictSame(
    standing([first, late], [merges('H2', 'H1', 20)]),
    { V1: 'inpatient: V1 A01, V3 A01' },
    'also one under the number that went',
  )
  const [end, goesOn] = [said('V1', 'A03', 30), said('V2', 'A02', 40, { numbers: ['H2'] })]
  t.strictSame(
    standing([first, second, end, goesOn], [merges('H2', 'H1', 20)]),
    { V1: 'ended: V1 A01, V2 A01, V1 A03', V2: 'inpatient: V2 A02' },
    'HAZ-A100: whoever is moved under the other visit after the end is there',
  )
  t.strictSame(
    standing([first, second, end, goesOn], [merges('H2', 'H1', 20), moves('V2', 'V1', 25)]),
    { V1: 'ended: V1 A01, V2 A01, V1 A03, V2 A02' },
    'but where the visits are said to be one',
  )
  const other = said('V3', 'A01', 30)
  t.strictSame(standing([first, other], [merges('H2', 'H1', 20)]), { V1: 'inpatient: V1 A01', V3: 'inpatient: V3 A01' })
})

const VISITS = ['V1', 'V2', 'V3']
const anEvent = fc.record({
  visit: fc.constantFrom(...VISITS),
  type: fc.constantFrom<StayEventType>('A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'A07', 'A08', 'A11', 'A12', 'A13', 'A21', 'A22'),
  occurredAt: fc.nat(20).map(at),
  recordedAt: fc.nat(20).map(at),
  patientClass: fc.constantFrom('I', 'E', 'O'),
  died: fc.constant(false),
})
const aTie = fc.record({
  kind: fc.constantFrom('visit' as const, 'visit' as const, 'number' as const),
  goes: fc.constantFrom(...VISITS),
  stays: fc.constantFrom(...VISITS),
  recordedAt: fc.nat(20).map(at),
})
const heard = fc
  .tuple(
    fc.uniqueArray(anEvent, { selector: (event) => `${event.visit} ${event.type} ${String(event.recordedAt)}`, maxLength: 9 }),
    fc.array(aTie, { maxLength: 4 }),
  )
  .chain(([events, ties]) =>
    fc.tuple(
      fc.constant([events, ties] as const),
      fc.tuple(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.shuffledSubarray([...ties, ...ties], { minLength: ties.length * 2 }),
      ),
    ),
  )
type Heard = readonly [readonly Omit<VisitEvent, 'key' | 'numbers'>[], readonly Tie[]]
const keyed = ([events, ties]: Heard) =>
  visitsOf(
    events.map((event, index) => ({ ...event, key: String(index), numbers: ['V1'] })),
    ties,
  )
const stays = (given: Heard) => VISITS.map((visit) => stayOf(keyed(given).stays.get(visit) ?? []))

t.test('any order, and any repetition of what ties them, ends in the same stays', async () => {
  fc.assert(
    fc.property(heard, ([inTurn, otherwise]) => JSON.stringify(stays(inTurn)) === JSON.stringify(stays(otherwise))),
    { numRuns: 2_000 },
  )
})

t.test('what is said counts for one stay at most; all but an end, a cancel or what takes one back counts for one', async () => {
  const mayBeLeft = new Set<StayEventType>(['A03', 'A07', 'A11', 'A12', 'A13', 'A38'])
  fc.assert(
    fc.property(heard, ([[events, ties]]) => {
      const counted = [...keyed([events, ties]).stays.values()].flat().map(({ key }) => key)
      const cancelled = events.some(({ type }) => type === 'A11' || type === 'A12')
      const left = events.filter((event, index) => !counted.includes(String(index)) && !mayBeLeft.has(event.type))
      return new Set(counted).size === counted.length && (left.length === 0 || cancelled)
    }),
    { numRuns: 2_000 },
  )
})
