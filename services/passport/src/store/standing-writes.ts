/** From what was planned and allowed to what is committed, with the relationships that its writer may make by it, and no others. */
import type { Queryable } from '@platform/service/database'
import { answering, type AnsweringFacts } from '../domain/access/answering.ts'
import { asksForBlindMatch } from '../domain/access/blind-match.ts'
import { EVERYTHING } from '../domain/access/data-class.ts'
import { masksFor } from '../domain/access/masks.ts'
import { madeFor, type Relationship } from '../domain/access/relationship.ts'
import type { Write } from '../domain/prepare-write.ts'
import { prepareDelete, prepareWrite } from '../domain/prepare-write.ts'
import { authorOf, clientAuthor, partiesOfCaller, selfOf } from './access-sql.ts'
import { answeringFacts } from './answering-facts.ts'
import { sayClosed } from './closed-to.ts'
import type { Planned, RecordDependencies, Request } from './change-record.ts'
import type { Resolved } from './resolve-conditions.ts'
import type { StandingFacts } from './write-guard.ts'

interface Writing {
  readonly request: Request
  readonly resolved: Resolved
  readonly standingOf: (patient: string) => StandingFacts
}

/** One write for each that is planned, in order. */
export async function standingWrites(
  { extract }: Pick<RecordDependencies, 'extract'>,
  database: Queryable,
  planned: readonly Planned[],
  writing: Writing,
): Promise<Write[]> {
  const made = planned.map((each) => toWrite(each, writing, extract))
  const [factsOf, writes] = await Promise.all([answeringFacts(database, writing.request.caller, made), sayClosed(database, made)])
  return writes.map((write, index) => {
    const { operation } = planned[index] ?? {}
    const opens = operation?.kind === 'create' ? (operation.opens ?? []) : []
    return { ...write, relationships: relationshipsOf({ ...write, relationships: [...write.relationships, ...opens] }, writing, factsOf) }
  })
}

function toWrite(
  { operation, before, id, bucket, version, exact, resource, author: given }: Planned,
  { request: { caller, at: now }, resolved: { operations } }: Writing,
  extract: RecordDependencies['extract'],
): Write {
  if (exact === undefined || resource === undefined) {
    if (before === undefined) throw new Error(`A delete of ${operation.type} without a row`)
    return prepareDelete(before)
  }
  // Whoever asks for a blind match can read the person no more when none was found than when one was.
  const mine = asksForBlindMatch(operation, operations) ? clientAuthor(caller) : authorOf(caller)
  const author = before?.parties[0] ?? given ?? mine
  return prepareWrite({ exact, resource, id, version, ...(bucket === undefined ? {} : { bucket }), at: now, author }, extract)
}

function relationshipsOf(
  write: Write,
  { request: { caller }, standingOf }: Writing,
  factsOf: (task: Write) => AnsweringFacts,
): readonly Relationship[] {
  const { type, parties, patient } = write
  const said = type === 'Task' ? answering(write.relationships, parties[0] ?? '', factsOf(write)) : write.relationships
  const masks = masksFor(caller.role, caller.grade)
  if (masks.write.anybody !== 0) return said
  const self = patient !== undefined && patient === selfOf(caller)
  const { kinds, limits } = standingOf(patient ?? '')
  const sees = self ? EVERYTHING : kinds.reduce((bits, kind) => bits | (masks.read[kind] & (limits[kind] ?? EVERYTHING)), 0)
  return madeFor(said, { parties: partiesOfCaller(caller), self, kinds, sees })
}
