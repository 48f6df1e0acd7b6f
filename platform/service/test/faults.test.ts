/**
 * Every change takes effect exactly once, whatever breaks. An effect is an idempotent, state-based write, as in the reactors.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestScope } from '@platform/testing/database'
import { Redis } from 'ioredis'
import t from 'tap'
import { listDeadLetters } from '../src/dead-letters.ts'
import { aChange, changes, makeEffects, openHub, readEffects, writeEffect, type Hub } from './hub.ts'
import { NO_REDIS, startTestRedis, testRedis } from '@platform/testing/redis'
import { until } from '@platform/testing/until'

t.setTimeout(600_000) // servers are started, killed and started again

const redisUrl = await testRedis(t)
const flushableUrl = await testRedis(t, { own: true })
const backends = [
  { name: 'PostgreSQL', redisUrl: undefined, skip: false as const },
  { name: 'Redis', redisUrl, skip: redisUrl === undefined ? NO_REDIS : (false as const) },
]
const SOON = { offerAgainAfterMs: 300, pollMs: 50 }

const settled = (hub: Hub) => until('every change is confirmed', async () => (await hub.waiting()) === 0)

for (const { name, redisUrl, skip } of backends) {
  t.test(`on ${name}, a worker killed between its write and its confirmation loses nothing and repeats nothing`, { skip }, async (t) => {
    const prefix = `test-killed-${process.pid}`
    const hub = await openHub(t, { redisUrl, prefix, lockMs: 1_000 })
    await makeEffects(hub.database)
    const hour = 3_600_000
    const doomed = await startWorker(t, [hub.url, redisUrl ?? '', prefix, String(hour)])

    hub.startRelay(SOON)
    await hub.change(changes(8))
    await until('all effects are written', () => doomed.written() === 8)
    t.equal(await hub.waiting(), 8, 'none is confirmed')
    await doomed.kill()

    await hub.consume({ handle: writeEffect(hub.database) })
    await settled(hub)
    t.strictSame(await readEffects(hub.database), { effects: 8, twice: 0 })
  })

  t.test(`on ${name}, a change that kills its worker again and again becomes a dead letter`, { skip }, async (t) => {
    const prefix = `test-poison-${process.pid}`
    const hub = await openHub(t, { redisUrl, prefix, lockMs: 1_500 })
    await makeEffects(hub.database)
    hub.startRelay(SOON)
    const hour = '3600000'
    const first = await startWorker(t, [hub.url, redisUrl ?? '', prefix, hour, '1500'])
    await hub.change([aChange(1)])
    await until('the first worker has it', () => first.written() === 1)
    await first.kill()
    const second = await startWorker(t, [hub.url, redisUrl ?? '', prefix, hour, '1500'])
    await until('the second worker has it', () => second.written() === 1)
    await second.kill()

    await hub.consume({ attempts: 1, handle: async () => void t.fail('it was handled a third time') })
    await until('it is dead', async () => (await listDeadLetters(hub.database)).length === 1)
    t.match((await listDeadLetters(hub.database))[0]?.reason, /^WORKER_LOST: /)
  })

  t.test(`on ${name}, changes delivered three times and in reverse order take effect once, at their newest`, { skip }, async (t) => {
    const hub = await openHub(t, { redisUrl })
    await makeEffects(hub.database)
    const versions = Array.from({ length: 60 }, (_, n) => aChange(n % 20, { version: 1 + Math.floor(n / 20) }))
    // What the reactors do: read what is true now and act on that, whatever the message said.
    const act = async ({ type, id, ...rest }: Parameters<ReturnType<typeof writeEffect>>[0]) =>
      writeEffect(hub.database)({ ...rest, type, id, versionId: '3' })
    await hub.consume({ handle: act, concurrency: 4 })
    const other = await openHub(t, { url: hub.url, redisUrl, prefix: 'elsewhere' })
    await other.consume({ handle: act, concurrency: 4 }) // a second process, which remembers nothing of the first

    await hub.change(versions)
    const { rows } = await hub.database.query<{ change_id: string; id: string; version: number }>({
      text: 'SELECT change_id, id, version FROM events.outbox ORDER BY change_id DESC',
    })
    const jobs = rows.map(({ change_id: changeId, id, version }) => ({
      name: 'changed',
      data: { changeId, type: 'Task', id, versionId: String(version) },
    }))
    for (const queue of [hub.queues.queue('changes-test'), other.queues.queue('changes-test')]) await queue.addBulk(jobs)
    hub.startRelay(SOON)

    await settled(hub)
    const queue = hub.queues.queue('changes-test')
    await until('no job is left', async () => Object.values(await queue.getJobCounts()).every((count) => count === 0))
    t.strictSame(await readEffects(hub.database), { effects: 20, twice: 0 })
  })
}

t.test('Redis flushed with jobs in it loses nothing', { skip: flushableUrl === undefined ? NO_REDIS : false }, async (t) => {
  const hub = await openHub(t, { redisUrl: flushableUrl })
  await makeEffects(hub.database)
  await hub.database.query({ text: `INSERT INTO events.consumer (name, types) VALUES ('test', '{*}')` })
  hub.startRelay(SOON)
  await hub.change(changes(200))
  const queue = hub.queues.queue('changes-test')
  await until('all jobs are in Redis', async () => (await queue.getWaitingCount()) === 200)

  const redis = new Redis(flushableUrl ?? '')
  await redis.flushall()
  await redis.quit()
  await hub.consume({ handle: writeEffect(hub.database) })

  await settled(hub)
  t.strictSame(await readEffects(hub.database), { effects: 200, twice: 0 })
})

t.test('closing does not wait for a Redis that is gone', { skip: redisUrl === undefined ? NO_REDIS : false }, async (t) => {
  const redis = await startTestRedis()
  const hub = await openHub(t, { redisUrl: redis?.url })
  let heard = 0
  await hub.consume({ handle: async () => void (heard += 1) })
  hub.startRelay()
  await hub.change([aChange(1)])
  await until('Redis is in use', () => heard === 1)

  await redis?.[Symbol.asyncDispose]()
  await hub.change([aChange(2)])
  await hub[Symbol.asyncDispose]() // this file fails if that hangs, or leaves a connection that keeps the process alive
  t.equal(heard, 1)
})

/** A process with a consumer of its own, to be killed. */
async function startWorker(t: TestScope, args: readonly string[]) {
  const file = new URL('effects-worker.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  t.teardown(kill)
  await until('the worker hears', () => lines.includes('hearing'))
  // What it did not keep alive in time it is given again: that is written once.
  return { kill, written: () => new Set(lines.filter((line) => line.startsWith('written'))).size }
}
