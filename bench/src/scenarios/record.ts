/** The record: reads, writes and searches of a care team, each beside the bare handler that does the least that could answer it. */
import type { Bundle, Procedure } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import { requestBytes } from '../http-connection.ts'
import { inTurn, type Load, type NextRequest } from '../load.ts'
import { aPlainProcedure, aSession, type Surroundings } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import type { SeededPerson } from '../seeding.ts'
import type { Measured } from '../statistics.ts'

/** What the scenarios of the record work on. */
export interface RecordBench {
  readonly hub: Load
  readonly ceiling: Load
  readonly token: string
  readonly surroundings: Surroundings
  /** Read and searched; never written to, so that everybody keeps their 20 sessions. */
  readonly readers: readonly SeededPerson[]
  /** Written to. */
  readonly written: readonly SeededPerson[]
  /** People with 50 and with 500 entries. */
  readonly of50: readonly SeededPerson[]
  readonly of500: readonly SeededPerson[]
  /** Waits until every change was announced. */
  readonly settle: () => Promise<void>
}

const JSON_TYPE = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json' }

/** Requests to the hub and to its ceiling that ask the same thing. */
export interface Pair {
  readonly ours: NextRequest
  readonly ceiling: NextRequest
}

/** The requests of each question, made once. */
export function recordRequests({ token, readers, written, of50, of500, surroundings }: Omit<RecordBench, 'hub' | 'ceiling' | 'settle'>) {
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
export function recordScenarios(bench: RecordBench): Scenario[] {
  const { hub, ceiling, settle } = bench
  const requests = recordRequests(bench)
  const beside = (
    name: string,
    { ours, ceiling: bare }: Pair,
    concurrency: number,
    target: number | undefined,
    writes = false,
  ): Scenario => ({
    name,
    unit: 'requests/s',
    concurrency,
    ...(target !== undefined && { target }),
    ours: (forMs) => hub.run(ours, concurrency, { forMs }),
    ceiling: (forMs) => ceiling.run(bare, concurrency, { forMs }),
    ...(writes && { settle }),
  })
  return [
    beside('read-16', requests.read, 16, 0.35),
    beside('read-64', requests.read, 64, 0.75),
    beside('create-16', requests.create, 16, 0.35, true),
    beside('create-64', requests.create, 64, 0.25, true),
    beside('create-plain-16', requests.createPlain, 16, 0.35, true),
    {
      // Resources stored a second in transactions, against resources stored one by one, both by the hub.
      name: 'transaction-of-10',
      unit: 'resources/s',
      concurrency: 16,
      target: 2,
      ours: (forMs): Promise<Measured> => hub.run(requests.transaction.ours, 16, { forMs }, 10),
      ceiling: async (forMs) => {
        const single = await hub.run(requests.create.ours, 16, { forMs })
        await settle()
        return single
      },
      settle,
    },
    beside('procedures-64', requests.procedures, 64, 0.6),
    beside('identifier-64', requests.identified, 64, 0.6),
    beside('everything-50', requests.everything50, 16, undefined),
    beside('everything-500', requests.everything500, 16, 0.5),
  ]
}
