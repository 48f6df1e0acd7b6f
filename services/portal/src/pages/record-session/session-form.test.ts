import t from 'tap'
import { readCatalogue } from '../../knowledge/catalogue.ts'
import { en } from '../../words/words.ts'
import { enteredSession, fromLast, readSession, toProcedure } from './session-form.ts'

const catalogue = readCatalogue()
const whole = {
  kind: 'exercise-class',
  'done[day]': '6',
  'done[month]': '10',
  'done[year]': '2026',
  minutes: '45',
  how: 'group',
  response: 'Stood twice.',
  key: '0f0e0d0c-aaaa-bbbb-cccc-000000000001',
}
const read = (changes: Record<string, string> = {}, role: 'worker' | 'professional' = 'worker') =>
  readSession(enteredSession({ ...whole, ...changes }), catalogue, role, '2026-10-07', en)

t.test('a session says when it was done apart from when it was typed', async (t) => {
  const { given } = read()
  t.ok(given)
  if (given === undefined) return
  const procedure = toProcedure(
    given,
    'ada',
    { role: 'worker', organization: 'Organization/leisure', sector: 'leisure' },
    new Date('2026-10-07T08:00:00Z'),
  )
  t.equal(procedure.performedDateTime, '2026-10-06')
  t.match(procedure.extension, [
    { url: /sector$/, valueCode: 'leisure' },
    { url: /checked-level$/, valueCode: 'worker-recorded' },
    { url: /delivery-mode$/, valueCode: 'group' },
    { url: /dose$/, extension: [{ valuePositiveInt: 45 }] },
    { url: /recorded-at$/, valueDateTime: '2026-10-07T08:00:00.000Z' },
  ])
})

t.test('how far an entry is checked follows from who makes it, never from the form', async (t) => {
  const { given } = read({ 'checked-level': 'clinician-confirmed' }, 'professional')
  t.ok(given)
  if (given === undefined) return
  const { extension } = toProcedure(given, 'ada', { role: 'professional', organization: 'Organization/1', sector: 'nhs' }, new Date())
  t.equal(extension?.find(({ url }) => url.endsWith('checked-level'))?.valueCode, 'registered-professional-recorded')
})

t.test('a session that has not taken place yet, lasts too long or is nothing we know is refused at its field', async (t) => {
  for (const [changes, field] of [
    [{ 'done[day]': '8' }, 'done'],
    [{ 'done[day]': '' }, 'done'],
    [{ minutes: '0' }, 'minutes'],
    [{ minutes: '601' }, 'minutes'],
    [{ minutes: 'an hour' }, 'minutes'],
    [{ kind: 'nothing-we-know' }, 'kind'],
    [{ how: '' }, 'how'],
    [{ response: 'x'.repeat(2_001) }, 'response'],
    [{ 'score-0': '21.4' }, 'measure-0'],
    [{ 'measure-0': 'timed-up-and-go', 'score-0': 'about 20' }, 'score-0'],
    [{ 'measure-0': 'pain-0-10', 'score-0': '11' }, 'score-0'],
    [{ 'measure-0': 'hads', 'score-0': '12', 'measure-2': 'hads', 'score-2': '12' }, 'measure-2'],
    [{ happened: 'no', reason: 'transport', 'measure-0': 'hads', 'score-0': '12' }, 'score-0'],
  ] as const) {
    const { given, wrong } = read(changes)
    t.equal(given, undefined)
    t.same(Object.keys(wrong.of), [field])
  }
})

t.test('a worker records no injection, a registered professional does', async (t) => {
  t.equal(read({ kind: 'botulinum-toxin' }).given, undefined)
  t.ok(read({ kind: 'botulinum-toxin' }, 'professional').given)
})

t.test('a key that is none of ours becomes no condition', async (t) => t.equal(read({ key: 'x|y&z' }).given, undefined))

t.test('a session that did not take place has a reason, and no minutes', async (t) => {
  t.same(Object.keys(read({ happened: 'no' }).wrong.of), ['reason'])
  const { given } = read({ happened: 'no', reason: 'transport' })
  t.ok(given)
  if (given === undefined) return
  const procedure = toProcedure(
    given,
    'bryn',
    { role: 'worker', organization: 'Organization/centre', sector: 'third-sector' },
    new Date('2026-11-21T10:00:00Z'),
  )
  t.equal(procedure.status, 'not-done')
  t.equal(procedure.statusReason?.coding?.[0]?.code, 'transport')
  t.notOk(procedure.extension?.some(({ url }) => url.endsWith('/dose')))
})

t.test('the last entry fills in the kind and the way, and never what happened', async (t) => {
  const last = {
    resourceType: 'Procedure' as const,
    status: 'completed' as const,
    subject: { reference: 'Patient/bryn' },
    performedDateTime: '2026-11-14',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/intervention-kind', code: 'yoga' }] },
    extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/delivery-mode', valueCode: 'group' as never }],
    note: [{ text: 'Tired.' }],
  }
  t.same(fromLast(last), { kind: 'yoga', how: 'group', copiedFrom: '2026-11-14' })
  t.same(fromLast(undefined), {})
})
