/**
 * Conditional interactions: which resource a condition means, found under a lock so that two clients with the same condition
 * cannot both create. https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #cdelete
 */
import { createHash } from 'node:crypto'
import type { Caller } from '@platform/fhir/caller'
import { scopesAllow } from '@platform/fhir/scopes'
import type { Queryable } from '@platform/service/database'
import { asksForBlindMatch, isSamePerson } from '../domain/access/blind-match.ts'
import { hasParts } from '../domain/access/shown-in-part.ts'
import { placeOf, type Create, type Operation } from '../domain/operation.ts'
import { isObject, type FhirResource } from '../domain/references.ts'
import { refuse } from '../errors.ts'
import type { RecordDependencies } from './change-record.ts'
import { partiesOfCaller } from './access-sql.ts'
import { readIdentified, rowsForRules } from './record-store.ts'
import { matchBlindly } from './match-blindly.ts'

export interface Resolved {
  /** The operations with every condition replaced by the id it means, or by a create. */
  readonly operations: readonly Operation[]
  /** Places of creates whose condition matched, and of deletes whose condition matched nothing: no write. */
  readonly settled: ReadonlyMap<number, { type: string; id: string } | 'nothing'>
  /** Ids of people whom the caller may not see and who were matched blindly: entries about them are taken, nothing is told. */
  readonly blind: ReadonlySet<string>
  /** Conditional references of the bodies, resolved. */
  readonly links: ReadonlyMap<string, string>
}

/** What must be held while the set is decided: one lock for each distinct condition. */
export function locksFor(operations: readonly Operation[]): string[] {
  return [...new Set(operations.flatMap((operation) => conditionOf(operation) ?? []))].toSorted()
}

/** The condition of an operation with its type, the same however its parameters are written. */
function conditionOf(operation: Operation): string | undefined {
  const condition = operation.kind === 'create' ? operation.ifNoneExist : operation.criteria
  if (condition === undefined) return undefined
  const parameters = [...new URLSearchParams(condition)].map(([name, value]) => `${name}=${value}`)
  return `${operation.type}?${parameters.toSorted().join('&')}`
}

/** Takes advisory locks for the rest of the transaction, in one order everywhere. */
export async function lockAll(tx: Queryable, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const numbers = keys
    .map((key) => createHash('sha256').update(key).digest().readBigInt64BE(0))
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  await tx.query({ name: 'lock', text: 'SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k', values: [numbers.map(String)] })
}

/** @throws MANY_MATCH, NONE_MATCHES, REFERENCE_UNRESOLVED, CLIENT_IDS_NOT_TAKEN, BUNDLE_SAME_RESOURCE_TWICE */
export async function resolveConditions(
  dependencies: RecordDependencies,
  database: Queryable,
  operations: readonly Operation[],
  caller: Caller,
): Promise<Resolved> {
  const settled = new Map<number, { type: string; id: string } | 'nothing'>()
  const links = new Map<string, string>()
  const blind = new Set<string>()
  const only = (matches: readonly { type: string; id: string }[] | undefined, place: string) => {
    if (matches !== undefined && matches.length > 1) throw refuse.MANY_MATCH({}, place === '' ? {} : { expression: place })
    return matches?.[0]
  }
  const one = async (type: string, condition: string, place: string) =>
    only(await dependencies.find(database, caller, type, condition), place)
  // A reference by condition is a search as any other: what the token does not cover is not found.
  const linked: typeof one = async (type, condition, place) =>
    scopesAllow(caller.scopes, type, 'r') || scopesAllow(caller.scopes, type, 's') ? one(type, condition, place) : undefined

  /**
   * What was found by a number alone. Whoever is not shown numbers is told so only of somebody whom they bring by date of birth and name too, as whoever may
   * not see the person at all: else each try would tell whose a number is. `domain/access/blind-match.ts`
   */
  async function told(operation: Create, found: { type: string; id: string } | undefined): Promise<typeof found> {
    if (found === undefined || found.type === 'ServiceRequest' || !hasParts(found.type)) return found
    if (!(await dependencies.inPart.typesInPart(caller, database)).includes(found.type)) return found
    const [row] = await rowsForRules(database, [found])
    const own = row?.author !== undefined && partiesOfCaller(caller).includes(row.author)
    return row !== undefined && (own || isSamePerson(operation.exact, JSON.parse(row.content) as FhirResource)) ? found : undefined
  }

  const created = new Set<string>()
  /** Two entries that each make what their condition did not find would make two of it, and no condition would ever mean one again. */
  const onlyOnce = (operation: Operation) => {
    const condition = conditionOf(operation)
    if (condition === undefined) return
    if (created.has(condition)) throw refuse.BUNDLE_SAME_RESOURCE_TWICE({}, placeOf(operation))
    created.add(condition)
  }

  const identified = await matchesByIdentifier(database, operations, caller)
  const resolved: Operation[] = []
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'create') {
      const byIdentifier = only(identified.get(index), operation.place)
      const match =
        operation.ifNoneExist === undefined
          ? undefined
          : identified.has(index)
            ? await told(operation, byIdentifier)
            : await one(operation.type, operation.ifNoneExist, operation.place)
      const unseen = match === undefined ? await matchBlindly(dependencies, database, operation, operations) : undefined
      if (unseen !== undefined) blind.add(unseen.id)
      if (match !== undefined || unseen !== undefined) settled.set(index, match ?? unseen ?? 'nothing')
      resolved.push(operation)
    } else if (operation.criteria === undefined) {
      resolved.push(operation)
    } else {
      resolved.push(
        targetOf(operation, await one(operation.type, operation.criteria, operation.place), () => settled.set(index, 'nothing')),
      )
    }
    // Of a person who may be matched blindly always: the answer must not tell whether there was one.
    if ((resolved.at(-1)?.kind === 'create' && !settled.has(index)) || asksForBlindMatch(operation, operations)) onlyOnce(operation)
    if ('exact' in operation && operation.place !== '') await resolveReferences(operation.exact, operation.place, links, linked)
  }
  return { operations: resolved, settled, links, blind }
}

/** `identifier=system|value` and nothing else, without any of the characters that a search gives a meaning to. */
const BY_IDENTIFIER = /^identifier=([^|,$\\&]+)\|([^|,$\\&]+)$/

/** Most conditional creates ask by one identifier: all of a set are looked up in one statement. */
async function matchesByIdentifier(
  database: Queryable,
  operations: readonly Operation[],
  caller: Caller,
): Promise<ReadonlyMap<number, readonly { type: string; id: string }[]>> {
  const wanted = operations.flatMap((operation, index) => {
    const condition = operation.kind === 'create' && operation.ifNoneExist !== undefined ? decoded(operation.ifNoneExist) : undefined
    const match = condition === undefined ? null : BY_IDENTIFIER.exec(condition)
    return match === null ? [] : [{ index, type: operation.type, system: match[1] ?? '', value: match[2] ?? '' }]
  })
  const found = await readIdentified(database, caller, wanted)
  return new Map(wanted.map(({ index }, place) => [index, found[place] ?? []]))
}

/** The condition as it is read by a search: one parameter, percent-decoded; nothing when there are several. */
function decoded(condition: string): string | undefined {
  const [only, ...more] = new URLSearchParams(condition)
  return only === undefined || more.length > 0 ? undefined : `${only[0]}=${only[1]}`
}

function targetOf(operation: Exclude<Operation, { kind: 'create' }>, match: { id: string } | undefined, nothing: () => void): Operation {
  if (match !== undefined) {
    if (operation.kind === 'update' && operation.exact.id !== undefined && operation.exact.id !== match.id)
      throw refuse.ID_MISMATCH({}, { expression: `${operation.type}.id` })
    return { ...operation, id: match.id, criteria: undefined }
  }
  if (operation.kind === 'patch') throw refuse.NONE_MATCHES()
  if (operation.kind === 'delete') {
    nothing()
    return operation
  }
  if (operation.exact.id !== undefined) throw refuse.CLIENT_IDS_NOT_TAKEN({ reference: `${operation.type}/${operation.exact.id}` })
  return { kind: 'create', place: operation.place, type: operation.type, exact: operation.exact, fullUrl: operation.fullUrl }
}

/** References such as `Patient?identifier=…`, allowed in transactions only. FHIR R4 http.html#trules. */
async function resolveReferences(
  value: unknown,
  place: string,
  links: Map<string, string>,
  one: (type: string, condition: string, place: string) => Promise<{ type: string; id: string } | undefined>,
): Promise<void> {
  if (Array.isArray(value)) {
    for (const item of value) await resolveReferences(item, place, links, one)
    return
  }
  if (!isObject(value)) return
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== 'string') await resolveReferences(child, place, links, one)
    else if (key === 'reference' && !links.has(child)) {
      const condition = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(child)
      if (condition === null) continue
      const match = await one(condition[1] ?? '', condition[2] ?? '', place)
      if (match === undefined) throw refuse.REFERENCE_UNRESOLVED({}, { expression: place })
      links.set(child, `${match.type}/${match.id}`)
    }
  }
}
