import fc from '@platform/testing/properties'
import t from 'tap'
import { STAY_EVENTS, type StayEventType } from './adt.ts'
import { callsForAlert, leftAt, stayOf, type StayEvent } from './stay.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 2, minutes))
let count = 0
const event = (type: StayEventType, minutes: number, given: Partial<StayEvent> = {}): StayEvent => ({
  key: `${type}-${String((count += 1))}`,
  type,
  occurredAt: at(minutes),
  recordedAt: at(minutes),
  patientClass: 'I',
  died: false,
  ...given,
})
const status = (...events: StayEvent[]) => stayOf(events).status

t.test('any order, and any repetition, of the same messages ends in the same state', async () => {
  const one = fc.record(
    {
      key: fc.string({ minLength: 1, maxLength: 3 }),
      type: fc.constantFrom(...STAY_EVENTS),
      occurredAt: fc.nat(20).map(at),
      recordedAt: fc.nat(20).map(at),
      happenedAt: fc.nat(20).map(at),
      patientClass: fc.constantFrom('I', 'E', 'O'),
      location: fc.constantFrom({ ward: 'A' }, { ward: 'B' }),
      died: fc.boolean(),
      diedAt: fc.nat(20).map(at),
      alive: fc.constant(true as const),
    },
    { requiredKeys: ['key', 'type', 'occurredAt', 'recordedAt', 'happenedAt', 'location', 'died'] }, // a message need not tell a class
  )
  const story = fc.uniqueArray(one, { selector: ({ key }) => key, maxLength: 9 })
  const arrivals = story.chain((events) =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.subarray(events)),
  )
  fc.assert(
    fc.property(
      arrivals,
      ([events, shuffled, repeated]) => JSON.stringify(stayOf(events)) === JSON.stringify(stayOf([...repeated, ...shuffled, ...repeated])),
    ),
    { numRuns: 2_000 },
  )
})

t.test('A04 of class E is attending, A06 makes it an admission, A03 ends it', async (t) => {
  const [a04, a06, a03] = [event('A04', 0, { patientClass: 'E' }), event('A06', 10), event('A03', 20)]
  t.equal(status(a04), 'attending')
  t.equal(status(a04, a06), 'inpatient')
  t.equal(status(a03, a06, a04), 'ended')
})

t.test('an A01 of class E is attending', async (t) => {
  t.equal(status(event('A01', 0, { patientClass: 'E' })), 'attending')
})

t.test('an outpatient calls for no alert', async (t) => {
  t.notOk(callsForAlert(stayOf([event('A04', 0, { patientClass: 'O' })])))
  t.ok(callsForAlert(stayOf([event('A04', 0, { patientClass: 'E' })])))
  t.ok(callsForAlert(stayOf([event('A01', 0)])))
  t.notOk(callsForAlert(stayOf([event('A05', 0, { patientClass: 'P' })])))
})

t.test('an old A01 does not reopen a stay that a later A03 closed', async (t) => {
  const stay = stayOf([event('A03', 20), event('A01', 0)])
  t.equal(stay.status, 'ended')
  t.strictSame(stay.endedAt, at(20))
  t.strictSame(stay.admittedAt, at(0))
})

t.test('an older A08 does not overwrite newer data', async (t) => {
  const stay = stayOf([
    event('A01', 0, { location: { ward: 'ED' } }),
    event('A02', 10, { location: { ward: 'W3' } }),
    event('A08', 5, { location: { ward: 'ED' } }),
  ])
  t.strictSame(stay.location, { ward: 'W3' })
})

t.test('a visit first heard of through A02 or A08 is opened with an inferred admission, which A01 replaces', async (t) => {
  const [a08, a02] = [event('A08', 10), event('A02', 15)]
  t.match(stayOf([a08]), { status: 'inpatient', admissionInferred: true, admittedAt: at(10) })
  t.match(stayOf([a02]), { status: 'inpatient', admissionInferred: true })
  t.match(stayOf([a08, a02, event('A01', 0)]), { status: 'inpatient', admissionInferred: false, admittedAt: at(0) })
  for (const none of [{ patientClass: 'N' }, { patientClass: 'O' }, { dischargedAt: at(1) }])
    t.equal(status(event('A08', 10, none)), 'unknown')
})

t.test(
  'HAZ-A02: an A06 later than the end of an attendance, or than its cancel, is an admission; an older one reopens nothing',
  async (t) => {
    const [a04, a03] = [event('A04', 0, { patientClass: 'E' }), event('A03', 20, { patientClass: 'E' })]
    t.equal(status(a04, a03, event('A06', 30)), 'inpatient')
    t.equal(status(event('A06', 30), a03, a04), 'inpatient', 'in any order')
    t.equal(status(a04, a03, event('A06', 10)), 'ended')
    t.equal(status(a04, a03, event('A06', 20)), 'ended', 'of the same minute the end comes last')
    t.equal(status(a04, event('A11', 10), event('A06', 20)), 'inpatient')
    t.equal(status(a04, event('A06', 5), event('A11', 10)), 'cancelled')
  },
)

t.test('A11 withdraws a stay, also when it comes before the A01 it cancels', async (t) => {
  const [a01, a11] = [event('A01', 0), event('A11', 10)]
  t.equal(status(a01, a11), 'cancelled')
  t.equal(status(a11), 'cancelled')
  t.equal(status(a11, a01), 'cancelled')
  t.equal(status(a01, event('A08', 5), a11), 'cancelled')
  t.equal(status(a01, a11, event('A08', 20)), 'cancelled', 'an update of a visit that was taken back opens nothing')
  t.equal(status(a01, a11, event('A01', 30)), 'inpatient', 'an admission recorded afterwards counts')
})

t.test('A13 takes the discharge back, wherever it comes', async (t) => {
  const [a01, a03, a13] = [event('A01', 0), event('A03', 20), event('A13', 30)]
  t.equal(status(a01, a03, a13), 'inpatient')
  t.equal(status(a13, a03, a01), 'inpatient')
  t.equal(status(a01, a03, a13, event('A03', 40)), 'ended')
  t.equal(status(a13), 'inpatient')
})

t.test('a cancel that carries the time of the event it cancels undoes that one and not the latest', async (t) => {
  const moves = [
    event('A01', 0, { location: { ward: 'ED' } }),
    event('A02', 10, { location: { ward: 'W1' } }),
    event('A02', 20, { location: { ward: 'W2' } }),
  ]
  const undoFirst = event('A12', 30, { happenedAt: at(10), location: { ward: 'W2' } })
  t.strictSame(stayOf([...moves, undoFirst]).location, { ward: 'W2' })
  t.strictSame(stayOf([...moves, event('A12', 30, { location: { ward: 'W1' } })]).location, { ward: 'W1' })
})

t.test('leave is no discharge', async (t) => {
  t.equal(status(event('A01', 0), event('A21', 10)), 'on-leave')
  t.equal(status(event('A01', 0), event('A21', 10), event('A22', 20)), 'inpatient')
  t.ok(callsForAlert(stayOf([event('A01', 0), event('A21', 10)])))
})

t.test(
  "HAZ-A05: tracking without a class makes no stay of an outpatient's visit, and still tells of one nobody has heard of",
  async (t) => {
    const classless = (type: StayEventType, minutes: number, ward: string): StayEvent => {
      const { patientClass: _, ...rest } = event(type, minutes, { location: { ward } })
      return rest
    }
    for (const type of ['A09', 'A10'] as const) {
      const outpatient = event('A08', 0, { patientClass: 'O' })
      const tracked = classless(type, 10, 'XRAY')
      t.equal(status(outpatient, tracked), 'unknown', `${type} after an update of class O`)
      t.equal(status(tracked, outpatient), 'unknown', 'in any order')
      t.equal(status(event('A10', 0, { patientClass: 'O' }), tracked), 'unknown', 'after tracking of class O')
      t.equal(status(event('A05', 0, { patientClass: 'P' }), outpatient, tracked), 'planned', 'a planned visit stays planned')
      t.equal(status(tracked), 'inpatient', 'of a visit of which no class was ever told')
      t.equal(status(event(type, 0, { patientClass: 'E' })), 'attending', 'a hospital that sends nothing else of an attendance')
      t.equal(status(event(type, 0, { patientClass: 'E' }), tracked), 'attending')
      t.equal(status(outpatient, event('A08', 5, { patientClass: 'E' }), tracked), 'attending', 'the class told last counts')
      const admitted = stayOf([outpatient, classless('A02', 5, 'W3'), tracked])
      t.match(admitted, { status: 'inpatient', location: { ward: 'XRAY' } }, 'a transfer without a class tells of an admission, as before')
      t.equal(status(outpatient, tracked, event('A01', 20)), 'inpatient', 'and an admission is one')
    }
  },
)

t.test('a pre-admission is planned, and its cancel leaves an admission alone', async (t) => {
  t.equal(status(event('A05', 0, { patientClass: 'P' })), 'planned')
  t.equal(status(event('A05', 0, { patientClass: 'P' }), event('A08', 5, { patientClass: 'P' })), 'planned')
  t.equal(status(event('A05', 0), event('A38', 5)), 'cancelled')
  t.equal(status(event('A05', 0), event('A38', 5), event('A01', 10)), 'inpatient')
})

t.test('HAZ-A02: leave, a return from leave and a discharge that is taken back tell of an admission that was planned', async (t) => {
  t.equal(status(event('A05', 0), event('A21', 5)), 'on-leave')
  t.equal(status(event('A05', 0), event('A22', 5)), 'inpatient')
  t.equal(status(event('A05', 0), event('A13', 5)), 'inpatient')
  t.equal(status(event('A05', 0), event('A13', 5, { patientClass: 'P' })), 'planned')
})

t.test(
  'HAZ-A92: who died in hospital left it then, as the hospital says; a discharge says it better, and no other date stands in',
  async (t) => {
    const a01 = event('A01', 0)
    const death = (minutes: number, diedAt?: Date) => event('A08', minutes, { died: true, ...(diedAt === undefined ? {} : { diedAt }) })
    const left = (...events: StayEvent[]) => leftAt(stayOf(events))
    t.strictSame(left(a01, death(30, at(20))), at(20))
    t.strictSame(left(death(30, at(20)), a01), at(20), 'in any order')
    t.strictSame(left(a01, death(30, at(20)), death(40)), at(20), 'told again without the time')
    t.strictSame(left(a01, death(30, at(20)), death(40, at(25))), at(25), 'as it was corrected')
    t.strictSame(left(a01, death(30, at(20)), event('A03', 60, { died: true })), at(60))
    for (const [why, events] of [
      ['nobody says when', [a01, death(30)]],
      ['a time before the admission is a mistake', [event('A01', 10), death(30, at(5))]],
      ['the person is alive', [a01, death(30, at(20)), event('A08', 40, { alive: true })]],
      ['a death outside a stay', [event('A08', 30, { died: true, diedAt: at(20), patientClass: 'N' })]],
    ] as const)
      t.equal(left(...events), undefined, why)
  },
)

t.test('a death is told of the stay and stays so', async (t) => {
  t.ok(stayOf([event('A01', 0), event('A03', 20, { died: true })]).died)
})

t.test(
  'HAZ-A20: a death told without a stay, in an update, counts; an update that says alive takes it back, an older one does not',
  async (t) => {
    const outside = stayOf([event('A08', 0, { died: true, patientClass: 'N' })])
    t.match(outside, { status: 'unknown', died: true })
    const alive = { alive: true as const }
    t.notOk(stayOf([event('A01', 0), event('A08', 20, { died: true }), event('A08', 30, alive)]).died)
    t.ok(stayOf([event('A01', 0), event('A08', 20, { died: true }), event('A08', 10, alive)]).died)
    t.notOk(stayOf([event('A01', 0), event('A03', 20, { died: true }), event('A13', 30)]).died, 'a discharge that was cancelled')
  },
)
