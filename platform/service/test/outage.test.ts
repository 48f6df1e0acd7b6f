/**
 * PostgreSQL stopped under load: what was acknowledged takes effect exactly once, and work goes on by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@infra/local/embedded-postgres'
import type { TestScope } from '@platform/testing/database'
import { freePort } from '@platform/testing/free-port'
import t from 'tap'
import { openDatabase } from '../src/database.ts'
import { migrateEvents } from '../src/migrate.ts'
import { aChange, makeEffects, openHub, readEffects, writeEffect } from './hub.ts'
import { NO_REDIS, testRedis } from '@platform/testing/redis'
import { until } from '@platform/testing/until'

t.setTimeout(600_000) // servers are started, stopped and started again

const redisUrl = await testRedis(t)
const backends = [
  { name: 'PostgreSQL', redisUrl: undefined, skip: false as const },
  { name: 'Redis', redisUrl, skip: redisUrl === undefined ? NO_REDIS : (false as const) },
]

for (const { name, redisUrl, skip } of backends) {
  t.test(
    `on ${name}, PostgreSQL stopped under load and started again loses nothing and repeats nothing`,
    { skip, timeout: 600_000 },
    async (t) => {
      const dataFolder = mkdtempSync(join(tmpdir(), 'handrail-outage-'))
      t.teardown(() => rmSync(dataFolder, { recursive: true, force: true }))
      let server = await startEmbeddedPostgres({ dataFolder, durable: true })
      t.teardown(() => server[Symbol.asyncDispose]())
      const door = await openDoor(t)
      await door.open(server.url)
      {
        await using database = await openDatabase(door.url(server.url), { name: 'prepare' })
        await migrateEvents(database)
        await makeEffects(database)
      }
      const hub = await openHub(t, { url: door.url(server.url), redisUrl, lockMs: 1_000 })
      await hub.consume({ handle: writeEffect(hub.database), retryAfterMs: 50 })
      hub.startRelay({ offerAgainAfterMs: 300, pollMs: 50 })

      let written = 0
      let writing = true
      const write = async () => {
        while (writing) {
          // A writer counts what was acknowledged; what was not, its caller sends again under the same id.
          const number = written
          await hub
            .change([aChange(number, { id: `outage-${number}` })])
            .then(() => (written += 1))
            .catch(() => new Promise((resolve) => setTimeout(resolve, 20)))
        }
      }
      const writer = write()
      await until('the load is on', async () => written > 200 && (await readEffects(hub.database)).effects > 100)

      const before = written
      await door.close()
      await server[Symbol.asyncDispose]()
      server = await startEmbeddedPostgres({ dataFolder, durable: true })
      await door.open(server.url)

      await until('writes go on', () => written > before + 100)
      writing = false
      await writer
      await until('every change is confirmed', async () => (await hub.waiting()) === 0)
      t.strictSame(await readEffects(hub.database), { effects: written, twice: 0 })
    },
  )
}

/** A port that stays the same while the server behind it comes and goes; closed, it refuses connections. */
async function openDoor(t: TestScope) {
  const sockets = new Set<Socket>()
  let target = 0
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  const port = await freePort()
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  t.teardown(() => (server.listening ? close() : undefined))
  return {
    close,
    async open(url: string) {
      target = Number(new URL(url).port)
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    },
    url: (url: string) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
  }
}
