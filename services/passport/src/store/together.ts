/**
 * What many requests ask for at the same moment, done together: reads and searches of one caller as one statement, new rows of many requests as
 * one transaction. Nobody waits for company: a group is what came in while the last one was on its way.
 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { CommittedChange } from '@platform/service/outbox'
import { groupCommit } from '@platform/service/group-commit'
import type { Change, Row } from './record-store.ts'
import { commit, commitTogether, readRow, readRows } from './record-store.ts'
import type { Access } from './search-sql.ts'
import { findHot, type HotFound, type HotSearch } from './search/hot-searches.ts'
import type { StandingFacts } from './write-guard.ts'
import { NOTHING, standings } from './write-guard.ts'

/** The row as it is now, if the caller may see it; absent and denied look the same. */
export type ReadRow = (caller: Caller, type: string, id: string) => Promise<Row | undefined>

interface Wanted {
  readonly caller: Caller
  readonly type: string
  readonly id: string
}

/** Groups of reads under way: more than one, so that a slow one holds few others up. */
const READS_AT_ONCE = 4
/** Groups of writes under way: the next gathers while the disk is busy with the last. */
const WRITES_AT_ONCE = 1

/** Reads one by one for the callers, group by group for the database; each group under its own caller's policy. */
export function rowReader(database: Queryable): ReadRow {
  const read = groupCommit<Wanted, ReadonlyMap<Caller, ReadonlyMap<string, Row>>>(
    async (wanted) => {
      const callers = Map.groupBy(wanted, ({ caller }) => caller)
      return new Map(
        await Promise.all([...callers].map(async ([caller, theirs]) => [caller, await rowsOf(database, caller, theirs)] as const)),
      )
    },
    { atOnce: READS_AT_ONCE },
  )
  return async (caller, type, id) => (await read({ caller, type, id })).get(caller)?.get(`${type}/${id}`)
}

async function rowsOf(database: Queryable, caller: Caller, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Row>> {
  const [only] = wanted
  if (wanted.length === 1 && only !== undefined) {
    const row = await readRow(database, caller, only.type, only.id)
    return new Map(row === undefined ? [] : [[`${row.type}/${row.id}`, row]])
  }
  const distinct = [...new Map(wanted.map((one) => [`${one.type}/${one.id}`, one])).values()]
  const rows = await readRows(database, caller, distinct)
  return new Map(rows.map((row) => [`${row.type}/${row.id}`, row]))
}

/** Runs one of the searches that are made all day. */
export type FindHot = (caller: Caller, search: HotSearch) => Promise<HotFound>

/** Asks what each caller searches for in one statement a kind, under that caller's own policy. */
export function hotFinder(database: Queryable, accessOf: (caller: Caller) => Access): FindHot {
  const find = groupCommit<{ readonly caller: Caller; readonly search: HotSearch }, ReadonlyMap<HotSearch, HotFound>>(
    async (asked) => {
      const alike = [...Map.groupBy(asked, ({ caller }) => caller)].flatMap(([caller, theirs]) =>
        [...Map.groupBy(theirs, ({ search }) => search.kind).values()].map((some) => ({ caller, some })),
      )
      const found = await Promise.all(
        alike.map(async ({ caller, some }) => {
          const searches = some.map(({ search }) => search)
          const rows = await findHot(database, searches, accessOf(caller))
          return searches.map((search, at) => [search, rows[at] ?? []] as const)
        }),
      )
      return new Map(found.flat())
    },
    { atOnce: READS_AT_ONCE },
  )
  return async (caller, search) => (await find({ caller, search })).get(search) ?? []
}

/** For each person (Patient id) what connects the caller to them. */
export type FindStandings = (caller: Caller, patients: readonly string[]) => Promise<(patient: string) => StandingFacts>

/** Asks how each caller stands to everybody its requests are about, in one statement a caller. */
export function standingFinder(database: Queryable): FindStandings {
  const find = groupCommit<{ caller: Caller; patients: readonly string[] }, ReadonlyMap<Caller, (patient: string) => StandingFacts>>(
    async (asked) => {
      const callers = Map.groupBy(asked, ({ caller }) => caller)
      return new Map(
        await Promise.all(
          [...callers].map(
            async ([caller, theirs]) =>
              [caller, await standings(database, caller, [...new Set(theirs.flatMap(({ patients }) => patients))])] as const,
          ),
        ),
      )
    },
    { atOnce: READS_AT_ONCE },
  )
  return async (caller, patients) => {
    const facts = patients.length === 0 ? undefined : (await find({ caller, patients })).get(caller)
    return facts ?? (() => NOTHING)
  }
}

/** Makes a change that only adds rows true, and answers what is announced of it. */
export type AddRows = (change: Change) => Promise<readonly CommittedChange[]>

/**
 * Commits what only adds rows, the changes of many requests in one transaction. When the database refuses such a transaction, each
 * change is tried by itself, so that nobody fails for another's sake.
 */
export function rowAdder(database: Queryable): AddRows {
  const add = groupCommit<Change, ReadonlyMap<Change, Added>>(
    async (changes) => {
      try {
        const announced = await commitTogether(database, changes)
        return new Map(changes.map((change, place) => [change, { announced: announced[place] ?? [] }]))
      } catch (error) {
        if (changes.length === 1) throw error
        const added = new Map<Change, Added>()
        for (const change of changes) {
          added.set(
            change,
            await commit(database, change).then(
              (announced) => ({ announced }),
              (failure: unknown) => ({ failure }),
            ),
          )
        }
        return added
      }
    },
    { atOnce: WRITES_AT_ONCE },
  )
  return async (change) => {
    const added = (await add(change)).get(change)
    if (added !== undefined && 'failure' in added) throw added.failure
    return added?.announced ?? []
  }
}

type Added = { readonly announced: readonly CommittedChange[] } | { readonly failure: unknown }
