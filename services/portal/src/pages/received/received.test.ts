import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { parametersOf } from '../../knowledge/parameters.ts'
import { cy, en } from '../../words/words.ts'
import { receivedOf, staysIn } from './received.ts'

const session = {
  name: 'entry',
  part: [
    { name: 'entry', valueReference: { reference: 'Procedure/1' } },
    { name: 'what', valueCode: 'Procedure' },
    { name: 'title', valueString: 'Chair-based exercise class' },
    { name: 'at', valueDateTime: '2026-10-06T10:30:00+01:00' },
    { name: 'typed', valueDateTime: '2026-10-07T09:00:00Z' },
    { name: 'provider', valueReference: { reference: 'Organization/leisure', display: 'Maes Hafan Leisure Centre' } },
    { name: 'author', valueReference: { reference: 'Practitioner/sam', display: 'Sam Okafor' } },
    { name: 'sector', valueCode: 'leisure' },
    { name: 'checked', valueCode: 'worker-recorded' },
    { name: 'minutes', valuePositiveInt: 45 },
    { name: 'delivery-mode', valueCode: 'group' },
    { name: 'note', valueString: 'Stood for ten minutes.' },
  ],
}

t.test('an entry says what, when, by whom, how far it is checked, and when it was typed where that was another day', async (t) => {
  const { months, cursor } = receivedOf(parametersOf(session), en)
  t.equal(cursor, undefined)
  t.same(months, [
    {
      month: 'October 2026',
      entries: [
        {
          reference: 'Procedure/1',
          kind: 'Therapy or treatment',
          title: 'Chair-based exercise class',
          checked: 'Recorded by a worker',
          details: ['45 minutes', 'In person, in a group'],
          notes: ['Stood for ten minutes.'],
          at: '2026-10-06T10:30:00+01:00',
          typedAt: '2026-10-07T09:00:00Z',
          by: 'Sam Okafor, Maes Hafan Leisure Centre',
          sector: 'leisure',
        },
      ],
    },
  ])
  t.equal(receivedOf(parametersOf(session), cy).months[0]?.month, 'Hydref 2026')
})

t.test('a missed session says that it was missed, and why', async (t) => {
  const missed = {
    name: 'entry',
    part: [
      { name: 'what', valueCode: 'Procedure' },
      { name: 'status', valueCode: 'not-done' },
      { name: 'reason', valueString: 'Flare or relapse' },
    ],
  }
  const [entry] = receivedOf(parametersOf(missed), en).months[0]?.entries ?? []
  t.equal(entry?.status, 'Did not take place: Flare or relapse')
  t.equal(receivedOf(parametersOf(missed), en).months[0]?.month, 'Without a date', 'nothing is guessed')
})

t.test('older entries are behind the cursor of the record', async (t) => {
  const next = { name: 'next', valueUri: 'https://hub.example/fhir/Patient/1/$timeline?_cursor=abc.def' }
  t.equal(receivedOf(parametersOf(session, next), en).cursor, 'abc.def')
})

t.test('a hospital stay names whoever was told of it, for the person and their carer', async (t) => {
  const entry = {
    name: 'entry',
    part: [
      { name: 'entry', valueReference: { reference: 'Encounter/stay' } },
      { name: 'what', valueCode: 'Encounter' },
      { name: 'title', valueString: 'Encounter' },
      { name: 'status', valueCode: 'in-progress' },
    ],
  }
  const answer = parametersOf(entry, session)
  t.same(staysIn(answer), ['Encounter/stay'])
  t.equal(receivedOf(answer, en).months.flatMap(({ entries }) => entries)[0]?.title, 'Hospital stay', 'never by the name of its type')
  const task: Task = {
    resourceType: 'Task',
    status: 'accepted',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'alert-answer' }] },
    encounter: { reference: 'Encounter/stay' },
    owner: { reference: 'Organization/centre', display: 'Pump centre' },
  }
  const [stay] = receivedOf(answer, en, { tasks: [task], resolved: new Map() })
    .months.flatMap(({ entries }) => entries)
    .filter(({ reference }) => reference === 'Encounter/stay')
  t.match(stay?.told, [{ owner: 'Pump centre', status: en.status.step.accepted }])
})
