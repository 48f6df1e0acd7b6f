import type { Encounter, Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)
const SOMEBODY_ELSE = { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' }
const NUMBER = 'H1'
let control = 0

/** What one hospital says of Dafydd, or of somebody else; `goes` is the visit of MRG-5, under the number of MRG-1. */
interface Said {
  readonly ward?: string
  readonly event: string
  readonly visit: string
  readonly minute: number
  readonly number?: string
  readonly merges?: { readonly number?: string; readonly visit?: string }
  readonly person?: typeof SOMEBODY_ELSE
}

const messageOf = (facility: string, { event, visit, minute, ward, number = NUMBER, merges, person }: Said): string => {
  const mrg =
    merges && `MRG|${merges.number ?? NUMBER}^^^${facility}^MR||||${merges.visit === undefined ? '' : `${merges.visit}^^^${facility}`}\r`
  const ended = event === 'A03' ? 'A03' : 'A01'
  return anAdmissionMessage({
    event: ended,
    controlId: String((control += 1)),
    visit,
    at: at(minute),
    ...(ward === undefined ? {} : { ward: `${ward}^^` }),
    ...(person && { person }),
  })
    .replace(/ADT\^A\d\d\^[A-Z0-9_]+/, `ADT^${event}`)
    .replace(/EVN\|A\d\d/, `EVN|${event}`)
    .replaceAll('DYFFRYNWEN', facility)
    .replace(/~[^^]*\^\^\^/, `~${number}^^^`)
    .replace(/PV1\|/, (pv1) => `${mrg ?? ''}${pv1}`)
}

async function tell(hospital: TestHospital, facility: string, said: readonly Said[]): Promise<void> {
  for (const one of said) {
    t.match(await hospital.send(messageOf(facility, one)), { code: 'CA' })
    await hospital.acted()
  }
}

/** The alerts and follow-up Tasks of one hospital, by the status of their Encounter. */
async function standing({ database, record }: TestHospital, facility: string): Promise<readonly string[]> {
  const text = 'SELECT encounter FROM alerts.stay WHERE facility = $1 AND encounter IS NOT NULL'
  const { rows } = await database.query<{ encounter: string }>({ text, values: [facility] })
  return rows
    .flatMap(({ encounter }) => {
      const { status } = record.read<Encounter>(`Encounter/${encounter}`)
      return record
        .all<Task>('Task')
        .filter((task) => task.encounter?.reference === `Encounter/${encounter}` && task.partOf === undefined)
        .map((task) => `${status}: ${task.code?.coding?.[0]?.code ?? ''} ${task.status}`)
    })
    .toSorted()
}

const OPEN = ['in-progress: hospital-alert requested']
const OVER = ['finished: after-discharge requested', 'finished: hospital-alert completed']

t.test(
  'HAZ-A100: what is heard of a visit after it got another number belongs to the one stay, in whatever order it is heard',
  async (t) => {
    const hospital = await testHospital(t)
    const admitted = { event: 'A01', visit: 'V1', minute: 0 }
    const moved = { event: 'A02', visit: 'V2', minute: 20 }
    const ended = { event: 'A03', visit: 'V2', minute: 30 }
    for (const event of ['A42', 'A44', 'A45']) {
      const renumbered = { event, visit: 'V2', minute: 10, merges: { visit: 'V1' } }
      const orders = {
        in: [admitted, renumbered, moved, ended],
        first: [renumbered, admitted, moved, ended],
        late: [renumbered, moved, ended, admitted],
      }
      for (const [order, said] of Object.entries(orders)) {
        const facility = `${event}${order.toUpperCase()}`
        await tell(hospital, facility, said.slice(0, -1))
        if (order !== 'late') t.strictSame(await standing(hospital, facility), OPEN, `${event}, ${order}: one alert`)
        await tell(hospital, facility, said.slice(-1))
        t.strictSame(await standing(hospital, facility), OVER, `${event}, ${order}: over, and one follow-up`)
        await tell(hospital, facility, [{ event: 'A03', visit: 'V1', minute: 40 }])
        t.strictSame(
          await standing(hospital, facility),
          OVER,
          `${event}, ${order}: the visit that went is tidied away, and asks for no second follow-up`,
        )
      }
    }
  },
)

t.test('HAZ-A100: a visit that gets another number after the discharge is the same stay when the discharge is taken back', async (t) => {
  const hospital = await testHospital(t)
  await tell(hospital, 'A42', [
    { event: 'A01', visit: 'V1', minute: 0 },
    { event: 'A03', visit: 'V1', minute: 10 },
    { event: 'A42', visit: 'V2', minute: 20, merges: { visit: 'V1' } },
    { event: 'A13', visit: 'V2', minute: 30 },
  ])
  t.strictSame(await standing(hospital, 'A42'), ['in-progress: after-discharge cancelled', ...OPEN])
})

t.test(
  'HAZ-A100: a visit that turns out to be somebody else’s after the discharge is withdrawn, and nobody calls the wrong person',
  async (t) => {
    const hospital = await testHospital(t)
    for (const event of ['A42', 'A44', 'A45']) {
      await tell(hospital, event, [
        { event: 'A01', visit: 'V1', minute: 0 },
        { event: 'A03', visit: 'V1', minute: 10 },
        { event, visit: 'V1', minute: 20, number: 'H9', merges: { visit: 'V1' }, person: SOMEBODY_ELSE },
      ])
      const withdrawn = ['entered-in-error: after-discharge cancelled', 'entered-in-error: hospital-alert cancelled']
      t.strictSame(await standing(hospital, event), withdrawn, event)
    }
  },
)

t.test('HAZ-A100: a number that got another one before its stay was heard of is withdrawn with that other one', async (t) => {
  const hospital = await testHospital(t)
  await tell(hospital, 'A40', [
    { event: 'A40', visit: 'V1', minute: 10, number: 'H2', merges: {} },
    { event: 'A01', visit: 'V1', minute: 0 },
    { event: 'A40', visit: 'V1', minute: 20, number: 'H9', merges: { number: 'H2' }, person: SOMEBODY_ELSE },
  ])
  t.strictSame(await standing(hospital, 'A40'), ['entered-in-error: hospital-alert cancelled'])
})

t.test('HAZ-A100: a visit of a stranger that turns out to be one of ours raises the alert, and a past one does not', async (t) => {
  const hospital = await testHospital(t)
  for (const event of ['A44', 'A45']) {
    const strangers = { event: 'A01', visit: 'V1', minute: 0, number: 'H9', person: SOMEBODY_ELSE }
    await tell(hospital, event, [strangers, { event, visit: 'V1', minute: 10, merges: { number: 'H9', visit: 'V1' } }])
    t.strictSame(await standing(hospital, event), OPEN, event)
    const past = messageOf(`${event}PAST`, { event, visit: 'V1', minute: 10, merges: { number: 'H9', visit: 'V1' } })
    t.match(await hospital.send(past.replace(/(PV1\|[^\r]*)\r/, '$1|20261121022000\r')), { code: 'CA' })
    await hospital.acted()
    t.strictSame(await standing(hospital, `${event}PAST`), [], `${event}: the visit is over`)
  }
})

/** Also where the record did not answer in time, as it does not beside much else: then whatever is left behind is done with the next sweep. */
const allActed = async (hospital: TestHospital): Promise<unknown> =>
  until('everything has been acted on', async () => {
    const left = `SELECT 1 FROM alerts.message WHERE handled_at IS NULL AND disposition = 'matched' AND attempts = 0
      UNION ALL SELECT 1 FROM alerts.stay WHERE settled < version AND settle_attempts = 0`
    const failed = 'SELECT 1 FROM alerts.stay WHERE settled < version AND settle_attempts > 0'
    if ((await hospital.database.query({ text: failed })).rows.length > 0) await hospital.moveTo(NIGHT)
    return (await hospital.database.query({ text: `${left} UNION ALL ${failed}` })).rows.length === 0
  })

const PLACES = ['W1', 'W2', 'W3']
/** What a hospital may say of two visits of one person, at a minute of its own. */
const said = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      event: fc.constantFrom('A01', 'A02', 'A03', 'A04', 'A06', 'A07', 'A08', 'A10', 'A11', 'A12', 'A13', 'A21', 'A22'),
      visit: fc.constantFrom('V1', 'V2'),
      ward: fc.constantFrom(...PLACES),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['A42', 'A44', 'A45'].flatMap((event) => [
        { event, visit: 'V2', merges: { visit: 'V1' } },
        { event, visit: 'V1', merges: { visit: 'V2' } },
      ]),
      { event: 'A06', visit: 'V2', merges: { visit: 'V1' } },
      { event: 'A40', visit: 'V1', number: 'H1', merges: { number: 'H2' } },
    ),
  },
)
const story = fc
  .array(said, { minLength: 2, maxLength: 7 })
  .map((all) => all.map((one, index): Said => ({ ...one, minute: index * 10 })))
  .chain((all) =>
    fc.record({
      all: fc.constant(all),
      order: fc.shuffledSubarray(all, { minLength: all.length }),
      again: fc.subarray(all),
      atOnce: fc.boolean(),
    }),
  )

t.test('HAZ-A100: any order and repetition of what is said of two visits ends with the same alerts open, in the same place', async (t) => {
  const hospital = await testHospital(t)
  let runs = 0
  const whatStands = async (facility: string): Promise<readonly string[]> => {
    const text = 'SELECT encounter FROM alerts.stay WHERE facility = $1 AND encounter IS NOT NULL'
    const { rows } = await hospital.database.query<{ encounter: string }>({ text, values: [facility] })
    return rows
      .flatMap(({ encounter }) => {
        const { location, status } = hospital.record.read<Encounter>(`Encounter/${encounter}`)
        return hospital.record
          .all<Task>('Task')
          .filter(
            (task) => task.encounter?.reference === `Encounter/${encounter}` && task.status === 'requested' && task.partOf === undefined,
          )
          .map((task) => `${status}: ${task.code?.coding?.[0]?.code ?? ''} ${location?.at(-1)?.location.display ?? ''}`)
      })
      .toSorted()
  }
  await fc.assert(
    fc.asyncProperty(story, async ({ all, order, again, atOnce }) => {
      runs += 1
      const [inTurn, otherwise] = [`T${String(runs)}`, `O${String(runs)}`]
      for (const one of all) {
        await hospital.send(messageOf(inTurn, one))
        await allActed(hospital)
      }
      for (const one of [...again, ...order, ...again]) {
        await hospital.send(messageOf(otherwise, one))
        if (!atOnce) await allActed(hospital)
      }
      await allActed(hospital)
      const [expected, found] = [await whatStands(inTurn), await whatStands(otherwise)]
      if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(found)} for ${JSON.stringify(expected)}`)
    }),
    { numRuns: 25 },
  )
})

t.test('HAZ-A100: a merge that names the second of two numbers withdraws the stay that the first message gave both', async (t) => {
  const hospital = await testHospital(t)
  const both = messageOf('TWO', { event: 'A01', visit: 'V1', minute: 0 }).replace('H1^^^TWO^MR', 'H1^^^TWO^MR~H2^^^TWO^PI')
  t.match(await hospital.send(both), { code: 'CA' })
  await hospital.acted()
  t.strictSame(await standing(hospital, 'TWO'), OPEN)
  await tell(hospital, 'TWO', [{ event: 'A40', visit: 'V1', minute: 20, number: 'H9', merges: { number: 'H2' }, person: SOMEBODY_ELSE }])
  t.strictSame(await standing(hospital, 'TWO'), ['entered-in-error: hospital-alert cancelled'])
})

t.test('HAZ-A100: a death told under a visit that went, and taken back, bears on the stay that goes on', async (t) => {
  const hospital = await testHospital(t)
  const said = (message: string, died: 'Y' | 'N') => message.replace('||||01\r', died === 'Y' ? '|20261121022000|Y||01\r' : '||N||01\r')
  await tell(hospital, 'DEATH', [
    { event: 'A01', visit: 'V1', minute: 0 },
    { event: 'A42', visit: 'V2', minute: 10, merges: { visit: 'V1' } },
  ])
  await hospital.send(said(messageOf('DEATH', { event: 'A08', visit: 'V1', minute: 20 }), 'Y'))
  await hospital.acted()
  t.strictSame(await standing(hospital, 'DEATH'), ['finished: hospital-alert completed'])
  await hospital.send(said(messageOf('DEATH', { event: 'A31', visit: 'V1', minute: 30 }), 'N'))
  await hospital.acted()
  t.strictSame(await standing(hospital, 'DEATH'), OPEN)
})

t.test('HAZ-A02: a visit that is moved to somebody else by mistake and back within minutes has its alert again', async (t) => {
  const hospital = await testHospital(t)
  for (const event of ['A44', 'A45']) {
    const admitted = { event: 'A01', visit: 'V1', minute: 0 }
    const away = { event, visit: 'V1', minute: 20, number: 'H9', merges: { visit: 'V1' }, person: SOMEBODY_ELSE }
    const back = { event, visit: 'V1', minute: 24, merges: { number: 'H9', visit: 'V1' } }
    await tell(hospital, `${event}BACK`, [admitted, away, back])
    t.strictSame(await standing(hospital, `${event}BACK`), ['entered-in-error: hospital-alert cancelled', ...OPEN])
    await tell(hospital, `${event}LATE`, [admitted, back, away])
    t.strictSame(await standing(hospital, `${event}LATE`), OPEN, 'also where the first is heard last')
  }
})
