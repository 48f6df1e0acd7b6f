/** The pages that people use, on a hub with many people: how long each takes while sixteen use them, and how heavy a first view is. */
import { signIn, type Visitor } from '@infra/local/demo/world/visitor'
import { reasonOf, resultOf } from '../compare.ts'
import { requestBytes } from '../http-connection.ts'
import { inTurn } from '../load.ts'
import { aReferral } from '../people.ts'
import type { Result, Scenario } from '../scenario.ts'
import { benchPages, firstViewBytes, walkThrough, type BenchPage, type PageTimes, type VisitorOf } from '../scenarios/pages.ts'
import { rounded, type Measured } from '../statistics.ts'
import { shareOut } from '../share-out.ts'
import type { Town } from '../world.ts'
import type { Run } from './phase.ts'

const USERS = 16
const TARGET = { p95Ms: 50 }
const AT_MOST_KB = 100
/** How many requests wait at the single point of access, so that its list is as long as on a busy day. */
const WAITING = 60
/** Faster than anybody reads. */
const READ_MS = 1_000
/** A round of people who read is longer than one of a loop without a pause. */
const ROUNDS_OF_ONE = 4

/** Measures on a town that has been compared already, or on one that was opened for this. */
export async function measurePages(town: Town, run: Run): Promise<readonly Result[]> {
  const { hub, settle } = town
  const { rounds, signal, tell } = run
  const url = `http://127.0.0.1:${hub.port}`
  const own = [...town.readers, ...town.of50, ...town.of500, ...town.of2000, ...town.others.slice(0, WAITING)]
  await shareOut(
    town.database,
    town.surroundings,
    own.map(({ id }) => id),
  )
  await askForHelp(town)
  await settle()
  const pages = await benchPages(url, { of20: town.readers, of500: town.of500 })
  const visitors = await signInAll(url, pages)
  const weights = new Map<BenchPage, number>()
  for (const page of pages) weights.set(page, await firstViewBytes(url, page.paths[0] ?? '/', visitors(page.who, 0)?.cookie() ?? ''))

  const forMs = run.forMs * ROUNDS_OF_ONE
  const measured: { readonly reading: PageTimes; readonly atOnce: PageTimes }[] = []
  try {
    for (let round = 0; round <= rounds; round += 1) {
      signal.throwIfAborted()
      const reading = await walkThrough(hub.port, pages, visitors, { users: USERS, forMs, readMs: READ_MS })
      const atOnce = await walkThrough(hub.port, pages, visitors, { users: USERS, forMs: run.forMs, readMs: 0 })
      await settle()
      if (round > 0) measured.push({ reading, atOnce }) // the first counts for nothing
      tell(round === 0 ? '  pages: warmed up' : `  pages: round ${round} of ${rounds}`)
    }
  } catch (error) {
    signal.throwIfAborted()
    return [resultOf(scenarioOf('pages-16'), [], reasonOf(error))]
  }
  const all = (times: PageTimes) => [...times.values()].flat()
  const { target: _none, ...atOnce } = scenarioOf('pages-16-at-once')
  return [
    lineOf(
      scenarioOf('pages-16'),
      measured.map(({ reading }) => measuredIn(all(reading), forMs)),
    ),
    lineOf(
      atOnce,
      measured.map((one) => measuredIn(all(one.atOnce), run.forMs)),
    ),
    ...pages.map((page) =>
      withWeight(
        page,
        measured.map(({ reading }) => measuredIn(reading.get(page) ?? [], forMs)),
        weights.get(page) ?? 0,
      ),
    ),
  ]
}

const scenarioOf = (name: string, unit = 'pages/s'): Scenario => ({ name, unit, concurrency: USERS, target: TARGET })

const measuredIn = (durationsMs: readonly number[], forMs: number): Measured => ({
  rate: (durationsMs.length * 1_000) / forMs,
  durationsMs,
})

const lineOf = (scenario: Scenario, rounds: readonly Measured[]): Result =>
  resultOf(
    scenario,
    rounds.map((ours) => ({ ours, ceiling: undefined })),
  )

/** One page: what a first view weighs, and its times while everybody uses all pages. */
function withWeight({ name }: BenchPage, rounds: readonly Measured[], bytes: number): Result {
  const times = lineOf(scenarioOf(`page-${name}`, 'kB, first view'), rounds)
  const kilobytes = bytes / 1_000
  return {
    ...times,
    ours: rounded(kilobytes),
    target: `${times.target}, < ${AT_MOST_KB} kB`,
    met: times.met === true && kilobytes < AT_MOST_KB,
  }
}

/** A sign-in of their own for each of the sixteen, in every role that they take. */
async function signInAll(url: string, pages: readonly BenchPage[]): Promise<VisitorOf> {
  const signedIn = new Map<string, Visitor[]>()
  for (const who of new Set(pages.flatMap((page) => page.who ?? []))) {
    const visitors: Visitor[] = []
    for (let user = 0; user < USERS; user += 1) visitors.push(await signIn(url, who))
    signedIn.set(who, visitors)
  }
  return (who, user) => (who === undefined ? undefined : signedIn.get(who)?.[user])
}

/** Puts requests on the list of the single point of access. */
async function askForHelp({ hub, load, others, surroundings }: Town): Promise<void> {
  const authorization = `Bearer ${await hub.token('demo-community-team')}`
  const headers = { 'content-type': 'application/fhir+json', prefer: 'return=minimal', authorization }
  const posts = others
    .slice(0, WAITING)
    .map(({ id }) =>
      requestBytes({ method: 'POST', path: '/fhir/ServiceRequest', headers, body: JSON.stringify(aReferral(id, surroundings)) }),
    )
  await load.run(inTurn(posts), 4, { calls: posts.length })
}
