import { anOrganization, aPractitioner, sessionsOfBryn } from '@platform/testing/cast'
import type { Resource, Task } from '@medplum/fhirtypes'
import t from 'tap'
import type { Resolved } from '../../clients/record.ts'
import { en } from '../../words/words.ts'
import { entriesOf, type Received } from './entries.ts'

const nothing: Received = { procedures: [], encounters: [], requests: [], tasks: [], observations: [] }
const resolved: Resolved = new Map<string, Resource>([
  ['Organization/therapy-centre', { ...anOrganization('therapy-centre'), id: 'therapy-centre' }],
  ['Organization/neuropsychology', { ...anOrganization('neuropsychology'), id: 'neuropsychology' }],
  ['Organization/single-point-of-access', { ...anOrganization('single-point-of-access'), id: 'single-point-of-access' }],
  ['Practitioner/centre-physiotherapist', aPractitioner('centre-physiotherapist')],
])
const concept = (system: string, code: string) => ({ coding: [{ system: `https://handrail.example/fhir/CodeSystem/${system}`, code }] })

t.test('a session says what, who, for whom, which sector, how long and how far it is checked', async (t) => {
  const [entry] = entriesOf({ ...nothing, procedures: sessionsOfBryn().slice(0, 1) }, resolved, en)
  t.match(entry, {
    what: 'session',
    title: 'Physiotherapy',
    sector: 'third-sector',
    organisation: 'Glanrafon Therapy Centre',
    author: 'Nia Pritchard',
    checked: 'Recorded by a registered professional',
    details: ['45 minutes', 'Mixed', 'In person, one to one'],
  })
})

t.test('the newest comes first, and a day alone after what has a time on that day', async (t) => {
  const at = (id: string, performedDateTime: string) =>
    ({ ...sessionsOfBryn()[0], id, performedDateTime, performedPeriod: undefined }) as never
  const entries = entriesOf(
    { ...nothing, procedures: [at('year', '2019'), at('day', '2026-03-02'), at('time', '2026-03-02T10:00:00Z'), at('month', '2026-03')] },
    resolved,
    en,
  )
  t.same(
    entries.map(({ id }) => id),
    ['month', 'day', 'time', 'year'],
  )
})

t.test('what was entered by mistake is not shown', async (t) => {
  const [first] = sessionsOfBryn()
  t.same(entriesOf({ ...nothing, procedures: [{ ...first, status: 'entered-in-error' } as never] }, resolved, en), [])
})

t.test('a refusal says why in words, who is next and with what, and the need stays open', async (t) => {
  const task: Task = {
    resourceType: 'Task',
    id: '1',
    status: 'rejected',
    intent: 'order',
    basedOn: [{ reference: 'ServiceRequest/need' }],
    owner: { reference: 'Organization/neuropsychology' },
    statusReason: { ...concept('refusal-reason', 'too-complex'), text: 'Mood is the larger problem.' },
    output: [
      { type: concept('task-output', 'next-owner'), valueReference: { reference: 'Organization/single-point-of-access' } },
      { type: concept('task-output', 'next-action'), valueString: 'Call both teams.' },
    ],
  }
  const request = {
    resourceType: 'ServiceRequest',
    id: 'need',
    status: 'active',
    intent: 'order',
    subject: {},
    code: { text: 'Mood and memory' },
    authoredOn: '2026-10-05',
  } as const
  const [entry] = entriesOf({ ...nothing, requests: [request], tasks: [task] }, resolved, en)
  t.match(entry, { title: 'Mood and memory', status: 'Open', open: true })
  t.match(entry?.steps, [
    {
      owner: 'Alwen Vale Neuropsychology Service',
      status: 'Refused',
      said: 'Mood is the larger problem.',
      next: 'Next: Deeside Neuro Single Point of Access. Call both teams.',
    },
  ])
})

t.test('a hospital stay names whoever was told of it, and whether they have answered', async (t) => {
  const told = (id: string, kind: string, owner: string, status: Task['status'], encounter = 'stay'): Task => ({
    resourceType: 'Task',
    id,
    status,
    intent: 'order',
    code: concept('task-kind', kind),
    encounter: { reference: `Encounter/${encounter}` },
    owner: { reference: `Organization/${owner}` },
  })
  const tasks = [
    told('alert', 'hospital-alert', 'therapy-centre', 'requested'),
    told('ward', 'alert-answer', 'therapy-centre', 'requested'),
    told('team', 'alert-answer', 'neuropsychology', 'accepted'),
    told('other', 'alert-answer', 'neuropsychology', 'accepted', 'other'),
  ]
  const encounter = { resourceType: 'Encounter' as const, id: 'stay', status: 'in-progress' as const, class: { code: 'IMP' } }
  const [entry] = entriesOf({ ...nothing, encounters: [encounter], tasks }, resolved, en)
  t.match(entry?.steps, [
    { owner: 'Glanrafon Therapy Centre', open: true, taken: false },
    { owner: anOrganization('neuropsychology').name, open: true, taken: true },
  ])
  t.equal(entry?.steps.length, 2)
})
