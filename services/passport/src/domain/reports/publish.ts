/**
 * From counts to what may be published: the small-number rule, cell by cell. A cell is shown by its own count alone, and everything else
 * that is ever said (totals, shares, money, charts) is computed from what is shown.
 *
 * NHS England, Hospital Episode Statistics, disclosure control below national level: 1 to 7 are hidden, 0 is shown, others are rounded
 * to the nearest 5, and averages are given from 8 on. Hazard HAZ-C01.
 */
import type { FactOfPerson } from './fact.ts'
import { classOf, type Figure, type TableDefinition } from './tables.ts'

/** People from which on a cell is shown. */
export const FEWEST_PEOPLE = 8

/** The counts of one cell as they are. They never leave the record. */
export interface Counted {
  readonly row: string
  readonly column?: string
  readonly people: number
  readonly events: number
  readonly amount: number
  /** People whose minutes are recorded, how often, and how many in all. */
  readonly timedPeople: number
  readonly timed: number
  readonly minutes: number
}

/** A cell as it is published: nothing, too few people to say, or figures. */
export type Cell = 0 | '*' | Readonly<Partial<Record<Figure, number>>>

/** A table as it is published. */
export interface PublishedTable {
  readonly id: string
  readonly rows: readonly { readonly class: string; readonly cells: readonly { readonly class?: string; readonly is: Cell }[] }[]
}

/** Rounded to the nearest five. */
export const toNearestFive = (count: number): number => Math.round(count / 5) * 5

/** One table of one area or organisation. Cells that nothing was counted for are 0. */
export function publishTable(table: TableDefinition, counted: readonly Counted[]): PublishedTable {
  const cells = new Map(counted.map((one) => [`${one.row} ${one.column ?? ''}`, one]))
  const cellAt = (row: string, column?: string) => publishCell(table, cells.get(`${row} ${column ?? ''}`))
  return {
    id: table.id,
    rows: table.rows.classes.map((row) => ({
      class: row,
      cells: table.columns?.classes.map((column) => ({ class: column, is: cellAt(row, column) })) ?? [{ is: cellAt(row) }],
    })),
  }
}

function publishCell({ figures }: TableDefinition, counted: Counted | undefined): Cell {
  if (counted === undefined || counted.people === 0) return 0
  // By people, not by events: forty contacts of three people are as telling as the three.
  if (counted.people < FEWEST_PEOPLE) return '*'
  const of: Readonly<Record<Figure, number | undefined>> = {
    people: toNearestFive(counted.people),
    events: toNearestFive(counted.events),
    amount: toNearestFive(counted.amount),
    'mean-amount': Math.round(counted.amount / counted.events),
    'mean-minutes': counted.timedPeople < FEWEST_PEOPLE ? undefined : Math.round(counted.minutes / counted.timed),
  }
  return Object.fromEntries(figures.flatMap((figure) => (of[figure] === undefined ? [] : [[figure, of[figure]]])))
}

/** What a table counts among facts of one quarter, for one area or organisation. The database counts the same. */
export function countFacts(table: TableDefinition, subject: string, facts: readonly FactOfPerson[]): readonly Counted[] {
  const groups = Map.groupBy(
    facts.filter(
      (fact) =>
        fact.kind === table.kind && (table.how === undefined || fact.how === table.how) && fact[table.of] === subject && inTable(fact),
    ),
    (fact) => `${classOf(fact, table.rows) ?? ''} ${table.columns === undefined ? '' : (classOf(fact, table.columns) ?? '')}`,
  )
  return [...groups].map(([key, some]) => {
    const [row = '', column = ''] = key.split(' ')
    const timed = some.filter(({ minutes }) => minutes !== undefined)
    return {
      row,
      ...(column === '' ? {} : { column }),
      people: peopleIn(some),
      events: some.length,
      amount: sum(some.map(({ amount = 0 }) => amount)),
      timedPeople: peopleIn(timed),
      timed: timed.length,
      minutes: sum(timed.map(({ minutes = 0 }) => minutes)),
    }
  })

  function inTable(fact: FactOfPerson): boolean {
    return classOf(fact, table.rows) !== undefined && (table.columns === undefined || classOf(fact, table.columns) !== undefined)
  }
}

const peopleIn = (facts: readonly FactOfPerson[]): number => new Set(facts.map(({ person }) => person)).size
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
