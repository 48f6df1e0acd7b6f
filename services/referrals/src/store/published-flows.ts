/** The flow over the pathway as it was published: made once of each quarter, and never again. docs/decisions/0321 */
import { createHash } from 'node:crypto'
import type { Database } from '@platform/service/database'
import type { PublishedFlow } from '../domain/flow/published-flow.ts'

/** One that was published. */
export interface KeptFlow {
  readonly flow: PublishedFlow
  readonly publishedAt: Date
}

/** Keeps them. */
export interface PublishedFlows {
  /**
   * What was published of a quarter; where nothing was, it is counted and published now. Of two who ask first at once one publishes, and both get that.
   *
   * @param quarter `2026-Q3`
   * @param count asked only where nothing was published. No connection is held meanwhile: it reads the record
   */
  ofQuarter(quarter: string, now: Date, count: () => Promise<PublishedFlow>): Promise<KeptFlow>
}

/** Opens them in a database. */
export function publishedFlowsIn(database: Database): PublishedFlows {
  const read = async (quarter: string): Promise<KeptFlow | undefined> => {
    const { rows } = await database.query<{ published_at: Date; content: string }>({
      name: 'flow-published',
      text: READ,
      values: [quarter],
    })
    const [row] = rows
    return row === undefined ? undefined : { flow: JSON.parse(row.content) as PublishedFlow, publishedAt: row.published_at }
  }
  return {
    async ofQuarter(quarter, now, count) {
      const known = await read(quarter)
      if (known !== undefined) return known
      const content = JSON.stringify(await count())
      const digest = createHash('sha256').update(content).digest('hex')
      await database.query({ name: 'flow-publish', text: PUBLISH, values: [quarter, now, digest, content] })
      const kept = await read(quarter)
      if (kept === undefined) throw new Error(`The flow of ${quarter} is gone after it was published.`)
      return kept
    },
  }
}

const READ = 'SELECT published_at, content FROM referrals.published_flow WHERE quarter = $1'
const PUBLISH =
  'INSERT INTO referrals.published_flow (quarter, published_at, digest, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING'
