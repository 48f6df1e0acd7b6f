/** The record: reads, writes and searches of a care team, each beside the bare handler that does the least that could answer it. */
import type { Bundle, Procedure } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import { requestBytes } from '../http-connection.ts'
import { inTurn, type NextRequest } from '../load.ts'
import { aPlainProcedure, aSession } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import type { SeededPerson } from '../seeding.ts'
import { measured } from '../statistics.ts'
import type { Ceilings, Town } from '../world.ts'

/** What the scenarios of the record work on: a town, and a token of the community team. */
export interface RecordBench extends Pick<Town, 'surroundings' | 'readers' | 'others' | 'of50' | 'of500' | 'load' | 'settle'> {
  readonly token: string
}

/** So many are written to, spread over everybody. */
const WRITTEN = 1_000
const JSON_TYPE = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json' }

/** Requests to the hub and to its ceiling that ask the same thing. */
export interface Pair {
  readonly ours: NextRequest
  readonly ceiling: NextRequest
}

/** The requests of each question, made once. */
export function recordRequests({ token, readers, others, of50, of500, surroundings }: Omit<RecordBench, 'load' | 'settle'>) {
  const step = Math.max(1, Math.floor(others.length / WRITTEN))
  const written = others.filter((_, index) => index % step === 0)
  const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` }
  const get = <T>(from: readonly T[], ours: (item: T) => string, ceiling: (item: T) => string): Pair => ({
    ours: inTurn(from.map((item) => requestBytes({ method: 'GET', path: ours(item), headers }))),
    ceiling: inTurn(from.map((item) => requestBytes({ method: 'GET', path: ceiling(item) }))),
  })
  const post = (path: string, bodies: readonly string[], bare: readonly string[]): Pair => ({
    ours: inTurn(bodies.map((body) => requestBytes({ method: 'POST', path, headers, body }))),
    ceiling: inTurn(
      bare.map((body) => requestBytes({ method: 'POST', path: '/insert', headers: { 'content-type': 'application/json' }, body })),
    ),
  })
  const everything = (people: readonly SeededPerson[]): Pair =>
    get(
      people,
      ({ id }) => `/fhir/Patient/${id}/$everything`,
      ({ id }) => `/everything/${id}`,
    )
  const sessions = written.map(({ id }, index) => aSession(index, id, surroundings))
  const texts = sessions.map((session) => JSON.stringify(session))
  const plain = written.map(({ id }, index) => JSON.stringify(aPlainProcedure(index, id, surroundings)))
  return {
    read: get(
      readers.flatMap(({ sessionIds }) => sessionIds.slice(0, 4)),
      (id) => `/fhir/Procedure/${id}`,
      (id) => `/read/${id}`,
    ),
    create: post('/fhir/Procedure', texts, texts),
    createPlain: post('/fhir/Procedure', plain, plain),
    transaction: post(
      '/fhir',
      sessions.map((session) => JSON.stringify(transactionOf(session, 10))),
      texts,
    ),
    procedures: get(
      readers,
      ({ id }) => `/fhir/Procedure?patient=${id}`,
      ({ id }) => `/procedures/${id}`,
    ),
    identified: get(
      readers,
      ({ nhsNumber }) => `/fhir/Patient?identifier=${encodeURIComponent(`${ID.NHS_NUMBER}|${nhsNumber}`)}`,
      ({ nhsNumber }) => `/identified/${nhsNumber}`,
    ),
    everything50: everything(of50),
    everything500: everything(of500),
  }
}

const transactionOf = (session: Procedure, count: number): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: Array.from({ length: count }, () => ({ resource: session, request: { method: 'POST', url: 'Procedure' } })),
})

/** The scenarios with their targets; bench/README.md says where these come from. */
export function recordScenarios(bench: RecordBench & Pick<Ceilings, 'ceiling'>): Scenario[] {
  const { load, ceiling, settle } = bench
  const requests = recordRequests(bench)
  const beside = (name: string, { ours, ceiling: bare }: Pair, concurrency: number, ratio?: number): Scenario => ({
    name,
    unit: 'requests/s',
    concurrency,
    ...(ratio !== undefined && { target: { ratio } }),
    ours: async (forMs) => measured(await load.run(ours, concurrency, { forMs })),
    ceiling: async (forMs) => measured(await ceiling.run(bare, concurrency, { forMs })),
    settle,
  })
  return [
    beside('read-16', requests.read, 16, 0.35),
    beside('read-64', requests.read, 64, 0.75),
    beside('create-16', requests.create, 16, 0.35),
    beside('create-64', requests.create, 64, 0.25),
    beside('create-plain-16', requests.createPlain, 16, 0.35),
    {
      // Resources stored a second in transactions, against resources stored one by one, both by the hub.
      name: 'transaction-of-10',
      unit: 'resources/s',
      concurrency: 16,
      target: { ratio: 2 },
      ours: async (forMs) => measured(await load.run(requests.transaction.ours, 16, { forMs }), 10),
      ceiling: async (forMs) => {
        const single = measured(await load.run(requests.create.ours, 16, { forMs }))
        await settle()
        return single
      },
      settle,
    },
    beside('procedures-64', requests.procedures, 64, 0.6),
    beside('identifier-64', requests.identified, 64, 0.6),
    beside('everything-50', requests.everything50, 16),
    beside('everything-500', requests.everything500, 16, 0.5),
  ]
}
