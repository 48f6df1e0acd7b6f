import type { Task } from '@medplum/fhirtypes'
import { aPatient, anOrganization } from '@platform/testing/cast'
import t from 'tap'
import { en } from '../../words/words.ts'
import { showAlerts, takenOf } from './alerts.ts'

const now = new Date('2026-11-21T02:55:00Z')
const concept = (system: string, code: string) => ({ coding: [{ system: `https://handrail.example/fhir/CodeSystem/${system}`, code }] })
const resolved = new Map([
  ['Patient/dafydd', { ...aPatient('dafydd'), id: 'dafydd' }],
  ['Organization/pump-centre', { ...anOrganization('pump-centre'), id: 'pump-centre' }],
])

const alert = (id: string): Task => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  code: concept('task-kind', 'hospital-alert'),
  for: { reference: 'Patient/dafydd' },
  owner: { reference: 'Organization/pump-centre' },
  authoredOn: '2026-11-21T02:15:00Z',
  input: [
    {
      extension: [
        {
          url: 'https://handrail.example/fhir/StructureDefinition/line-source',
          extension: [
            { url: 'source', valueReference: { reference: 'Organization/pump-centre' } },
            { url: 'as-of', valueDate: '2026-08-14' },
          ],
        },
      ],
      type: { text: 'Pump' },
      valueString: 'Do not stop.',
    },
  ],
})

const answer = (id: string, to: string, given: Partial<Task> = {}): Task => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  code: concept('task-kind', 'alert-answer'),
  partOf: [{ reference: `Task/${to}` }],
  performerType: [concept('answering-role', 'ward')],
  owner: { reference: 'Organization/hospital' },
  restriction: { period: { end: '2026-11-21T03:15:00Z' } },
  ...given,
})

/** The alerts are the lines of the board, in its order. */
const shown = (tasks: readonly Task[]) =>
  showAlerts(
    tasks.filter(({ partOf }) => partOf === undefined),
    tasks,
    'Organization/hospital',
    resolved,
    en,
    now,
  )

t.test('a ward reads each line with its source and its age', async (t) => {
  const [one] = shown([alert('a'), answer('a1', 'a')])
  t.match(one, { person: 'Dafydd Wyn Rees', state: 'open', acknowledge: 'a1', since: '40 minutes', waitedSeconds: 2_400 })
  t.match(one?.lines, [
    { title: 'Pump', text: 'Do not stop.', source: 'Northmere Spasticity and Pump Centre', asOf: '2026-08-14', age: '98 days' },
  ])
})

t.test('lines stand in the order of the board, each as overdue, open, answered or only told', async (t) => {
  const late = { restriction: { period: { end: '2026-11-21T02:45:00Z' } } }
  const tasks = [
    alert('late'),
    answer('l1', 'late', late),
    alert('open'),
    answer('o1', 'open'),
    alert('done'),
    answer('d1', 'done', { status: 'accepted' }),
    alert('told'),
  ]
  t.same(
    shown(tasks).map(({ id, state }) => [id, state]),
    [
      ['late', 'overdue'],
      ['open', 'open'],
      ['done', 'answered'],
      ['told', 'told'],
    ],
  )
})

t.test('whose rota has nobody on is told so on the alerts they are asked about, and nobody else is', async (t) => {
  const says = 'Nobody is on duty at 21 Nov 2026, 02:14 by the rota of Northmere Spasticity and Pump Centre: ring 01632 960107.'
  const specialist = { performerType: [concept('answering-role', 'specialist')] }
  const noted = answer('a1', 'a', { ...specialist, note: [{ text: says }] })
  t.equal(shown([alert('a'), noted])[0]?.nobodyOn, true)
  t.equal(shown([alert('a'), answer('a1', 'a', specialist)])[0]?.nobodyOn, undefined)
  t.equal(shown([alert('a'), { ...noted, owner: { reference: 'Organization/pump-centre' } }])[0]?.nobodyOn, undefined, 'the rota of others')
  t.equal(shown([alert('a'), answer('a1', 'a', { note: [{ text: says }] })])[0]?.nobodyOn, undefined, 'a ward keeps none')
})

t.test(
  'HAZ-A130: while the specialist team has not answered, the page says what was said last and whom to ring, and not only among the notes',
  async (t) => {
    const said = (minutes: number) =>
      `The specialist team has not answered. Not acknowledged for ${String(minutes)} minutes. Ring 01632 960107.`
    const noted = { ...alert('a'), note: [{ text: 'Further line.' }, { text: said(15) }, { text: said(30) }] }
    const specialist = (status: Task['status']) => answer('s1', 'a', { status, performerType: [concept('answering-role', 'specialist')] })
    t.match(shown([noted, answer('a1', 'a'), specialist('requested')])[0], { unreached: said(30), notes: ['Further line.', said(15)] })
    t.equal(shown([noted, answer('a1', 'a'), specialist('accepted')])[0]?.unreached, undefined, 'they have it')
    t.equal(shown([noted, answer('a1', 'a'), specialist('cancelled')])[0]?.unreached, undefined)
  },
)

t.test('HAZ-A136: an alert without lines says whom to ring, with the number', async (t) => {
  const { input: _, ...without } = alert('a')
  t.equal(shown([without, answer('a1', 'a')])[0]?.ring, 'Northmere Spasticity and Pump Centre, 01632 960107')
  t.equal(shown([alert('a'), answer('a1', 'a')])[0]?.ring, undefined, 'its lines say so')
})

t.test('what was acknowledged, or is owed by others, cannot be acknowledged here', async (t) => {
  const others = { owner: { reference: 'Organization/pump-centre' } }
  for (const given of [{ status: 'accepted' as const }, others]) t.notOk(shown([alert('a'), answer('a1', 'a', given)])[0]?.acknowledge)
})

t.test('what was acknowledged is said of whom and when, to whoever owes the answer, while it stands', async (t) => {
  const at = '2026-11-21T02:50:00Z'
  const given = { status: 'accepted' as const, for: { reference: 'Patient/dafydd' }, note: [{ text: 'Acknowledged.', time: at }] }
  const taken = (more: Partial<Task> = {}) => takenOf(answer('a1', 'a', { ...given, ...more }), 'Organization/hospital', resolved, en)
  t.same(taken(), { person: 'Dafydd Wyn Rees', at })
  t.equal(taken({ status: 'requested' }), undefined, 'it waits again')
  t.equal(taken({ owner: { reference: 'Organization/pump-centre' } }), undefined, 'others answered')
  t.equal(taken({ note: [] }), undefined, 'nobody acknowledged it')
  t.equal(taken({ code: concept('task-kind', 'referral') }), undefined, 'no answer to an alert')
})

t.test('an answer whose alert the reader may not see is a line of its own', async (t) => {
  const lone = answer('a1', 'hidden', { for: { reference: 'Patient/dafydd' } })
  t.match(showAlerts([lone], [lone], 'Organization/hospital', resolved, en, now), [
    { id: 'a1', person: 'Dafydd Wyn Rees', state: 'open', acknowledge: 'a1' },
  ])
})
