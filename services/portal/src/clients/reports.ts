/** Published reports and unit costs, as the record gives them to a signed-in person. Small numbers were hidden before they come here. */
import { recordRefused, refuse } from '../errors.ts'
import { askAs } from './ask-as.ts'

/** A figure of a cell. */
export type Figure = 'people' | 'events' | 'amount' | 'mean-amount' | 'mean-minutes'

/** Nothing; hidden, because 1 to 7 people are behind it; or figures. */
export type Cell = 0 | '*' | Readonly<Partial<Record<Figure, number>>>

/** A table as it was published; a table of one dimension has one cell a row, without a class. */
export interface PublishedTable {
  readonly id: string
  readonly rows: readonly { readonly class: string; readonly cells: readonly { readonly class?: string; readonly is: Cell }[] }[]
}

/** A report of one quarter about one area or organisation. */
export interface Report {
  /** `2026-Q3` */
  readonly quarter: string
  readonly subject: string
  readonly tables: readonly PublishedTable[]
  readonly publishedAt: string
  readonly digest: string
}

/** Where a table from postcodes to deprivation is from. */
export interface PlaceTable {
  readonly nation: string
  readonly name: string
  readonly edition: string
  readonly licence: string
}

/** What there is to choose from. */
export interface ReportIndex {
  readonly areas: readonly { readonly id: string; readonly name: { readonly en: string; readonly cy: string } }[]
  /** The newest first. */
  readonly quarters: readonly {
    readonly quarter: string
    readonly publishedAt: string
    readonly readTo: string
    /** Tables of places that it was counted with; none: nothing of it is counted by place. */
    readonly places: readonly PlaceTable[]
  }[]
}

/** What one unit costs. Money in pence. */
export interface UnitCost {
  readonly sector: string
  readonly setting?: string
  readonly unit: 'contact' | 'bed-day'
  readonly low: number
  readonly central: number
  readonly high: number
  readonly source: string
  readonly priceYear: number
}

/** What a signed-in person may read and enter. Each refuses with SESSION_ENDED, NOT_ALLOWED, NOT_FOUND or RECORD_UNAVAILABLE. */
export interface PersonalReports {
  index(): Promise<ReportIndex>
  ofArea(quarter: string, area: string): Promise<Report>
  /** Of the organisation that the person acts for. */
  own(quarter: string): Promise<Report>
  costs(): Promise<readonly UnitCost[]>
  /** @throws RECORD_REFUSED */
  enterCost(cost: UnitCost): Promise<void>
}

/** Opens a person's view of the reports. */
export type ReportClient = (token: string) => PersonalReports

const WRITTEN = /^[a-zA-Z0-9-]{1,64}$/

/** @param baseUrl where the record is, such as `http://127.0.0.1:8080`; reports are at this followed by /reports */
export function reportClient(baseUrl: string): ReportClient {
  const asking = askAs(`${baseUrl}/reports`, (body) => (body === undefined ? refuse.NOT_FOUND() : recordRefused([], undefined)))
  return (token) => {
    const ask = <T>(path: string, body?: object) => asking<T>(token, path, body)
    const named = (...names: readonly string[]) => {
      if (names.some((name) => !WRITTEN.test(name))) throw refuse.NOT_FOUND()
      return names
    }
    return {
      index: () => ask<ReportIndex>(''),
      async ofArea(quarter, area) {
        const [q = '', a = ''] = named(quarter, area)
        return ask<Report>(`/${q}/areas/${a}`)
      },
      async own(quarter) {
        const [q = ''] = named(quarter)
        return ask<Report>(`/${q}/own`)
      },
      costs: async () => (await ask<{ costs: readonly UnitCost[] }>('/unit-costs')).costs,
      async enterCost(cost) {
        await ask('/unit-costs', cost)
      },
    }
  }
}
