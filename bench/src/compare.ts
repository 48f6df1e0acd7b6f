/** Runs scenarios in rounds, all of them once a round, so that whatever else the machine does falls on all of them alike. */
import type { Result, Scenario, Target } from './scenario.ts'
import { median, percentile, rounded, type Measured } from './statistics.ts'

/** How much is run. */
export interface CompareOptions {
  readonly rounds: number
  /** How long the run may still take, in seconds: where the rounds do not fit, three must do. */
  readonly secondsLeft: () => number
  /** Length of one side of one round. */
  readonly forMs: number
  /** Aborted when the run is told to stop. */
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

interface Round {
  readonly ours: Measured | undefined
  readonly ceiling: Measured | undefined
}

/** The warm-up counts for nothing and is shorter. */
const WARM_UP = 0.6
const ROUNDS_WHEN_LATE = 3

/** A warm-up, then the rounds; ours and the ceiling are next to each other and take turns to be first. */
export async function compare(
  scenarios: readonly Scenario[],
  { rounds: asked, secondsLeft, forMs, signal, tell }: CompareOptions,
): Promise<Result[]> {
  const neededS = (scenarios.length * 2 * forMs * (asked + WARM_UP)) / 1_000
  const rounds = neededS > secondsLeft() ? Math.min(asked, ROUNDS_WHEN_LATE) : asked
  const done = new Map<Scenario, Round[]>(scenarios.map((scenario) => [scenario, []]))
  const failures = new Map<Scenario, string>()
  for (let round = 0; round <= rounds; round += 1) {
    for (const scenario of scenarios) {
      signal.throwIfAborted()
      if (failures.has(scenario)) continue
      try {
        const outcome = await once(scenario, round === 0 ? forMs * WARM_UP : forMs, round % 2 === 0)
        if (round > 0) done.get(scenario)?.push(outcome)
      } catch (error) {
        failures.set(scenario, reasonOf(error))
        tell(`  ${scenario.name}: ${reasonOf(error)}`)
      }
    }
    tell(round === 0 ? '  warmed up' : `  round ${round} of ${rounds}`)
  }
  return scenarios.map((scenario) => resultOf(scenario, done.get(scenario) ?? [], failures.get(scenario)))
}

async function once({ ours, ceiling, settle }: Scenario, forMs: number, oursFirst: boolean): Promise<Round> {
  const ourTurn = async (): Promise<Measured | undefined> => {
    const outcome = await ours?.(forMs)
    await settle?.()
    return outcome
  }
  if (!oursFirst) return { ceiling: await ceiling?.(forMs), ours: await ourTurn() }
  return { ours: await ourTurn(), ceiling: await ceiling?.(forMs) }
}

/** The line of a scenario from its rounds. */
export function resultOf({ name, unit, concurrency, target }: Scenario, rounds: readonly Round[], error?: string): Result {
  const ours = rounds.flatMap((round) => round.ours ?? [])
  const ceilings = rounds.flatMap((round) => round.ceiling ?? [])
  const ratios = rounds.flatMap((round) =>
    round.ours === undefined || round.ceiling === undefined ? [] : round.ours.rate / round.ceiling.rate,
  )
  const durations = ours.flatMap(({ durationsMs }) => durationsMs)
  const ceilingP50Ms = percentile(
    ceilings.flatMap(({ durationsMs }) => durationsMs),
    0.5,
  )
  const figures = {
    rate: median(ours.map(({ rate }) => rate)),
    ratio: median(ratios),
    p99Ms: percentile(durations, 0.99),
    p95Ms: percentile(durations, 0.95),
    p50Ms: percentile(durations, 0.5),
    p50Times: percentile(durations, 0.5) / ceilingP50Ms,
  }
  return {
    name,
    unit,
    concurrency,
    rounds: rounds.length,
    ours: rounded(figures.rate),
    ceiling: rounded(median(ceilings.map(({ rate }) => rate))),
    ratio: rounded(figures.ratio),
    target: target === undefined ? null : inWords(target),
    met: target === undefined ? null : error === undefined && isMet(target, figures),
    p50: rounded(figures.p50Ms),
    p95: rounded(figures.p95Ms),
    p99: rounded(figures.p99Ms),
    ...(target !== undefined && 'p50Times' in target && { ceilingP50: rounded(ceilingP50Ms) }),
    ...(error !== undefined && { error }),
  }
}

/** A figure that is no number meets nothing. */
function isMet(target: Target, { rate, ratio, p99Ms, p95Ms, p50Ms, p50Times }: Readonly<Record<Figure, number>>): boolean {
  if ('ratio' in target) return ratio >= target.ratio
  if ('rate' in target) return rate >= target.rate
  if ('p95Ms' in target) return p95Ms < target.p95Ms
  if ('p50Times' in target) return p50Times <= target.p50Times && p50Ms < (target.p50Ms ?? Infinity)
  return 'p99Ms' in target ? p99Ms < target.p99Ms : p50Ms < target.p50Ms
}

type Figure = 'rate' | 'ratio' | 'p99Ms' | 'p95Ms' | 'p50Ms' | 'p50Times'

function inWords(target: Target): string {
  if ('ratio' in target) return `ratio ≥ ${target.ratio}`
  if ('rate' in target) return `ours ≥ ${target.rate}`
  if ('p95Ms' in target) return `p95 < ${target.p95Ms} ms`
  if ('p50Times' in target) return `p50 ≤ ${target.p50Times} × the ceiling's${target.p50Ms === undefined ? '' : `, < ${target.p50Ms} ms`}`
  return 'p99Ms' in target ? `p99 < ${target.p99Ms} ms` : `p50 < ${target.p50Ms} ms`
}

/** Why something failed, in one line. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
