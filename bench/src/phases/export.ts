/** A bulk export of a whole hub, from the kick-off to the last byte, beside the same texts read from the same tables by COPY. */
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@platform/service/database'
import { to as copyTo } from 'pg-copy-streams'
import { compare } from '../compare.ts'
import type { Result, Scenario } from '../scenario.ts'
import type { Measured } from '../statistics.ts'
import { openTown, residentBytes, type Town } from '../world.ts'
import type { Phase } from './phase.ts'

/** With 22 entries a person, the Patient and the CareTeam among them: 1,000,000 with `--full`. */
const PEOPLE = { brief: 2_000, full: 45_455 }
const SESSIONS_EACH = 20
const ENTRIES_EACH = SESSIONS_EACH + 2
/** Files that are fetched at once. The usual client of bulk exports, smart-on-fhir/bulk-data-client, fetches five. */
const FILES_AT_ONCE = 4
const TARGET = { ratio: 0.5 }
/** What an export may add to the memory of the hub, however many resources it has, in MB: what its files hold at once, and what the collector lets lie. */
const AT_MOST_MB = 13 + 50
const EVERY_MS = 50

export const exportPhase: Phase = {
  title: 'A bulk export of a whole hub',
  covers: ['export'],
  run: async (run) => {
    const { folder, server, full, resources, signal, tell } = run
    const people = resources === undefined ? (full ? PEOPLE.full : PEOPLE.brief) : Math.max(1, Math.round(resources / ENTRIES_EACH))
    await using town = await openTown({
      people,
      sessionsEach: SESSIONS_EACH,
      folder: join(folder, 'export'),
      databaseUrl: await server.database('export'),
      signal,
      tell,
    })
    const token = await town.hub.token('demo-admin')
    const memory = { before: residentBytes(town.hub.pid), peak: 0 }
    const scenario: Scenario = {
      name: 'export',
      unit: 'resources/s',
      concurrency: 1,
      target: TARGET,
      ours: () => watched(town, memory, () => exportAll(town, token)),
      ceiling: () => copyAll(town.database),
    }
    const results = await compare([scenario], run)
    return [...results, memoryOf(memory)]
  },
}

interface Manifest {
  readonly output: readonly { readonly url: string; readonly count: number }[]
}

/** Kick-off, polling, and every file to its last byte. */
async function exportAll({ hub }: Town, token: string): Promise<Measured> {
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' }
  const begun = performance.now()
  const kickOff = await fetch(`http://127.0.0.1:${hub.port}/fhir/$export`, { headers: { ...headers, prefer: 'respond-async' } })
  const address = kickOff.headers.get('content-location')
  if (kickOff.status !== 202 || address === null) throw new Error(`The export was not begun: HTTP ${kickOff.status}`)
  let status = await fetch(address, { headers })
  for (; status.status === 202; status = await fetch(address, { headers })) {
    await status.arrayBuffer()
    await wait(EVERY_MS)
  }
  if (status.status !== 200) throw new Error(`The export ended with HTTP ${status.status}`)
  const { output } = (await status.json()) as Manifest
  const files = output.values()
  const fetched = await Promise.all(
    Array.from({ length: FILES_AT_ONCE }, async () => {
      let sum = 0
      for (const { url } of files) sum += await linesAt(url, headers) // each takes the next file that nobody has
      return sum
    }),
  )
  const lines = fetched.reduce((sum, some) => sum + some, 0)
  const elapsedMs = performance.now() - begun
  const expected = output.reduce((sum, { count }) => sum + count, 0)
  if (lines !== expected) throw new Error(`The files hold ${lines} resources, the manifest says ${expected}`)
  await fetch(address, { method: 'DELETE', headers })
  return { rate: (lines * 1_000) / elapsedMs, durationsMs: [elapsedMs] }
}

/** How many lines a file has, read to its last byte. By `node:http`: `fetch` takes twice the time of the cores that the hub shares. */
function linesAt(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = get(url, { headers }, (file) => {
      if (file.statusCode !== 200) reject(new Error(`A file ended with HTTP ${file.statusCode}`))
      let lines = 0
      file.on('data', (chunk: Buffer) => (lines += linesIn(chunk)))
      file.on('end', () => resolve(lines)).on('error', reject)
    })
    asking.on('error', reject)
  })
}

/** The same texts by COPY, from one statement, over one connection, into nothing. */
async function copyAll({ pool }: Database): Promise<Measured> {
  const client = await pool.connect()
  try {
    const begun = performance.now()
    let lines = 0
    const copy = client.query(
      copyTo(String.raw`COPY (SELECT content FROM passport.resource) TO STDOUT WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')`),
    )
    for await (const chunk of copy) lines += linesIn(chunk as Buffer)
    const elapsedMs = performance.now() - begun
    return { rate: (lines * 1_000) / elapsedMs, durationsMs: [elapsedMs] }
  } finally {
    client.release()
  }
}

const NEW_LINE = 0x0a

function linesIn(chunk: Uint8Array): number {
  let count = 0
  for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, at + 1)) count += 1
  return count
}

/** Looks at the hub's memory while something runs. */
async function watched<T>({ hub }: Town, memory: { peak: number }, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    memory.peak = Math.max(memory.peak, residentBytes(hub.pid))
  }, EVERY_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

function memoryOf({ before, peak }: { before: number; peak: number }): Result {
  const megabytes = Math.round((peak - before) / 1024 ** 2)
  return {
    name: 'export-memory',
    unit: 'MB',
    concurrency: 1,
    rounds: 1,
    ours: megabytes,
    ceiling: null,
    ratio: null,
    target: `< ${AT_MOST_MB} MB`,
    met: megabytes < AT_MOST_MB,
    p50: null,
    p99: null,
  }
}
