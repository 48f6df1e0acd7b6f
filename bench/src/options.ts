import { parseArgs } from 'node:util'
import { CannotStart } from '@infra/local/cannot-start'

/** How much is run. */
export interface Options {
  readonly rounds: number
  /** Length of one side of one round, in milliseconds. */
  readonly forMs: number
  readonly full: boolean
  /** When the run should be over, in seconds: what does not fit is made smaller. The default run aims at ten minutes. */
  readonly withinS: number
  /** About how many resources the hub of `export` holds. Absent: what the size of the run says. */
  readonly resources: number | undefined
  /** How long the storm and the outage last, in seconds. */
  readonly stormSeconds: number
  /** Where the CPU profile of the first hub is put. */
  readonly profileFolder: string | undefined
  /** Whether a scenario is to be run. */
  readonly wanted: (name: string) => boolean
  /** Whether a scenario whose name begins so may be wanted. */
  readonly touches: (beginning: string) => boolean
}

export const USAGE = `npm run bench -- [--only NAME,…] [--rounds N] [--seconds S] [--full] [--resources N] [--storm S] [--profile FOLDER]
  --only     scenarios whose name begins with one of these
  --rounds   how often each is run (5); the medians count
  --seconds  length of one side of one round (0.7; 2 with --full)
  --full     longer rounds, and 100,000 people with 20 sessions each
  --resources  how many the hub of \`export\` holds, about (48,000; 1,000,000 with --full)
  --storm    how long the storm and the outage last (8; 60 with --full)
  --profile  a folder: the hub's CPU profile is put there (its figures are lower then)`

/** Reads the command line. @throws CannotStart when it cannot be understood */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parsed(args)
  if (values.help === true) return 'help'
  const full = values.full === true
  const only = values.only?.split(',').filter((name) => name !== '')
  return {
    rounds: positive('--rounds', values.rounds ?? '5', Number.isInteger),
    forMs: positive('--seconds', values.seconds ?? (full ? '2' : '0.7'), Number.isFinite) * 1_000,
    full,
    resources: values.resources === undefined ? undefined : positive('--resources', values.resources, Number.isInteger),
    stormSeconds: positive('--storm', values.storm ?? (full ? '60' : '8'), Number.isInteger),
    profileFolder: values.profile,
    withinS: full || values.rounds !== undefined ? Number.POSITIVE_INFINITY : 570,
    wanted: (name) => only === undefined || only.some((wanted) => name.startsWith(wanted)),
    touches: (beginning) => only === undefined || only.some((wanted) => beginning.startsWith(wanted) || wanted.startsWith(beginning)),
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        full: { type: 'boolean' },
        resources: { type: 'string' },
        storm: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    throw new CannotStart(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`, { cause })
  }
}

function positive(name: string, text: string, fits: (value: number) => boolean): number {
  const value = Number(text)
  if (!fits(value) || value <= 0) throw new CannotStart(`${name} ${text} is no number that can be used.\n${USAGE}`)
  return value
}
