import type { Caller } from '@platform/fhir/caller'
import { parseScopes } from '@platform/fhir/scopes'
import fc from '@platform/testing/properties'
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

t.test('whatever changes what a reader may see is in the next answer, for each reader, in whatever order it comes', async (t) => {
  const DATA_CLASS = 'https://handrail.example/fhir/CodeSystem/data-class'
  const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
  const [team, gym] = [await organization('Team'), await organization('Gym')]
  const kinds = [...types, 'Condition', 'CareTeam', 'Consent', 'ServiceRequest', 'Task']
  const actor = (reference: string) => [{ role: { text: 'recipient' }, reference: { reference } }]
  const diagnoses = [{ system: DATA_CLASS, code: 'diagnoses' }]
  /** Each answers what takes it back. */
  const changes = {
    'an entry is written': (at) =>
      at.put({ resourceType: 'Procedure', status: 'completed', subject: at.subject, code: { text: 'One more' } }),
    'an entry is labelled': (at) => at.change(at.session, { meta: { security: [{ system: DATA_CLASS, code: 'mental-health' }] } }),
    'an entry is corrected': (at) => at.change(at.session, { code: { text: 'Corrected' } }),
    'a team joins': (at) =>
      at.put({
        resourceType: 'CareTeam',
        status: 'active',
        subject: at.subject,
        participant: [{ member: { reference: team } }, { member: { reference: gym } }],
      }),
    'a class is opened to the gym': (at) => at.consent({ type: 'permit', actor: actor(gym), class: diagnoses }),
    'the team is closed out': (at) => at.consent({ type: 'deny', actor: actor(team) }),
    'everybody is closed out of a class': (at) => at.consent({ type: 'deny', class: diagnoses }),
    'the gym is asked': async (at) => {
      await at.put({
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        focus: { reference: at.need },
        for: at.subject,
        owner: { reference: gym },
        requester: { reference: team },
        authoredOn: '2026-11-20T10:00:00Z',
        restriction: { period: { end: '2026-12-20T10:00:00Z' } },
        code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
      })
      return async () => undefined // it stays open: nobody takes back what somebody is asked
    },
    // As when their time comes: nothing is written.
    'what stands comes to its end': (at) => at.time('relationship', 'ends', 'now()'),
    'a closing comes to its end': (at) => at.time('closed_out', 'ends', 'now()'),
  } satisfies Record<string, (at: Awaited<ReturnType<typeof aPerson>>) => Promise<() => Promise<unknown>>>

  async function aPerson() {
    const { id } = await store({ resourceType: 'Patient' })
    const subject = { reference: `Patient/${id}` }
    const put = async (resource: { resourceType: string }) => {
      const { id: stored } = await store(resource)
      return { reference: `${resource.resourceType}/${stored}` }
    }
    const session = await put({ resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Stretching' } } as never)
    await put({ resourceType: 'Condition', subject, code: { text: 'MS' } } as never)
    const need = await put({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject,
      code: { text: 'A need' },
    } as never)
    const replace = async (reference: string, change: object) => {
      const now = (await send('admin', 'GET', `/${reference}`)).json<object>()
      const answer = await send('admin', 'PUT', `/${reference}`, { ...now, meta: undefined, ...change })
      if (answer.statusCode !== 200) throw new Error(answer.body)
    }
    const added = async (resource: object) => {
      const { reference } = await put(resource as never)
      return async () => {
        const { statusCode, body } = await send('admin', 'DELETE', `/${reference}`)
        if (statusCode !== 204) throw new Error(body)
      }
    }
    return {
      id,
      subject,
      session: session.reference,
      need: need.reference,
      put: added,
      async change(reference: string, change: object) {
        await replace(reference, change)
        return () => replace(reference, { code: { text: 'Stretching' } })
      },
      consent: (provision: object) =>
        added({
          resourceType: 'Consent',
          status: 'active',
          scope: { text: 'Own wish' },
          category: [{ text: 'Own wish' }],
          policyRule: { text: 'Own wish' },
          patient: subject,
          provision,
        }),
      async time(table: 'relationship' | 'closed_out', column: 'ends', to: string) {
        await database.query({ text: `UPDATE passport.${table} SET ${column} = ${to} WHERE patient = $1`, values: [id] })
        return () => database.query({ text: `UPDATE passport.${table} SET ${column} = 'infinity' WHERE patient = $1`, values: [id] })
      },
    }
  }

  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...(Object.keys(changes) as (keyof typeof changes)[])), { minLength: 5, maxLength: 8 }),
      async (order) => {
        const at = await aPerson()
        const kept = keptAnswers(database)
        const readers: readonly Caller[] = [
          caller,
          { ...caller, role: 'professional', organization: team },
          { ...caller, role: 'worker', grade: 'needs-only', organization: gym },
          { ...caller, role: 'patient', patient: at.id },
        ]
        const look = async (when: string) => {
          for (const reader of readers) {
            const reading = { caller: reader, patient: at.id, types: kinds }
            const given = await kept.answer(reading, 'x', told, entryAbout(at.id))
            const anew = await keptAnswers(database).answer(reading, 'x', told)
            t.same(given?.pieces, anew?.pieces, `${reader.role} ${reader.grade} when ${when}`)
            seen.add(JSON.stringify([reader.role, anew?.pieces.length ?? 'absent']))
          }
        }
        await look('nothing has changed yet')
        for (const change of order) {
          const back = await changes[change](at)
          await look(change)
          // In half of the runs it stays.
          if (order.length % 2 === 0) {
            await back()
            await look(`not: ${change}`)
          }
        }
      },
    ),
    {
      numRuns: 5,
      examples: [
        [
          [
            'a team joins',
            'everybody is closed out of a class',
            'a closing comes to its end',
            'an entry is corrected',
            'what stands comes to its end',
          ],
        ],
      ],
    },
  )
  t.ok(seen.size > 8, 'the readers saw more and less by turns')
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
