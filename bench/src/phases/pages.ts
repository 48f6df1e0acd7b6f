/** The pages that people use, on a hub with many people: how long each takes while sixteen use them, and how heavy a first view is. */
import { signIn } from '@infra/local/demo/world/visitor'
import { reasonOf, resultOf } from '../compare.ts'
import { requestBytes } from '../http-connection.ts'
import { inTurn } from '../load.ts'
import { aReferral } from '../people.ts'
import type { Result, Scenario } from '../scenario.ts'
import { benchPages, firstViewBytes, walkThrough, type BenchPage, type PageTimes } from '../scenarios/pages.ts'
import { rounded, type Measured } from '../statistics.ts'
import { factsKept, shareOut } from '../share-out.ts'
import type { Town } from '../world.ts'
import type { Run } from './phase.ts'

const USERS = 16
const TARGET = { p95Ms: 50 }
const AT_MOST_KB = 100
/** How many requests wait at the single point of access, so that its list is as long as on a busy day. */
const WAITING = 60
/** The pages of everybody are a longer round than one page of one reader. */
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
  tell('  until the facts of everybody are kept')
  await factsKept(town.database, signal)
  await askForHelp(town)
  await settle()
  const pages = await benchPages(url, { of20: town.readers, of500: town.of500 })
  const cookies = await signInAll(url, pages)
  const weights = new Map<BenchPage, number>()
  for (const page of pages) weights.set(page, await firstViewBytes(url, page.paths[0] ?? '/', cookies(page.who, 0)))

  const measured: PageTimes[] = []
  try {
    for (let round = 0; round <= rounds; round += 1) {
      signal.throwIfAborted()
      const times = await walkThrough(hub.port, pages, cookies, { users: USERS, forMs: run.forMs * ROUNDS_OF_ONE })
      await settle()
      if (round > 0) measured.push(times) // the first counts for nothing
      tell(round === 0 ? '  pages: warmed up' : `  pages: round ${round} of ${rounds}`)
    }
  } catch (error) {
    signal.throwIfAborted()
    return [resultOf(scenarioOf('pages-16', 'pages/s'), [], reasonOf(error))]
  }
  const seconds = (run.forMs * ROUNDS_OF_ONE) / 1_000
  const all = measured.map((times) => [...times.values()].flat())
  return [
    lineOf('pages-16', 'pages/s', all.map(measuredAt(seconds))),
    ...pages.map((page) =>
      withWeight(
        page,
        measured.map((times) => measuredAt(seconds)(times.get(page) ?? [])),
        weights.get(page) ?? 0,
      ),
    ),
  ]
}

const scenarioOf = (name: string, unit: string): Scenario => ({ name, unit, concurrency: USERS, target: TARGET })

const measuredAt =
  (seconds: number) =>
  (durationsMs: readonly number[]): Measured => ({ rate: durationsMs.length / seconds, durationsMs })

const lineOf = (name: string, unit: string, rounds: readonly Measured[]): Result =>
  resultOf(
    scenarioOf(name, unit),
    rounds.map((ours) => ({ ours, ceiling: undefined })),
  )

/** One page: what a first view weighs, and its times while everybody uses all pages. */
function withWeight({ name }: BenchPage, rounds: readonly Measured[], bytes: number): Result {
  const times = lineOf(`page-${name}`, 'kB, first view', rounds)
  const kilobytes = bytes / 1_000
  return {
    ...times,
    ours: rounded(kilobytes),
    target: `${times.target}, < ${AT_MOST_KB} kB`,
    met: times.met === true && kilobytes < AT_MOST_KB,
  }
}

/** A sign-in of their own for each of the sixteen, in every role that they take. */
async function signInAll(url: string, pages: readonly BenchPage[]): Promise<(who: string | undefined, user: number) => string> {
  const signedIn = new Map<string, string[]>()
  for (const who of new Set(pages.flatMap((page) => page.who ?? []))) {
    const cookies: string[] = []
    for (let user = 0; user < USERS; user += 1) cookies.push((await signIn(url, who)).cookie())
    signedIn.set(who, cookies)
  }
  return (who, user) => (who === undefined ? '' : (signedIn.get(who)?.[user] ?? ''))
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
