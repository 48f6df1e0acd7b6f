/**
 * Two pages of A4 about one area and quarter: figures on the first, the rest of the figures with method and limits on the second. Tagged
 * for readers that speak, in a font that has every letter of Welsh. The same report gives the same bytes.
 */
import { fileURLToPath } from 'node:url'
import type PDFDocument from 'pdfkit'
import type { PlaceTable, Report, UnitCost } from '../../clients/reports.ts'
import { showDay } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'
import { activityOf, hiddenIn, sharesOf, totalOf } from './shares.ts'
import { BY_PLACE, label, placeOf, placesWords, quarterWords, showMoney, showNumber, showTable, type ShownTable } from './show.ts'

const font = (file: string) => fileURLToPath(new URL(`../../../assets/fonts/${file}`, import.meta.url))
const REGULAR = font('DejaVuSansCondensed.ttf')
const BOLD = font('DejaVuSansCondensed-Bold.ttf')

const MARGIN = 45
const TAG = { en: 'en-GB', cy: 'cy-GB' } as const
/** Tables whose rows are on the first page, and on the second. */
const PAGES = [
  ['outcomes', 'waits', 'refusals'],
  [
    'unmet',
    'flow',
    'feedback',
    'alerts',
    'activity-not-nhs',
    'equity-age',
    'equity-gender',
    'equity-deprivation',
    'equity-rurality',
    'equity-language',
  ],
] as const
/** Rows of one table that are printed; the CSV file has all. */
const ROWS = 9

/** What the sheet says besides the tables. */
export interface SheetFacts {
  /** Of the area, in the language of the reader. */
  readonly name: string
  readonly costs: readonly UnitCost[]
  /** Tables of places that the quarter was counted with. */
  readonly places: readonly PlaceTable[]
  readonly words: Words
}

/** The sheet as PDF 1.7. */
export async function evidenceSheet(report: Report, { name, costs, places, words }: SheetFacts): Promise<Buffer> {
  const { reports, lang } = words
  const title = `${reports.sheet.title}: ${name}, ${quarterWords(words, report.quarter)}`
  const at = new Date(report.publishedAt)
  const { default: Pdf } = await import('pdfkit') // when the first sheet is printed: a start need not wait for it
  const document = new Pdf({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    tagged: true,
    lang: TAG[lang],
    displayTitle: true,
    autoFirstPage: true,
    info: { Title: title, Author: 'Handrail', CreationDate: at, ModDate: at },
  })
  const done = collected(document)
  const root = document.struct('Document')
  document.addStructure(root)
  const width = document.page.width - 2 * MARGIN
  const floor = document.page.height - MARGIN - 24
  let top = MARGIN

  const say = (text: string, size = 8, tag: 'H1' | 'H2' | 'P' = 'P') => {
    const face = tag === 'P' ? REGULAR : BOLD
    document.font(face).fontSize(size)
    const height = document.heightOfString(text, { width })
    // What finds no room is left to the CSV file; a sheet is two pages.
    if (top + height > floor) return
    root.add(document.struct(tag, {}, () => void document.font(face).fontSize(size).text(text, MARGIN, top, { width })))
    top += height + 2
  }
  const foot = (page: number) => {
    const text = `${reports.sheet.page(page)}. ${reports.published(showDay(at, lang))}`
    root.add(
      document.struct(
        'P',
        {},
        () =>
          void document
            .font(REGULAR)
            .fontSize(7)
            .text(text, MARGIN, document.page.height - MARGIN - 16, { width, lineBreak: false }),
      ),
    )
  }
  const tables = (ids: readonly string[]) => {
    for (const id of ids) {
      const table = report.tables.find((each) => each.id === id)
      if (table === undefined || (places.length === 0 && BY_PLACE.has(id))) continue
      const shown = showTable(table, words)
      say(shown.title, 10, 'H2')
      if (shown.rows.length === 0) say(reports.nothing)
      for (const row of shown.rows.slice(0, ROWS)) say(`${row.slice(0, shown.classes).join(', ')}: ${figuresOf(row, shown)}`)
      if (shown.rows.length > ROWS) say(reports.sheet.more(shown.rows.length - ROWS))
      top += 3
    }
  }

  say(title, 15, 'H1')
  say(reports.sheet.label, 8)
  const rows = activityOf(report.tables, costs)
  say(reports.money.title, 10, 'H2')
  for (const row of rows.slice(0, 2 * ROWS)) {
    const where = placeOf(row, words)
    if (row.units === undefined || row.people === undefined) say(`${where}: ${reports.hiddenShort}`)
    else {
      const money = row.money === undefined ? reports.money.none : showMoney(row.money, words)
      say(
        `${where}: ${reports.figure.people} ${showNumber(row.people, lang)}, ${reports.figure.events} ${showNumber(row.units, lang)}, ${money}`,
      )
    }
  }
  const total = totalOf(rows)
  const sum = total.money === undefined ? reports.money.none : showMoney(total.money, words)
  say(
    `${reports.money.total}: ${reports.figure.contacts} ${showNumber(total.contacts, lang)}, ${reports.figure.bedDays} ${showNumber(total.bedDays, lang)}, ${sum}. ${reports.money.totalHint}`,
  )
  top += 3
  say(reports.share.title, 10, 'H2')
  for (const share of sharesOf(rows)) {
    const parts = (['contacts', 'people', 'bedDays', 'money'] as const).flatMap((each) =>
      share[each] === undefined ? [] : [`${reports.figure[each]} ${share[each]}%`],
    )
    say(`${placeOf(share, words)}: ${parts.join(', ')}`)
  }
  top += 3
  tables(PAGES[0])
  foot(1)

  document.addPage()
  top = MARGIN
  say(reports.sheet.method, 12, 'H1')
  for (const paragraph of reports.meaning.paragraphs) say(paragraph, 7.5)
  const { hidden, all } = hiddenIn(report.tables)
  say(`${reports.complete(hidden, all)} ${reports.notStated} ${reports.notCounted} ${placesWords(places, words).join(' ')}`, 7.5)
  for (const cost of costs)
    say(`${reports.costs.title}: ${label(words, cost.sector)}, ${cost.setting === undefined ? reports.costs.everySetting : label(words, cost.setting)}, ${cost.unit === 'contact' ? reports.costs.contact : reports.costs.bedDay}: ${showMoney(cost, words)}. ${cost.source} (${cost.priceYear})`, 7.5) // prettier-ignore
  top += 3
  tables(PAGES[1])
  say(`${reports.sheet.digest}: ${report.digest}`, 6.5)
  foot(2)
  root.end()
  document.end()
  return done
}

const figuresOf = (row: readonly string[], { heads, classes }: ShownTable): string =>
  row
    .slice(classes)
    .map((value, index) => `${heads[classes + index] ?? ''} ${value}`)
    .join(', ')

function collected(document: InstanceType<typeof PDFDocument>): Promise<Buffer> {
  const parts: Buffer[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  document.on('data', (part: Buffer) => parts.push(part))
  document.on('end', () => resolve(Buffer.concat(parts)))
  document.on('error', reject)
  return promise
}
