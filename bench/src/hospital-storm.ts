/** A storm of a hospital's messages on a hub, one in so many about somebody on the register, and whether it ended as it must. */
import type { NextMessage } from './admissions.ts'
import type { Result } from './scenario.ts'
import { median, percentile, rounded } from './statistics.ts'
import { storm, type Stormed } from './storm.ts'
import type { Town } from './world.ts'

/** One message in so many is about somebody on the register. */
export const ONE_IN = 200
export const STORM_PER_SECOND = 300
const STORM_CONNECTIONS = 12

/** A hub, and a token of the administrator. */
export type Bench = Town & { readonly adminToken: string }

/** Messages about strangers, and admissions of people on the register. */
export interface Messages {
  readonly strangers: NextMessage
  readonly admitted: NextMessage
}

/** What a storm sends. */
export interface Sent {
  readonly messages: readonly Buffer[]
  /** Visit numbers of those about people on the register, by the index of their message. */
  readonly ours: ReadonlyMap<number, string>
}

let visits = 500_000

/** As many messages as so many seconds take. */
export function messagesFor(seconds: number, { strangers, admitted }: Messages): Sent {
  const ours = new Map<number, string>()
  const messages = Array.from({ length: seconds * STORM_PER_SECOND }, (_, index) => {
    if (index % ONE_IN !== 0) return strangers()
    const visit = String(++visits)
    ours.set(index, visit)
    return admitted(visit)
  })
  return { messages, ours }
}

/** Sends it. @param onSent called as each message is first sent */
export const stormOn = ({ hub }: Bench, { messages }: Sent, onSent?: (index: number, at: number) => void): Promise<Stormed> =>
  storm({
    port: hub.mllpPort,
    messages,
    perSecond: STORM_PER_SECOND,
    connections: STORM_CONNECTIONS,
    ...(onSent === undefined ? {} : { onSent }),
  })

/** Whether every alert is there once, and nothing is left to do. @returns what is wrong */
export async function endState({ database, settle }: Bench, { ours }: Sent): Promise<string | undefined> {
  await settle()
  const { rows } = await database.query<{ stays: number; alerts: number; raised: number; doubled: number }>({
    text: END_STATE,
    values: [[...ours.values()].map((visit) => `V${visit}`)],
  })
  const [found] = rows
  const right = found?.stays === ours.size && found.alerts === ours.size && found.raised === ours.size && found.doubled === 0
  return right ? undefined : `of ${String(ours.size)} alerts: ${JSON.stringify(found)}`
}

const END_STATE = `
  WITH mine AS (SELECT id, alert FROM alerts.stay WHERE split_part(visit, '|', 2) = ANY ($1)),
  told AS (SELECT stay, count(*) AS times FROM alerts.notice WHERE kind = 'raised' AND stay IN (SELECT id FROM mine) GROUP BY stay)
  SELECT (SELECT count(*)::int FROM mine) AS stays, (SELECT count(DISTINCT alert)::int FROM mine) AS alerts,
         (SELECT count(*)::int FROM told) AS raised, (SELECT count(*)::int FROM told WHERE times > 1) AS doubled`

/** The line of a storm in the results. */
export const line = (name: string, unit: string, { stormed, error }: { readonly stormed?: Stormed; readonly error?: string }): Result => ({
  name,
  unit,
  concurrency: STORM_CONNECTIONS,
  rounds: 1,
  ours: stormed === undefined ? null : rounded((stormed.durationsMs.length * 1_000) / stormed.elapsedMs),
  ceiling: null,
  ratio: null,
  target: 'every message taken, each alert once',
  met: error === undefined && (stormed === undefined || stormed.astray === 0),
  p50: stormed === undefined ? null : rounded(median(stormed.durationsMs)),
  p99: stormed === undefined ? null : rounded(percentile(stormed.durationsMs, 0.99)),
  ...(error === undefined ? {} : { error }),
})
