import type { Encounter, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHospital, type TestHospital } from './a-hospital.ts'

const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)
const SOMEBODY_ELSE = { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' }
const NUMBER = 'H1'
let control = 0

/** What one hospital says of Dafydd, or of somebody else; `goes` is the visit of MRG-5, under the number of MRG-1. */
interface Said {
  readonly event: string
  readonly visit: string
  readonly minute: number
  readonly number?: string
  readonly merges?: { readonly number?: string; readonly visit?: string }
  readonly person?: typeof SOMEBODY_ELSE
}

const messageOf = (facility: string, { event, visit, minute, number = NUMBER, merges, person }: Said): string => {
  const mrg =
    merges && `MRG|${merges.number ?? NUMBER}^^^${facility}^MR||||${merges.visit === undefined ? '' : `${merges.visit}^^^${facility}`}\r`
  const ended = event === 'A03' ? 'A03' : 'A01'
  return anAdmissionMessage({ event: ended, controlId: String((control += 1)), visit, at: at(minute), ...(person && { person }) })
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
