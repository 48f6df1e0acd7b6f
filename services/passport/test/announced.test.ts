/** What the record says to the bell: what it is about to commit, and what it has committed. Decision 640. */
import type { ComingChange, Rung } from '@platform/service/outbox'
import t from 'tap'
import { aRecord } from './a-record.ts'

const rings: Rung[] = []
const { send, store } = await aRecord(t, { onRing: (rung) => void rings.push(rung ?? {}) })
const since = (): readonly Rung[] => rings.splice(0)
const team = await store({ resourceType: 'Organization', name: 'Community team' })
const task = {
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  owner: { reference: `Organization/${team.id}` },
  restriction: { period: { end: '2026-12-01T00:00:00Z' } },
}

t.test('what is written is announced before it is committed, and rung for as what was announced', async (t) => {
  since()
  const { id } = await store(task)
  await send('admin', 'PUT', `/Task/${id}`, { ...task, id, status: 'accepted' })
  const [coming, committed, comingAgain, committedAgain, ...others] = since()
  t.match(coming, {
    coming: [{ type: 'Task', id, versionId: '1', author: 'admin', facts: ['status=requested', `owner=Organization/${team.id}`] }],
  })
  t.match(committed, { changes: [{ type: 'Task', id, versionId: '1', changeId: /^\d+$/ }] })
  t.match(comingAgain, { coming: [{ type: 'Task', id, versionId: '2' }] })
  t.match(committedAgain, { changes: [{ type: 'Task', id, versionId: '2' }] })
  t.strictSame(others, [])
  const same = (before?: Rung, after?: Rung) => (after?.changes?.[0]?.came satisfies ComingChange | undefined) === before?.coming?.[0]
  t.ok(same(coming, committed) && same(comingAgain, committedAgain), 'the very object')
})

t.test('what is refused is rung for by nobody', async (t) => {
  const { id } = await store(task)
  since()
  t.equal((await send('admin', 'POST', '/Task', { ...task, status: 'nonsense' })).statusCode, 400)
  t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...task, id }, { 'if-match': 'W/"7"' })).statusCode, 412)
  t.equal((await send('stranger', 'POST', '/Task', task)).statusCode, 401)
  t.strictSame(since(), [])
})

t.test('of two writers of one version the one who is refused is rung for by nobody', async (t) => {
  const { id } = await store(task)
  since()
  const answers = await Promise.all(
    ['accepted', 'rejected'].map(async (status) => send('admin', 'PUT', `/Task/${id}`, { ...task, id, status }, { 'if-match': 'W/"1"' })),
  )
  t.strictSame(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 412]))
  t.equal(since().filter(({ changes }) => changes !== undefined).length, 1)
})

t.test('what is one of several at once is announced by nobody: told of together, they cost less', async (t) => {
  since()
  await Promise.all([store(task), store(task), store(task)])
  t.ok(since().flatMap(({ coming = [] }) => coming).length < 3)
})
