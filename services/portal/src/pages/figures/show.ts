/** Tables, charts, money and CSV of a report in words. Everything is made of the published tables and of the unit costs. */
import { stringify } from 'csv-stringify/sync'
import type { Cell, Figure, PlaceTable, PublishedTable, Report } from '../../clients/reports.ts'
import type { Words } from '../../words/words.ts'
import type { Money, Share } from './shares.ts'

/** A table of a page: heads, rows, and what a screen reader says of it. */
export interface ShownTable {
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly heads: readonly string[]
  /** How many of the columns name the class; the others are figures. */
  readonly classes: number
  readonly rows: readonly (readonly string[])[]
}

/** A code in the words of the reader. */
export const label = (words: Words, code: string): string =>
  (words.reports.label as Readonly<Record<string, string>>)[code] ?? placeLabel(words, code) ?? code

/** A group of places, such as `wimd-1` or `wales-rural`: the nation is always said, for no two nations' are one group. */
function placeLabel({ reports: { place } }: Words, code: string): string | undefined {
  const [, of = '', group = ''] = /^(.+)-(\w+)$/.exec(code) ?? []
  const [index, fifth, nation, rurality] = [place.index, place.fifth, place.nation, place.rurality].map(
    (names, nth) => (names as Readonly<Record<string, string>>)[nth % 2 === 0 ? of : group],
  )
  if (index !== undefined && fifth !== undefined) return `${index}: ${fifth}`
  return nation === undefined || rurality === undefined ? undefined : `${nation}: ${rurality}`
}

/** Where the tables of places are from, with the attribution that their licences ask for; what is missing, and what mends it, where there is none. */
export const placesWords = (places: readonly PlaceTable[], { reports: { place } }: Words): readonly string[] =>
  places.length === 0
    ? [place.none]
    : [
        ...places.map(
          ({ nation, name, edition, licence }) =>
            `${(place.nation as Readonly<Record<string, string>>)[nation] ?? nation}: ${name}, ${edition}. ${licence}.`,
        ),
        place.apart,
      ]

/** Tables that are empty where no table of places was loaded, which says nothing of anybody. */
export const BY_PLACE: ReadonlySet<string> = new Set(['equity-deprivation', 'equity-rurality'])

/** `July to September 2026` */
export function quarterWords({ reports }: Words, quarter: string): string {
  const [year = '', part = ''] = quarter.split('-Q')
  return reports.quarter(part, year)
}

/** Figures each table shows, in order, with the word above the column. */
const FIGURES: Readonly<Record<string, readonly (readonly [Figure, keyof Words['reports']['figure']])[]>> = {
  'activity-nhs': [
    ['people', 'people'],
    ['events', 'contacts'],
    ['mean-minutes', 'mean-minutes'],
  ],
  'activity-not-nhs': [
    ['people', 'people'],
    ['events', 'contacts'],
    ['mean-minutes', 'mean-minutes'],
  ],
  'bed-days': [
    ['people', 'people'],
    ['events', 'stays'],
    ['amount', 'amount'],
  ],
  waits: [
    ['people', 'people'],
    ['events', 'events'],
    ['mean-amount', 'days'],
  ],
  'equity-language': [['people', 'people']],
  'equity-age': [['people', 'people']],
  'equity-gender': [['people', 'people']],
  'equity-deprivation': [['people', 'people']],
  'equity-rurality': [['people', 'people']],
  'own-activity': [
    ['people', 'people'],
    ['events', 'contacts'],
    ['mean-minutes', 'mean-minutes'],
  ],
  'own-outcomes': [
    ['people', 'people'],
    ['mean-amount', 'change'],
  ],
  'own-waits': [
    ['people', 'people'],
    ['mean-amount', 'days'],
  ],
}
/** What the classes of each table are, rows first. */
const DIMENSIONS: Readonly<Record<string, readonly (keyof Words['reports']['dimension'])[]>> = {
  'activity-nhs': ['sector', 'setting'],
  'activity-not-nhs': ['sector', 'setting'],
  'bed-days': ['sector'],
  outcomes: ['sector', 'change'],
  waits: ['sector'],
  refusals: ['reason', 'sector'],
  unmet: ['service', 'reason'],
  flow: ['sender', 'asked'],
  alerts: ['role', 'state'],
  feedback: ['question', 'answer'],
  'equity-language': ['language'],
  'equity-age': ['age'],
  'equity-gender': ['gender'],
  'equity-deprivation': ['deprivation'],
  'equity-rurality': ['rurality'],
  'own-activity': ['kind'],
  'own-outcomes': ['measure'],
  'own-waits': ['service'],
}
const USUAL = [
  ['people', 'people'],
  ['events', 'events'],
] as const

/** One row for each cell with anything in it. */
export function showTable(table: PublishedTable, words: Words): ShownTable {
  const { reports } = words
  const figures = FIGURES[table.id] ?? USUAL
  const rows = table.rows.flatMap((row) =>
    row.cells.flatMap(({ class: column, is }) =>
      is === 0
        ? []
        : [
            [
              label(words, row.class),
              ...(column === undefined ? [] : [label(words, column)]),
              ...figures.map(([figure]) => showFigure(is, figure, table.id, words)),
            ],
          ],
    ),
  )
  return {
    id: table.id,
    title: reports.tables[table.id as keyof typeof reports.tables] ?? table.id,
    hint: reports.hints[table.id as keyof typeof reports.hints] ?? '',
    heads: [
      ...(DIMENSIONS[table.id] ?? ['kind' as const]).map((word) => reports.dimension[word]),
      ...figures.map(([, word]) => reports.figure[word]),
    ],
    classes: (DIMENSIONS[table.id] ?? ['kind']).length,
    rows,
  }
}

function showFigure(cell: Cell, figure: Figure, table: string, { reports, lang }: Words): string {
  if (cell === 0) return '0'
  if (cell === '*') return reports.hiddenShort
  const value = cell[figure]
  if (value === undefined) return '–'
  // A change is kept in hundredths of the unit of its measure.
  return table === 'own-outcomes' && figure === 'mean-amount' ? showNumber(value / 100, lang, 1) : showNumber(value, lang)
}

/** `1,250` */
export const showNumber = (value: number, lang: string, decimals = 0): string => formatOf(lang, decimals).format(value)

/** Made once: making one takes longer than a page of numbers. */
const FORMATS = new Map<string, Intl.NumberFormat>()

function formatOf(lang: string, decimals: number): Intl.NumberFormat {
  const key = `${lang} ${decimals}`
  const known = FORMATS.get(key)
  if (known !== undefined) return known
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  const made = new Intl.NumberFormat(lang === 'cy' ? 'cy-GB' : 'en-GB', options)
  FORMATS.set(key, made)
  return made
}

/** A range of money in whole pounds. */
export const showMoney = ({ low, central, high }: Money, { reports, lang }: Words): string => {
  const [a, b, c] = [low, central, high].map((pence) => showNumber(Math.round(pence / 100), lang))
  return reports.money.range(a ?? '', b ?? '', c ?? '')
}

/** `NHS, Clinic`; of bed days, `NHS, Bed days`. */
export const placeOf = ({ sector, setting }: { readonly sector: string; readonly setting?: string }, words: Words): string =>
  `${label(words, sector)}, ${setting === undefined ? words.reports.figure.bedDays : label(words, setting)}`

/** One bar of the chart. */
export interface Bar {
  readonly label: string
  readonly percent: number
  /** Which series, from 0: each has a pattern of its own besides its colour. */
  readonly series: number
  readonly y: number
  readonly width: number
}

/** The chart of shares: bars in percent of 100 units, made on the server, with the table beside it that says the same. */
export function chartOf(
  shares: readonly Share[],
  words: Words,
): { readonly height: number; readonly groups: readonly { readonly title: string; readonly y: number; readonly bars: readonly Bar[] }[] } {
  const series = ['contacts', 'people', 'bedDays', 'money'] as const
  const names = [words.reports.figure.contacts, words.reports.figure.people, words.reports.figure.bedDays, words.reports.figure.money]
  const groups: { title: string; y: number; bars: Bar[] }[] = []
  let y = 0
  for (const share of shares) {
    const bars: Bar[] = []
    const top = y
    y += 22
    for (const [index, name] of series.entries()) {
      const percent = share[name]
      if (percent === undefined) continue
      bars.push({ label: `${names[index] ?? ''} ${percent}%`, percent, series: index, y, width: percent * 2 })
      y += 20
    }
    groups.push({ title: placeOf(share, words), y: top + 14, bars })
    y += 10
  }
  return { height: Math.max(y, 10), groups }
}

/** Every table in one file: a row for each cell, codes as they are, `*` for what is hidden. https://www.rfc-editor.org/rfc/rfc4180 */
export function toCsv({ quarter, subject, tables }: Report): string {
  const columns = ['quarter', 'subject', 'table', 'row', 'column', 'people', 'number', 'bed_days', 'mean', 'mean_minutes']
  const rows = tables.flatMap(({ id, rows: own }) =>
    own.flatMap((row) =>
      row.cells.map(({ class: column = '', is }) => {
        const value = (figure: Figure) => (is === 0 ? '0' : is === '*' ? '*' : (is[figure]?.toString() ?? ''))
        return [
          quarter,
          subject,
          id,
          row.class,
          column,
          value('people'),
          value('events'),
          value('amount'),
          value('mean-amount'),
          value('mean-minutes'),
        ]
      }),
    ),
  )
  return stringify([columns, ...rows])
}
