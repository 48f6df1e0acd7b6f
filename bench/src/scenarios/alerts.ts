/** The door for hospitals: messages about strangers, messages about people on the register, and the alert that reaches a board. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bundle } from '@medplum/fhirtypes'
import { connectMllp } from '@platform/hl7v2/mllp-client'
import { CODES, EXTENSION } from '@platform/nhs/systems'
import type { Database } from '@platform/service/database'
import { newId } from '@platform/service/ids'
import { accepted, driveFrames, messagesAbout, type NextMessage } from '../admissions.ts'
import { pace } from '../drive.ts'
import { requestBytes } from '../http-connection.ts'
import { inTurn } from '../load.ts'
import { aSession, syntheticNhsNumbers } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { measured, type Measured } from '../statistics.ts'
import type { Ceilings, Town } from '../world.ts'

/** What the scenarios work on: a town, and a token of the administrator, who may hear of every alert. */
export interface AlertBench extends Pick<Town, 'hub' | 'database' | 'surroundings' | 'others' | 'load' | 'settle'> {
  readonly adminToken: string
}

const CONNECTIONS = 16
/** How many of a town's people `admissionsOf` puts on the register: its first ones. */
export const REGISTERED = 300
const STRANGERS = 1_000
const STRANGERS_FROM = 900_000 // numbers that nobody in the record has
const PER_SECOND = 20
const PACED_MS = 2_500
const WITHIN_MS = 30_000

/** Messages about the two kinds of people; those on the register are there when this resolves. */
export async function admissionsOf(bench: AlertBench): Promise<{ strangers: NextMessage; registered: NextMessage; admitted: NextMessage }> {
  const registered = bench.others.slice(0, REGISTERED)
  await register(bench, registered)
  // Nobody's namesake: a stranger born on the day of somebody on the register, with the same name, is looked at by a person.
  const strangers = syntheticNhsNumbers(STRANGERS, STRANGERS_FROM).map((nhsNumber, index) => ({
    index: STRANGERS_FROM + index,
    nhsNumber,
    birthDate: `192${index % 10}-0${1 + (index % 9)}-1${index % 10}`,
  }))
  return {
    strangers: messagesAbout(strangers, 'A08'),
    registered: messagesAbout(registered, 'A08'),
    admitted: messagesAbout(registered, 'A01'),
  }
}

/** The scenarios with their targets. */
export function alertScenarios(bench: AlertBench & Ceilings, messages: Awaited<ReturnType<typeof admissionsOf>>): Scenario[] {
  const { hub, ceiling, ceilingMllpPort, settle, surroundings, others } = bench
  const body = JSON.stringify(aSession(0, others[0]?.id ?? '', surroundings))
  const insert = inTurn([requestBytes({ method: 'POST', path: '/insert', headers: { 'content-type': 'application/json' }, body })])
  return [
    {
      name: 'adt-unregistered',
      unit: 'frames/s',
      concurrency: CONNECTIONS,
      target: { ratio: 0.6 },
      ours: async (forMs) => measured(await driveFrames(hub.mllpPort, messages.strangers, CONNECTIONS, { forMs })),
      ceiling: async (forMs) => measured(await driveFrames(ceilingMllpPort, messages.strangers, CONNECTIONS, { forMs })),
      settle,
    },
    {
      name: 'adt-registered',
      unit: 'frames/s',
      concurrency: CONNECTIONS,
      target: { ratio: 0.5 },
      ours: async (forMs) => measured(await driveFrames(hub.mllpPort, messages.registered, CONNECTIONS, { forMs })),
      ceiling: async (forMs) => measured(await ceiling.run(insert, CONNECTIONS, { forMs })),
      settle,
    },
    {
      name: `alert-${PER_SECOND}-a-second`,
      unit: 'alerts/s',
      concurrency: PER_SECOND,
      target: { p99Ms: 500 },
      ours: () => alertsDelivered(bench, messages.admitted),
      settle,
    },
  ]
}

let visits = 100_000

/** Admissions at a fixed rate: how long from writing the frame until the board has the alert. */
async function alertsDelivered({ hub, database, adminToken }: AlertBench, next: NextMessage): Promise<Measured> {
  const sentAt = new Map<string, number>()
  const heardAt = new Map<string, number>()
  const board = get({ host: '127.0.0.1', port: hub.port, path: '/alerts/stream', headers: { authorization: `Bearer ${adminToken}` } })
  board.on('error', () => {})
  const [stream] = (await once(board, 'response')) as [IncomingMessage]
  if (stream.statusCode !== 200) throw new Error(`/alerts/stream answered ${stream.statusCode ?? 'nothing'}`)
  createInterface(stream)
    .on('line', (line) => {
      if (line.startsWith('id: ')) heardAt.set(line.slice(4), performance.now())
    })
    .on('error', () => {}) // it ends when we leave
  await wait(50) // the board hears what is told after it has begun to listen
  const hospital = await connectMllp({ host: '127.0.0.1', port: hub.mllpPort })
  const start = performance.now()
  try {
    await pace(
      async () => {
        const visit = String(++visits)
        sentAt.set(visit, performance.now())
        accepted(await hospital.send(next(visit)))
      },
      { perSecond: PER_SECOND, forMs: PACED_MS },
    )
    const elapsedMs = performance.now() - start
    for (;;) {
      const durationsMs = await delivered(database, sentAt, heardAt)
      if (durationsMs.length === sentAt.size) return measured({ durationsMs, elapsedMs })
      if (performance.now() - start > PACED_MS + WITHIN_MS) throw new Error(`${sentAt.size - durationsMs.length} alerts were not delivered`)
      await wait(100)
    }
  } finally {
    board.destroy()
    await hospital[Symbol.asyncDispose]()
  }
}

/** For each visit whose alert was heard, how long that took: the notice names the stay, and the stay its visit. */
async function delivered(database: Database, sentAt: ReadonlyMap<string, number>, heardAt: ReadonlyMap<string, number>): Promise<number[]> {
  const { rows } = await database.query<{ id: string; visit: string }>({ text: VISITS_OF_NOTICES, values: [[...heardAt.keys()]] })
  const first = new Map<string, number>()
  for (const { id, visit } of rows) {
    const number = /V(\d+)/.exec(visit)?.[1] ?? ''
    first.set(number, Math.min(first.get(number) ?? Number.POSITIVE_INFINITY, heardAt.get(id) ?? Number.POSITIVE_INFINITY))
  }
  return [...sentAt].flatMap(([visit, sent]) => {
    const heard = first.get(visit)
    return heard === undefined ? [] : [heard - sent]
  })
}

const VISITS_OF_NOTICES = `SELECT n.id::text AS id, s.visit FROM alerts.notice n JOIN alerts.stay s ON s.id = n.stay WHERE n.id = ANY ($1::bigint[])`

/** Puts people on the register through the record's own door. */
export async function enrol({ load, adminToken }: Pick<AlertBench, 'load' | 'adminToken'>, people: Town['others']): Promise<void> {
  const headers = { 'content-type': 'application/fhir+json', prefer: 'return=minimal', authorization: `Bearer ${adminToken}` }
  for (let first = 0; first < people.length; first += 50) {
    const body = JSON.stringify(registration(people.slice(first, first + 50)))
    await load.ask(requestBytes({ method: 'POST', path: '/fhir', headers, body }))
  }
}

/** Puts people on the register, and waits until the watch list has them. */
async function register(bench: AlertBench, people: Town['others']): Promise<void> {
  await enrol(bench, people)
  const { database } = bench
  const deadline = performance.now() + WITHIN_MS
  for (;;) {
    const { rows } = await database.query<{ watched: number }>({
      text: 'SELECT count(*)::integer AS watched FROM alerts.watched WHERE active AND patient = ANY ($1)',
      values: [people.map(({ id }) => id)],
    })
    if (rows[0]?.watched === people.length) return
    if (performance.now() > deadline) throw new Error(`The watch list has ${rows[0]?.watched ?? 0} of ${people.length} people.`)
    await wait(50)
  }
}

const registration = (people: Town['others']): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: people.flatMap(({ id }) => {
    const consent = `urn:uuid:${newId()}`
    const patient = { reference: `Patient/${id}` }
    return [
      {
        fullUrl: consent,
        resource: {
          resourceType: 'Consent' as const,
          status: 'active' as const,
          scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
          category: [{ coding: [{ system: CODES.CONSENT_KIND, code: 'hospital-alerts' }] }],
          patient,
          dateTime: '2026-01-08T10:30:00Z',
          policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }] },
          provision: { type: 'permit' as const },
        },
        request: { method: 'POST' as const, url: 'Consent' },
      },
      {
        fullUrl: `urn:uuid:${newId()}`,
        resource: {
          resourceType: 'Flag' as const,
          extension: [{ url: EXTENSION.REGISTER_BASIS, valueReference: { reference: consent } }],
          status: 'active' as const,
          code: { coding: [{ system: CODES.REGISTER, code: 'parkinsons' }], text: 'Parkinson’s disease' },
          subject: patient,
          period: { start: '2026-01-08' },
        },
        request: { method: 'POST' as const, url: 'Flag' },
      },
    ]
  }),
})
