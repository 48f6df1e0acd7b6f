/** The fact table: the facts of a person replaced by others, and the counts of a quarter. */
import { createHash } from 'node:crypto'
import type { Database, Queryable } from '@platform/service/database'
import { FACT_KINDS, type Fact } from '../../domain/reports/fact.ts'
import type { Counted } from '../../domain/reports/publish.ts'
import { quarterNumber, quarterOfNumber, type Quarter } from '../../domain/reports/quarter.ts'
import type { TableDefinition } from '../../domain/reports/tables.ts'

/** The facts of some people. */
export type FactsByPerson = ReadonlyMap<string, readonly Fact[]>

export interface FactStore {
  /** Puts these in the place of whatever there was of these people (ids of Patients), in one transaction. */
  replace(facts: FactsByPerson): Promise<void>
  /** What a table counts in a quarter, by area or organisation. */
  count(tx: Queryable, table: TableDefinition, quarter: Quarter): Promise<ReadonlyMap<string, readonly Counted[]>>
  /** Quarters of which there is any fact, in order. */
  quarters(): Promise<readonly Quarter[]>
}

/** Opens it. Words are remembered for as long as the process lives; they are never renumbered. */
export function factStore(database: Database): FactStore {
  const numbers = new Map<string, number>()

  return {
    async replace(facts) {
      const words = new Set([...facts.values()].flatMap((some) => some.flatMap(wordsIn)))
      await learn([...words].filter((word) => !numbers.has(word)))
      const people = new Map([...facts.keys()].map((patient) => [patient, personNumber(patient)]))
      const rows = [...facts.values()].flat()
      const column = (of: (fact: Fact) => number | undefined): string => numbersAsArray(rows.map(of))
      const numbered = (of: (fact: Fact) => string | undefined): string => column((fact) => numbers.get(of(fact) ?? ''))
      await database.transaction(async (tx) => {
        await tx.query({
          name: 'facts-drop',
          text: 'DELETE FROM passport.fact WHERE person = ANY($1::bigint[])',
          values: [numbersAsArray([...people.values()])],
        })
        if (rows.length === 0) return
        await tx.query({
          name: 'facts-add',
          text: ADD,
          values: [
            numbersAsArray([...facts].flatMap(([patient, some]) => some.map(() => people.get(patient)))),
            column(({ amount }) => amount),
            column(({ quarter }) => quarterNumber(quarter)),
            column(({ minutes }) => minutes),
            column(({ kind }) => kindNumber(kind)),
            numbered(({ area }) => area),
            numbered(({ organization }) => organization),
            numbered(({ sector }) => sector),
            numbered(({ setting }) => setting),
            numbered(({ what }) => what),
            numbered(({ how }) => how),
          ],
        })
      })
    },
    async count(tx, table, quarter) {
      const { rows } = await tx.query<CountedRow>({
        text: countSql(table),
        values: [quarterNumber(quarter), kindNumber(table.kind), table.how ?? null],
      })
      const known = new Map([
        [table.rows.field, new Set(table.rows.classes)],
        ...(table.columns === undefined ? [] : [[table.columns.field, new Set(table.columns.classes)] as const]),
      ])
      const shown = rows.filter(
        ({ row, column }) =>
          known.get(table.rows.field)?.has(row) === true &&
          (table.columns === undefined || known.get(table.columns.field)?.has(column ?? '') === true),
      )
      const bySubject = Map.groupBy(shown, ({ subject }) => subject)
      return new Map([...bySubject].map(([subject, some]) => [subject, some.map(toCounted)]))
    },
    async quarters() {
      const { rows } = await database.query<{ quarter: number }>({
        name: 'fact-quarters',
        // One step of the index for each quarter, not one for each fact.
        text: `WITH RECURSIVE found AS (
                 SELECT min(quarter) AS quarter FROM passport.fact
                 UNION ALL
                 SELECT (SELECT min(fact.quarter) FROM passport.fact WHERE fact.quarter > found.quarter) FROM found WHERE found.quarter IS NOT NULL)
               SELECT quarter FROM found WHERE quarter IS NOT NULL`,
      })
      return rows.map(({ quarter }) => quarterOfNumber(quarter))
    },
  }

  async function learn(words: readonly string[]): Promise<void> {
    if (words.length === 0) return
    await database.query({
      name: 'fact-words-add',
      // In one order, so that two that add the same words do not wait for each other.
      text: `INSERT INTO passport.fact_word (word) SELECT word FROM unnest($1::text[]) AS new(word)
              WHERE NOT EXISTS (SELECT FROM passport.fact_word known WHERE known.word = new.word) ORDER BY word ON CONFLICT DO NOTHING`,
      values: [words],
    })
    const { rows } = await database.query<{ id: number; word: string }>({
      name: 'fact-words',
      text: 'SELECT id, word FROM passport.fact_word WHERE word = ANY($1)',
      values: [words],
    })
    for (const { id, word } of rows) numbers.set(word, id)
  }
}

const wordsIn = ({ area, organization, sector, setting, what, how }: Fact): string[] =>
  [area, organization, sector, setting, what, how].filter((word) => word !== undefined)

/** An array as PostgreSQL writes it. The driver would look in each number for what is to be escaped, and there are hundreds of thousands. */
const numbersAsArray = (numbers: readonly (number | string | undefined)[]): string => `{${numbers.map((each) => each ?? 'NULL').join()}}`

const kindNumber = (kind: Fact['kind']): number => FACT_KINDS.indexOf(kind) + 1

/** 63 bits of a hash of the id, as a number that PostgreSQL takes. */
export const personNumber = (patient: string): string =>
  (createHash('sha256').update(`person ${patient}`).digest().readBigUInt64BE(0) >> 1n).toString()

const ADD = `
  INSERT INTO passport.fact (person, amount, quarter, minutes, kind, area, organization, sector, setting, what, how)
  SELECT * FROM unnest($1::bigint[], $2::integer[], $3::smallint[], $4::smallint[], $5::smallint[], $6::smallint[], $7::smallint[], $8::smallint[],
                       $9::smallint[], $10::smallint[], $11::smallint[])`

interface CountedRow {
  readonly subject: string
  readonly row: string
  readonly column: string | null
  readonly people: string
  readonly events: string
  readonly amount: string
  readonly timed_people: string
  readonly timed: string
  readonly minutes: string
}

/** Of whole numbers only, so that the order in which they are added does not matter. The names come from the definitions, never from a caller. */
function countSql({ of, rows, columns }: TableDefinition): string {
  return `
    SELECT subject.word AS subject, r.word AS row, ${columns === undefined ? 'NULL' : 'c.word'} AS column, counted.*
      FROM (SELECT f.${of} AS subject_id, f.${rows.field} AS row_id, ${columns === undefined ? 'NULL::smallint' : `f.${columns.field}`} AS column_id,
                   count(DISTINCT person) AS people, count(*) AS events, coalesce(sum(amount), 0) AS amount,
                   count(DISTINCT person) FILTER (WHERE minutes IS NOT NULL) AS timed_people, count(minutes) AS timed, coalesce(sum(minutes), 0) AS minutes
              FROM passport.fact f
             WHERE f.quarter = $1 AND f.kind = $2
               AND ($3::text IS NULL OR f.how = (SELECT id FROM passport.fact_word WHERE word = $3))
               AND f.${of} IS NOT NULL AND f.${rows.field} IS NOT NULL ${columns === undefined ? '' : `AND f.${columns.field} IS NOT NULL`}
             GROUP BY 1, 2, 3) counted
      JOIN passport.fact_word subject ON subject.id = counted.subject_id
      JOIN passport.fact_word r ON r.id = counted.row_id
      LEFT JOIN passport.fact_word c ON c.id = counted.column_id
     ORDER BY subject.word, r.word, c.word`
}

const toCounted = ({ row, column, people, events, amount, timed_people, timed, minutes }: CountedRow): Counted => ({
  row,
  ...(column === null ? {} : { column }),
  people: Number(people),
  events: Number(events),
  amount: Number(amount),
  timedPeople: Number(timed_people),
  timed: Number(timed),
  minutes: Number(minutes),
})
