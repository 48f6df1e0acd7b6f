import type { Result } from '../scenario.ts'
import type { Server } from '../world.ts'

/** What every part of a run is given. */
export interface Run {
  /** A folder for everything it makes. */
  readonly folder: string
  /** PostgreSQL with the hub's settings. */
  readonly server: Server
  readonly rounds: number
  /** How long the run may still take, in seconds. */
  readonly secondsLeft: () => number
  readonly forMs: number
  readonly full: boolean
  readonly resources: number | undefined
  /** How long the storm and the outage last, in seconds. */
  readonly stormSeconds: number
  readonly profileFolder: string | undefined
  readonly wanted: (name: string) => boolean
  readonly touches: (beginning: string) => boolean
  /** Aborted when the run is told to stop. */
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

/** A part of a run: servers that are started for it, and what is measured on them. */
export interface Phase {
  readonly title: string
  /** Names of its scenarios, or what they begin with: it is left out when none of them is wanted. */
  readonly covers: readonly string[]
  readonly run: (run: Run) => Promise<readonly Result[]>
}

/** Only the wanted ones. */
export const only = <T extends { readonly name: string }>(all: readonly T[], { wanted }: Run): T[] => all.filter(({ name }) => wanted(name))

/** Whether any scenario whose name begins like one of these may be wanted. */
export const anyOf = (names: readonly string[], { touches }: Run): boolean => names.some((name) => touches(name))
