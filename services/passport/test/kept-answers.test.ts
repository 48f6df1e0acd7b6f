import type { Caller } from '@platform/fhir/caller'
import { parseScopes } from '@platform/fhir/scopes'
import t from 'tap'
import { keptAnswers } from '../src/store/kept-answers.ts'
import { aRecord } from './a-record.ts'

const { send, store, database } = await aRecord(t)
const caller: Caller = {
  clientId: 'admin',
  subject: 'admin',
  role: 'admin',
  grade: 'full',
  scopes: parseScopes('system/*.r'),
  token: 'x',
  expiresAt: 4_102_444_800,
}
const types = ['Patient', 'Procedure', 'Organization']
const told = ({ items, directory }: { items: readonly { text: string }[]; directory: ReadonlyMap<string, { text: string }> }) => [
  ...items.map(({ text }) => text).toSorted(),
  ...[...directory.values()].map(({ text }) => text),
]

const entryAbout = (patient: string) => () => ({
  at: new Date(),
  client: 'x',
  subject: 'x',
  organization: undefined,
  interaction: 'kept-answers',
  status: 200,
  entity: `Patient/${patient}`,
  people: [patient],
  purpose: undefined,
  request: 'x',
})
const looksAt = async (patient: string) =>
  (
    await database.query({
      text: `SELECT FROM passport.audit_entry WHERE interaction = 'kept-answers' AND patient = $1`,
      values: [patient],
    })
  ).rowCount

t.test('what is kept and what is read anew are the same after every kind of change', async (t) => {
  const kept = keptAnswers(database)
  const { id } = await store({ resourceType: 'Patient' })
  const { id: other } = await store({ resourceType: 'Patient' })
  const organization = await store({ resourceType: 'Organization', name: 'First' })
  const about = (patient: string, text: string) => ({
    resourceType: 'Procedure',
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    performer: [{ actor: { reference: `Organization/${organization.id}` } }],
    code: { text },
  })
  const entry = await store(about(id, 'one'))
  const put = (resource: { resourceType: string; id: string }, change: object) =>
    send('admin', 'PUT', `/${resource.resourceType}/${resource.id}`, { ...resource, meta: undefined, ...change })
  const changes: (() => Promise<unknown>)[] = [
    async () => undefined,
    () => store(about(id, 'two')),
    () => put(entry, { code: { text: 'corrected' } }),
    () => put(organization, { name: 'Second' }),
    // A correction moves an entry to another person, and back.
    () => put(entry, { subject: { reference: `Patient/${other}` } }),
    () => put(entry, { subject: { reference: `Patient/${id}` } }),
    () => send('admin', 'DELETE', `/Procedure/${entry.id}`),
    () => send('admin', 'DELETE', `/Organization/${organization.id}`),
  ]
  let made = 0
  for (const change of changes) {
    await change()
    const answer = () =>
      kept.answer(
        { caller, patient: id, types },
        'x',
        (material) => {
          made += 1
          return told(material)
        },
        entryAbout(id),
      )
    const [first, again] = [await answer(), await answer()]
    t.same(first?.pieces, (await keptAnswers(database).answer({ caller, patient: id, types }, 'x', told))?.pieces)
    t.equal(first?.pieces, again?.pieces)
    t.strictSame(
      [first?.audited, again?.audited],
      [false, true],
      'the look itself is in the trail where nothing had changed, and nowhere else',
    )
  }
  t.equal(made, changes.length)
  t.equal(await looksAt(id), changes.length)
  await send('admin', 'DELETE', `/Patient/${id}`)
  t.equal(await kept.answer({ caller, patient: id, types }, 'x', told, entryAbout(id)), undefined)
  t.equal(await looksAt(id), changes.length, 'who is not there was not looked at')
})

t.test('memory is bounded: what was not asked for longest is made again, and what is too large is not kept', async (t) => {
  const kept = keptAnswers(database, { most: 8_000 })
  const people = await Promise.all(Array.from({ length: 12 }, () => store({ resourceType: 'Patient' })))
  const made: string[] = []
  const ask = (id: string, size = 100) =>
    kept.answer({ caller, patient: id, types }, 'x', () => {
      made.push(id)
      return ['x'.repeat(size)]
    })
  for (const { id } of people) {
    await ask(id)
    t.ok(kept.size <= 8_000)
  }
  const [first] = people
  const last = people.at(-1)
  await ask(last?.id ?? '')
  t.equal(made.length, 12)
  await ask(first?.id ?? '')
  t.equal(made.length, 13)
  const before = kept.size
  const large = await store({ resourceType: 'Patient' })
  await ask(large.id, 5_000)
  t.equal(kept.size, before)
})
