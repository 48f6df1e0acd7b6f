/** What a unit of activity costs, as people entered it. */
import type { Database } from '@platform/service/database'
import type { UnitCost } from '../../domain/reports/unit-cost.ts'

/** An entry with who made it, and when. */
export interface EnteredCost extends UnitCost {
  readonly enteredBy: string
  readonly enteredAt: Date
}

export interface UnitCosts {
  enter(cost: UnitCost, entry: { readonly by: string; readonly at: Date }): Promise<void>
  /** The latest entry for each sector, setting and unit. */
  latest(): Promise<readonly EnteredCost[]>
}

/** Unit costs as people entered them, each with its range and source; the latest of a unit counts. */
export function unitCostsIn(database: Database): UnitCosts {
  return {
    async enter({ sector, setting, unit, low, central, high, source, priceYear }, { by, at }) {
      await database.query({
        name: 'unit-cost-enter',
        text: `INSERT INTO passport.unit_cost (sector, setting, unit, low, central, high, source, price_year, entered_by, entered_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        values: [sector, setting ?? null, unit, low, central, high, source, priceYear, by, at],
      })
    },
    async latest() {
      const { rows } = await database.query<CostRow>({
        name: 'unit-costs-latest',
        text: `SELECT DISTINCT ON (sector, setting, unit) sector, setting, unit, low, central, high, source, price_year, entered_by, entered_at
                 FROM passport.unit_cost ORDER BY sector, setting, unit, id DESC`,
      })
      return rows.map(({ setting, price_year, entered_by, entered_at, ...row }) => ({
        ...row,
        ...(setting === null ? {} : { setting }),
        priceYear: price_year,
        enteredBy: entered_by,
        enteredAt: entered_at,
      }))
    },
  }
}

interface CostRow {
  readonly sector: string
  readonly setting: string | null
  readonly unit: 'contact' | 'bed-day'
  readonly low: number
  readonly central: number
  readonly high: number
  readonly source: string
  readonly price_year: number
  readonly entered_by: string
  readonly entered_at: Date
}
