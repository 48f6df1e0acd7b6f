/** Gathers what `domain/access/answering.ts` decides on: which requests the writer of a Task sees, and which it answers for. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { AnsweringFacts } from '../domain/access/answering.ts'
import { BIT } from '../domain/access/data-class.ts'
import { masksFor } from '../domain/access/masks.ts'
import { KINDS } from '../domain/access/policy.ts'
import { OPEN_REQUEST } from '../domain/access/relationship.ts'
import type { Write } from '../domain/prepare-write.ts'
import { partiesOfCaller } from './access-sql.ts'
import { readRows } from './record-store.ts'

const ANSWERS_FOR = KINDS.indexOf('referral-received') + 1
const EVERYTHING_STANDS = (): AnsweringFacts => ({ sees: () => true, answersFor: () => true, stood: () => true })

/**
 * @param writes of one change
 * @returns the facts for each Task of them
 */
export async function answeringFacts(
  database: Queryable,
  caller: Caller,
  writes: readonly Write[],
): Promise<(task: Write) => AnsweringFacts> {
  const seesAll = (masksFor(caller.role, caller.grade).read.anybody & BIT.referral) !== 0
  const isOwn = ({ parties, relationships }: Write) => relationships.some(({ party }) => party === parties[0])
  const tasks = writes.filter(
    (write) => write.type === 'Task' && write.relationships.some(({ referral }) => referral !== undefined) && (!seesAll || isOwn(write)),
  )
  if (tasks.length === 0) return EVERYTHING_STANDS
  const requests = [...new Set(tasks.flatMap(({ relationships }) => relationships.flatMap(({ referral }) => referral ?? [])))]
  const { rows } = await database.query<{ source: string; party: string; referral: string }>({
    name: 'answering',
    text: `SELECT source, party, referral FROM passport.relationship
            WHERE kind = ${ANSWERS_FOR} AND starts <= now() AND ends > now()
              AND (source = ANY($1::text[]) OR (party = ANY($2::text[]) AND referral = ANY($3::text[])))`,
    values: [tasks.map(({ id }) => `Task/${id}`), partiesOfCaller(caller), requests],
  })
  const stood = new Set(rows.map(({ source, party }) => `${source} ${party}`))
  const mine = new Set(partiesOfCaller(caller))
  const answered = new Set(rows.flatMap(({ party, referral }) => (mine.has(party) ? [referral] : [])))

  const written = new Map(writes.flatMap((write) => (write.type === 'ServiceRequest' ? [[write.id, write.content] as const] : [])))
  const seen = new Map(written)
  const unwritten = requests.filter((id) => !written.has(id)).map((id) => ({ type: 'ServiceRequest', id }))
  for (const { id, deleted, content } of await readRows(database, caller, unwritten)) if (!deleted) seen.set(id, content)
  return ({ id }) => ({
    sees: (request) => seesAll || seen.has(request),
    answersFor: (request) => answered.has(request) && isOpen(seen.get(request) ?? ''),
    stood: (party) => stood.has(`Task/${id} ${party}`),
  })
}

const isOpen = (content: string): boolean => content !== '' && OPEN_REQUEST.has((JSON.parse(content) as { status?: unknown }).status)
