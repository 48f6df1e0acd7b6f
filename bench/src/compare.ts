/** Runs scenarios in rounds, all of them once a round, so that whatever else the machine does falls on all of them alike. */
import type { Result, Scenario } from './scenario.ts'
import { median, type Measured } from './statistics.ts'

/** How much is run. */
export interface CompareOptions {
  readonly rounds: number
  /** Length of one side of one round. */
  readonly forMs: number
  readonly onProgress: (line: string) => void
}

interface Round {
  readonly ours: Measured | undefined
  readonly ceiling: Measured | undefined
}

/** One warm-up round that counts for nothing, then the rounds; ours and the ceiling are next to each other and take turns to be first. */
export async function compare(scenarios: readonly Scenario[], { rounds, forMs, onProgress }: CompareOptions): Promise<Result[]> {
  const done = new Map<Scenario, Round[]>(scenarios.map((scenario) => [scenario, []]))
  const failures = new Map<Scenario, string>()
  for (let round = 0; round <= rounds; round += 1) {
    for (const scenario of scenarios) {
      if (failures.has(scenario)) continue
      try {
        const outcome = await once(scenario, forMs, round % 2 === 0)
        if (round > 0) done.get(scenario)?.push(outcome)
      } catch (error) {
        failures.set(scenario, reasonOf(error))
        onProgress(`${scenario.name}: ${reasonOf(error)}`)
      }
    }
    onProgress(round === 0 ? 'warmed up' : `round ${round} of ${rounds}`)
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

function resultOf({ name, unit, concurrency, target }: Scenario, rounds: readonly Round[], error: string | undefined): Result {
  const ours = rounds.flatMap((round) => round.ours ?? [])
  const ceilings = rounds.flatMap((round) => round.ceiling ?? [])
  const ratios = rounds.flatMap((round) =>
    round.ours === undefined || round.ceiling === undefined ? [] : round.ours.rate / round.ceiling.rate,
  )
  const ratio = error === undefined && ratios.length > 0 ? median(ratios) : undefined
  return {
    name,
    unit,
    concurrency,
    ours: middle(ours, 'rate'),
    ceiling: middle(ceilings, 'rate'),
    ratio: ratio === undefined ? null : rounded(ratio),
    target: target === undefined ? null : `≥ ${target}`,
    met: target === undefined ? null : ratio !== undefined && ratio >= target,
    p50: middle(ours, 'p50'),
    p99: middle(ours, 'p99'),
    ceilingP50: middle(ceilings, 'p50'),
    ceilingP99: middle(ceilings, 'p99'),
    ...(error !== undefined && { error }),
  }
}

const middle = (of: readonly Measured[], what: keyof Measured): number | null =>
  of.length === 0 ? null : rounded(median(of.map((each) => each[what])))

/** Three significant digits, whole numbers from 100 on; nothing for what is no number. */
export const rounded = (value: number): number | null =>
  Number.isFinite(value) ? (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))) : null

/** Why something failed, in one line. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
