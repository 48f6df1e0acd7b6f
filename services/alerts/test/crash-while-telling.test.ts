/** PostgreSQL killed between telling and the disk: nothing is lost, and no number becomes another event's. Real servers, really killed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startEmbeddedPostgres } from '@infra/local/embedded-postgres'
import { migrateAll } from '@infra/local/migrations'
import { startConsumer, type HeardChange } from '@platform/service/consumer'
import { openDatabase } from '@platform/service/database'
import { silentLog } from '@platform/service/log'
import { openBell, type ComingChange } from '@platform/service/outbox'
import { openQueues } from '@platform/service/queues'
import { startRelay } from '@platform/service/relay'
import { until } from '@platform/testing/until'
import { noticesIn } from '../src/store/notices.ts'
import type { DueDelivery } from '../src/store/subscriptions.ts'
import type { Carrier } from '../src/store/tell-changes.ts'
import { NIGHT } from './a-hospital.ts'

t.setTimeout(600_000) // servers are started again, and a machine may be busy

const HEARD_BY = 'alerts-topics'
// Nothing is on disk but what somebody waited for: what is written beside that gets there after this time, or never.
const SETTINGS = { wal_writer_delay: '10s' }

function folderFor(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-crash-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** A process that writes Tasks and tells whoever has subscribed to them, on a server of its own that is started again when it was killed. */
async function hubOn(t: Test, dataFolder: string) {
  const parts = new AsyncDisposableStack()
  t.teardown(() => parts.disposeAsync())
  const server = parts.use(
    await startEmbeddedPostgres({ dataFolder, durable: true, settings: SETTINGS, keep: { log: silentLog, firstPauseMs: 1 } }),
  )
  const database = parts.use(await openDatabase(server.url, { name: 'test' }))
  await migrateAll(database)
  const queues = parts.use(await openQueues({ database }))
  const bell = parts.use(openBell(database))
  const notices = noticesIn(database)
  const sent: { readonly focus: string; readonly number: number; readonly notice: number }[] = []
  let onSent: (focus: string) => void = () => {}
  const carrier: Carrier = {
    room: () => ({ until: new Date(NIGHT.getTime() + 30_000), enoughOf: [] }),
    ready: (taken: readonly DueDelivery[]) => () => {
      for (const { event, notice } of taken) {
        sent.push({ focus: event.focus, number: Number(event.number), notice: Number(notice.id) })
        onSent(event.focus)
      }
    },
  }
  parts.use(notices.carriedBy(carrier))
  const about = (id: string) => ({ topic: 'task', focus: `Task/${id}`, versionId: '1', kind: 'created', at: NIGHT }) as const
  const handle = async ({ changeId, id, came }: HeardChange) =>
    notices.tellOfResource({ ...about(id), change: changeId, heardBy: HEARD_BY, ...(came && { came }) })
  const prepare = (coming: readonly ComingChange[]) =>
    notices.prepareFor(coming.map((came) => ({ ...about(came.id), came, facts: came.facts })))
  parts.use(await startConsumer({ name: HEARD_BY, types: ['Task'], queues, atHand: 'early', retryAfterMs: 50, handle, prepare }))
  parts.use(startRelay({ queues, bell, pollMs: 50, offerAgainAfterMs: 300 }))
  const hub = {
    sent,
    kill: () => process.kill(Number(readFileSync(join(dataFolder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL'),
    onSent: (listener: typeof onSent) => void (onSent = listener),
    async subscribe() {
      await database.query({
        text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, filters, party, status)
               VALUES ('one', 'task', 'webhook', 'https://ward.example', ARRAY['owner=Organization/team'], '*', 'active') ON CONFLICT DO NOTHING`,
      })
    },
    announce(id: string): ComingChange {
      const came = { type: 'Task', id, versionId: '1', author: 'somebody', facts: ['owner=Organization/team'] }
      bell.ring({ coming: [came] })
      return came
    },
    /** On disk before it is told of. @param came what was said of it before, if anything was */
    async change(id: string, came?: ComingChange) {
      const { rows } = await database.query<{ change_id: string }>({
        text: `INSERT INTO events.outbox (type, id, version, facts) VALUES ('Task', $1, 1, ARRAY['owner=Organization/team']) RETURNING change_id`,
        values: [id],
      })
      bell.ring({
        types: ['Task'],
        changes: [{ changeId: rows[0]?.change_id ?? '', type: 'Task', id, versionId: '1', ...(came && { came }) }],
      })
    },
    /** Whether what was announced has its numbers already, which nobody sees. */
    async hasReady() {
      const { rows } = await database.query({
        text: `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%tell_coming%'`,
      })
      return rows.length > 0
    },
    confirmed: async () =>
      until('all is confirmed', async () => {
        const left = { text: 'SELECT change_id FROM events.outbox UNION ALL SELECT change_id FROM events.delivery' }
        return (
          (await database.query(left).then(
            ({ rows }) => rows.length,
            () => undefined,
          )) === 0
        )
      }),
    /** What `$events` has. */
    async kept() {
      const { rows } = await database.query<{ focus: string; number: string }>({
        text: 'SELECT notice.task AS focus, number FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice ORDER BY number',
      })
      return rows.map(({ focus, number }) => ({ focus, number: Number(number) }))
    },
    wasSent: async (id: string, times = 1) =>
      until(`${id} was sent`, () => sent.filter(({ focus }) => focus === `Task/${id}`).length >= times),
    stop: () => parts.disposeAsync(),
  }
  await hub.subscribe()
  return hub
}

type Hub = Awaited<ReturnType<typeof hubOn>>

/** Whatever happened: each was sent and is kept, and a number that was sent is that of one event for ever. */
async function nothingAmiss(t: Test, hub: Hub, ids: readonly string[]): Promise<void> {
  const kept = await hub.kept()
  const foci = ids.map((id) => `Task/${id}`).toSorted()
  t.strictSame(kept.map(({ focus }) => focus).toSorted(), foci, 'each change is an event, once')
  t.strictSame([...new Set(hub.sent.map(({ focus }) => focus))].toSorted(), foci, 'each was sent')
  const byNumber = Map.groupBy([...hub.sent, ...kept], ({ number }) => number)
  t.strictSame(
    [...byNumber.values()].filter((some) => new Set(some.map(({ focus }) => focus)).size > 1),
    [],
    'no number is that of two events',
  )
}

for (const announced of [false, true])
  t.test(
    `HAZ-A12: an event that was sent and is not on disk when the server is killed is sent again under a number that nothing had${announced ? ', also one that was had ready' : ''}`,
    async (t) => {
      const hub = await hubOn(t, folderFor(t))
      await hub.change('first')
      await hub.confirmed()
      hub.onSent((focus) => {
        if (focus === 'Task/lost' && hub.sent.length === 2) hub.kill()
      })
      await hub.change('lost', announced ? hub.announce('lost') : undefined)
      await hub.wasSent('lost', 2)
      await hub.change('after')
      await hub.wasSent('after')
      await hub.confirmed()
      await nothingAmiss(t, hub, ['first', 'lost', 'after'])
      const [first, lost, again, after] = hub.sent
      t.strictSame([first?.number, lost?.number], [1, 2])
      t.notOk(
        (await hub.kept()).some(({ number }) => number === 2),
        'the number is gone, with what the crash took away',
      )
      t.ok((again?.number ?? 0) > 32 && (after?.number ?? 0) === (again?.number ?? 0) + 1, 'a gap, and from there one by one')
      t.ok((again?.notice ?? 0) > (lost?.notice ?? 0), 'whoever listens for notices misses none')
    },
  )

t.test('HAZ-A75: what was had ready and never committed, because the server was killed, is told nobody', async (t) => {
  const hub = await hubOn(t, folderFor(t))
  await hub.change('first')
  await hub.confirmed()
  // For a moment only: announced again until it was seen.
  await until('it is ready', async () => {
    hub.announce('never')
    return hub.hasReady()
  })
  hub.kill()
  await until('the server runs again', async () =>
    hub.change('after').then(
      () => true,
      () => false,
    ),
  )
  await hub.wasSent('after')
  await hub.confirmed()
  await nothingAmiss(t, hub, ['first', 'after'])
})

t.test('what a process knows to be done it forgets when the server was killed, for the server may have forgotten it', async (t) => {
  const hub = await hubOn(t, folderFor(t))
  await hub.change('first')
  await hub.confirmed()
  await hub.change('done')
  await hub.confirmed() // in memory, and in no file
  hub.kill()
  await until('the server runs again', async () =>
    hub.change('after').then(
      () => true,
      () => false,
    ),
  )
  await hub.wasSent('after')
  await hub.confirmed()
  await nothingAmiss(t, hub, ['first', 'done', 'after'])
})

t.test('killed while much is told, again and again, nothing is lost and no number becomes another event’s', async (t) => {
  const hub = await hubOn(t, folderFor(t))
  const ids: string[] = []
  for (const round of [1, 2, 3]) {
    const since = hub.sent.length
    hub.onSent(() => {
      if (hub.sent.length === since + 45) hub.kill()
    })
    for (let one = 1; one <= 60; one += 1) {
      const id = `${String(round)}-${String(one)}`
      // Whoever was not answered writes again, under another id here: an insert that was lost is no change.
      await hub.change(id, one % 2 === 0 ? hub.announce(id) : undefined).then(
        () => ids.push(id),
        () => undefined,
      )
    }
    await until('the server was killed, and all was told since', async () => {
      await hub.confirmed()
      return hub.sent.length >= since + 45
    })
  }
  const unanswered = (await hub.kept()).filter(({ focus }) => !ids.includes(focus.slice('Task/'.length)))
  await nothingAmiss(t, hub, [...ids, ...unanswered.map(({ focus }) => focus.slice('Task/'.length))])
})

t.test('a server that was stopped and started goes on without a gap', async (t) => {
  const dataFolder = folderFor(t)
  const before = await hubOn(t, dataFolder)
  for (const id of ['first', 'second']) {
    await before.change(id)
    await before.wasSent(id)
  }
  await before.confirmed()
  await before.stop()
  const hub = await hubOn(t, dataFolder)
  await hub.change('third')
  await hub.confirmed()
  t.strictSame(await hub.kept(), [
    { focus: 'Task/first', number: 1 },
    { focus: 'Task/second', number: 2 },
    { focus: 'Task/third', number: 3 },
  ])
})
