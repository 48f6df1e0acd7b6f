/** What is read of one person: the summary while nothing changes and after a change, and a page of a long timeline. One reader at a time. */
import { requestBytes } from '../http-connection.ts'
import { inTurn, type NextRequest } from '../load.ts'
import type { Scenario } from '../scenario.ts'
import type { SeededPerson } from '../seeding.ts'
import { measured, type Measured } from '../statistics.ts'
import type { Ceilings, Town } from '../world.ts'

/** What the scenarios work on: a town, and a token of the community team. */
export interface ReadingBench extends Pick<Town, 'database' | 'of50' | 'of500' | 'of2000' | 'load' | 'settle'> {
  readonly token: string
}

/** Requests for summaries and timelines, made once. */
export function readingRequests({ token, of50, of500, of2000 }: Pick<ReadingBench, 'token' | 'of50' | 'of500' | 'of2000'>) {
  const get = (people: readonly SeededPerson[], path: string): NextRequest =>
    inTurn(
      people.map(({ id }) =>
        requestBytes({
          method: 'GET',
          path: `/fhir/Patient/${id}/${path}`,
          headers: { accept: 'application/fhir+json', authorization: `Bearer ${token}` },
        }),
      ),
    )
  return {
    summary50: get(halves(of50)[0], '$summary'),
    summary500: get(halves(of500)[0], '$summary'),
    changed50: get(halves(of50)[1], '$summary'),
    changed500: get(halves(of500)[1], '$summary'),
    timeline: get(of2000, '$timeline'),
    timelineOfSector: get(of2000, '$timeline?sector=leisure'),
  }
}

/** Those whose records stay as they are, and those whose records change. */
const halves = (people: readonly SeededPerson[]): readonly [readonly SeededPerson[], readonly SeededPerson[]] => [
  people.slice(0, people.length >> 1),
  people.slice(people.length >> 1),
]

/** The scenarios with their targets; bench/README.md says where these come from. */
export function readingScenarios(bench: ReadingBench & Pick<Ceilings, 'ceiling'>): Scenario[] {
  const { load, ceiling, settle, of50, of500, of2000 } = bench
  const requests = readingRequests(bench)
  // The ceiling reads the same texts in one query and joins them: it tells how quiet the machine was.
  const bare = (people: readonly SeededPerson[]) => {
    const next = inTurn(people.map(({ id }) => requestBytes({ method: 'GET', path: `/everything/${id}` })))
    return async (forMs: number) => measured(await ceiling.run(next, 1, { forMs }))
  }
  const alone = (name: string, next: NextRequest, people: readonly SeededPerson[], p50Ms: number): Scenario => ({
    name,
    unit: 'requests/s',
    concurrency: 1,
    target: { p50Ms },
    ours: async (forMs) => measured(await load.run(next, 1, { forMs })),
    ceiling: bare(people),
    settle,
  })
  const rebuilt = (name: string, next: NextRequest, people: readonly SeededPerson[]): Scenario => ({
    name,
    unit: 'requests/s',
    concurrency: 1,
    target: { p50Ms: 15 },
    ours: async (forMs) => afterChange(bench, next, people, forMs),
    ceiling: bare(people),
    settle,
  })
  return [
    alone('summary-50', requests.summary50, of50, 3),
    alone('summary-500', requests.summary500, of500, 3),
    rebuilt('summary-50-rebuilt', requests.changed50, halves(of50)[1]),
    rebuilt('summary-500-rebuilt', requests.changed500, halves(of500)[1]),
    alone('timeline-2000', requests.timeline, of2000, 50),
    alone('timeline-2000-of-a-sector', requests.timelineOfSector, of2000, 50),
  ]
}

/** Each call after a change of whom it asks about, made straight in the database so that it takes no time of the hub. Only calls are timed. */
async function afterChange(
  { load, database }: ReadingBench,
  next: NextRequest,
  people: readonly SeededPerson[],
  forMs: number,
): Promise<Measured> {
  const durationsMs: number[] = []
  let spentMs = 0
  while (spentMs < forMs) {
    await database.query({
      text: `UPDATE passport.resource SET version = version + 1 WHERE type = 'CareTeam' AND patient = ANY($1::text[])`,
      values: [people.map(({ id }) => id)],
    })
    const { durationsMs: one, elapsedMs } = await load.run(next, 1, { calls: 1 })
    durationsMs.push(...one)
    spentMs += elapsedMs
  }
  return measured({ durationsMs, elapsedMs: spentMs })
}
