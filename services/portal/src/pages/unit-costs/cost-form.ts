/** A unit cost as it is entered: pounds as people write them, a range, and a source. Nothing is filled in. */
import type { UnitCost } from '../../clients/reports.ts'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import { codesOf } from '../../knowledge/catalogue.ts'
import type { Words } from '../../words/words.ts'

/** Fields as entered, to be shown again. */
export type EnteredCost = Readonly<Record<'sector' | 'setting' | 'unit' | 'low' | 'central' | 'high' | 'source' | 'priceYear', string>>

/** What the form holds: the cost, or what is wrong with it. */
export interface ReadCost {
  readonly entered: EnteredCost
  readonly problems: Problems
  readonly cost?: UnitCost
}

/** Sectors and settings that can be chosen. */
export const CHOICES = { sectors: codesOf('sector'), settings: codesOf('setting') } as const

/** Reads the form. */
export function readCost(body: unknown, { reports: { costs: words } }: Words): ReadCost {
  const of = (name: string) => textIn(body, name)
  const entered: EnteredCost = {
    sector: of('sector'),
    setting: of('setting'),
    unit: of('unit'),
    low: of('low'),
    central: of('central'),
    high: of('high'),
    source: of('source'),
    priceYear: of('priceYear'),
  }
  const found = problems()
  const { sector, setting, unit, source } = entered
  if (!CHOICES.sectors.includes(sector)) found.add('sector', words.noSector)
  if (setting !== '' && !CHOICES.settings.includes(setting)) found.add('setting', words.choose)
  if (unit !== 'contact' && unit !== 'bed-day') found.add('unit', words.noUnit)
  const [low, central, high] = (['low', 'central', 'high'] as const).map((name) => {
    const pence = toPence(entered[name])
    if (pence === undefined) found.add(name, words.noMoney)
    return pence
  })
  if (low !== undefined && central !== undefined && high !== undefined && (low > central || central > high)) found.add('low', words.falls)
  if (source === '') found.add('source', words.noSource)
  const year = /^20\d\d$/.test(entered.priceYear) ? Number(entered.priceYear) : undefined
  if (year === undefined) found.add('priceYear', words.noYear)
  if (found.list.length > 0 || low === undefined || central === undefined || high === undefined || year === undefined)
    return { entered, problems: found }
  if (unit !== 'contact' && unit !== 'bed-day') return { entered, problems: found }
  const cost: UnitCost = { sector, ...(setting === '' ? {} : { setting }), unit, low, central, high, source, priceYear: year }
  return { entered, problems: found, cost }
}

/** `1,062.50` pounds are 106250 pence; nothing where it is no amount. */
export function toPence(text: string): number | undefined {
  const [, pounds, pence = ''] = /^£?\s*(\d{1,7}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/.exec(text) ?? []
  return pounds === undefined ? undefined : Number(pounds.replaceAll(',', '')) * 100 + Number(pence.padEnd(2, '0'))
}
