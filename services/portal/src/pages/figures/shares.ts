/** Totals, shares and money of a report: computed from the figures that are shown, and from nothing else. Pure. HAZ-C01 */
import type { Cell, Figure, PublishedTable, UnitCost } from '../../clients/reports.ts'

/** Money in pence, as a range. */
export interface Money {
  readonly low: number
  readonly central: number
  readonly high: number
}

/** One row of activity and money. */
export interface Activity {
  readonly sector: string
  /** Absent: bed days of the sector. */
  readonly setting?: string
  readonly unit: 'contact' | 'bed-day'
  /** Hidden figures are absent. */
  readonly people?: number
  readonly units?: number
  readonly minutes?: number
  /** Absent where nobody entered a cost. */
  readonly money?: Money
}

/** What each place of care has of all that is shown, in percent. */
export interface Share {
  readonly sector: string
  /** Absent: bed days of the sector. */
  readonly setting?: string
  readonly contacts?: number
  readonly people?: number
  readonly bedDays?: number
  readonly money?: number
}

/** A figure of a cell that is shown. */
export const figureOf = (cell: Cell, figure: Figure): number | undefined => (cell === 0 ? 0 : cell === '*' ? undefined : cell[figure])

const tableIn = (tables: readonly PublishedTable[], id: string) => tables.find((table) => table.id === id)

/** Rows of what the NHS pays for, contacts by sector and setting and then bed days; rows without anything are left out. */
export function activityOf(tables: readonly PublishedTable[], costs: readonly UnitCost[]): readonly Activity[] {
  const contacts = (tableIn(tables, 'activity-nhs')?.rows ?? []).flatMap(({ class: sector, cells }) =>
    cells.flatMap(({ class: setting = '', is }): Activity[] =>
      is === 0 ? [] : [{ ...activity(is, 'events', costs, { sector, setting, unit: 'contact' }) }],
    ),
  )
  const stays = (tableIn(tables, 'bed-days')?.rows ?? []).flatMap(({ class: sector, cells }) =>
    cells.flatMap(({ is }): Activity[] => (is === 0 ? [] : [{ ...activity(is, 'amount', costs, { sector, unit: 'bed-day' }) }])),
  )
  return [...contacts, ...stays]
}

function activity(cell: Cell, units: Figure, costs: readonly UnitCost[], what: Pick<Activity, 'sector' | 'setting' | 'unit'>): Activity {
  if (cell === '*' || cell === 0) return what
  const [people, count, minutes] = [cell.people, cell[units], cell['mean-minutes']]
  const cost = costFor(costs, what)
  return {
    ...what,
    ...(people === undefined ? {} : { people }),
    ...(count === undefined ? {} : { units: count }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(cost === undefined || count === undefined ? {} : { money: times(cost, count) }),
  }
}

/** The cost of the setting, else that of the whole sector. */
function costFor(costs: readonly UnitCost[], { sector, setting, unit }: Pick<Activity, 'sector' | 'setting' | 'unit'>) {
  const of = costs.filter((cost) => cost.sector === sector && cost.unit === unit)
  return of.find((cost) => cost.setting === setting) ?? of.find((cost) => cost.setting === undefined)
}

const times = ({ low, central, high }: Money, count: number): Money => ({ low: low * count, central: central * count, high: high * count })

/** The sum of what is shown. */
export function totalOf(rows: readonly Activity[]): { readonly contacts: number; readonly bedDays: number; readonly money?: Money } {
  const sum = (some: readonly (number | undefined)[]) => some.reduce<number>((total, one = 0) => total + one, 0)
  const money = rows.flatMap((row) => row.money ?? [])
  return {
    contacts: sum(rows.filter(({ unit }) => unit === 'contact').map(({ units }) => units)),
    bedDays: sum(rows.filter(({ unit }) => unit === 'bed-day').map(({ units }) => units)),
    ...(money.length === 0
      ? {}
      : {
          money: {
            low: sum(money.map(({ low }) => low)),
            central: sum(money.map(({ central }) => central)),
            high: sum(money.map(({ high }) => high)),
          },
        }),
  }
}

/** The same services counted by contact, by person, by bed day and by money: each place's part of what is shown. */
export function sharesOf(rows: readonly Activity[]): readonly Share[] {
  const columns = {
    contacts: (row: Activity) => (row.unit === 'contact' ? row.units : undefined),
    people: (row: Activity) => row.people,
    bedDays: (row: Activity) => (row.unit === 'bed-day' ? row.units : undefined),
    money: (row: Activity) => row.money?.central,
  } as const
  const whole = Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, add(rows, of)]))
  return rows
    .filter(({ units }) => units !== undefined)
    .map((row) => {
      const parts = Object.entries(columns).flatMap(([name, of]) => {
        const all = whole[name] ?? 0
        return of(row) === undefined || all === 0 ? [] : [[name, Math.round(((of(row) ?? 0) / all) * 100)] as const]
      })
      const { sector, setting } = row
      return { sector, ...(setting === undefined ? {} : { setting }), ...Object.fromEntries(parts) }
    })
}

const add = (rows: readonly Activity[], of: (row: Activity) => number | undefined): number =>
  rows.reduce((total, row) => total + (of(row) ?? 0), 0)

/** How many cells have anything in them, and how many of these are hidden. */
export function hiddenIn(tables: readonly PublishedTable[]): { readonly hidden: number; readonly all: number } {
  const cells = tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells.map(({ is }) => is)))
  return { hidden: cells.filter((cell) => cell === '*').length, all: cells.filter((cell) => cell !== 0).length }
}
