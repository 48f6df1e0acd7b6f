/**
 * Whom of those that a row names its person has closed out of it: whoever tells subscribers tells them nothing, not even that there is something to be read.
 * As `access-sql.ts` has it for whoever reads. HAZ-A125
 */
import type { Queryable } from '@platform/service/database'
import { EVERYBODY } from '../domain/access/consent.ts'
import type { Write } from '../domain/prepare-write.ts'

interface Closing {
  readonly patient: string
  readonly party: string
  readonly classes: number
  readonly referral: string | null
  readonly tokens: readonly string[]
}

/** The organisations that the facts of a write name. */
const named = ({ facts }: Write): readonly string[] =>
  facts.flatMap((fact) => /^(?:owner|requester|performer)=(Organization\/.+)$/.exec(fact)?.[1] ?? [])

/** The same writes, with the fact `closed=Organization/…` of each who is closed out. One question for all of them, and none where nobody is named or no person is. */
export async function sayClosed(database: Queryable, writes: readonly Write[]): Promise<readonly Write[]> {
  const concerned = writes.filter((write) => write.patient !== undefined && named(write).length > 0)
  if (concerned.length === 0) return writes
  const { rows } = await database.query<Closing>({
    name: 'closed-to',
    text: `SELECT patient, party, classes, referral, tokens::text[] AS tokens FROM passport.closed_out
            WHERE patient = ANY($1::text[]) AND party = ANY($2::text[]) AND starts <= now() AND ends > now()`,
    values: [[...new Set(concerned.map(({ patient }) => patient))], [...new Set(concerned.flatMap(named)), EVERYBODY]],
  })
  if (rows.length === 0) return writes
  return writes.map((write) => {
    // Whoever wrote a row sees it whatever is closed.
    const closed = new Set(named(write).filter((party) => party !== write.parties[0] && rows.some((row) => closes(row, party, write))))
    return closed.size === 0 ? write : { ...write, facts: [...write.facts, ...[...closed].map((party) => `closed=${party}`)] }
  })
}

function closes({ patient, party, classes, referral, tokens }: Closing, whom: string, write: Write): boolean {
  if (patient !== write.patient || (party !== whom && party !== EVERYBODY) || (classes & write.classes) === 0) return false
  if (referral === null) return true
  return (write.type === 'ServiceRequest' && write.id === referral) || write.index.tokens.some((token) => tokens.includes(token))
}
