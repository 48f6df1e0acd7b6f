/** A sheet as PDF: one side, or more where it goes on, tagged for readers that speak, in a font that has every letter of Welsh. The same sheet gives the same bytes. */
import type PDFDocument from 'pdfkit'
import QRCode from 'qrcode'
import type { Sheet, SheetLine } from '../domain/share/printed-sheet.ts'
import { TAG } from '../domain/summary/words.ts'
import { PRINT_FONTS } from './print-fonts.ts'

const { regular: REGULAR, bold: BOLD } = PRINT_FONTS

/** Points in a millimetre. */
const MM = 72 / 25.4
/** A card of ISO/IEC 7810 ID-1 with its back beside it, to be folded. */
const CARD = { width: 2 * 85.6 * MM, height: 54 * MM }

interface Layout {
  readonly size: 'A4' | [number, number]
  readonly margin: number
  /** Type sizes in points that are tried, the largest first: 12 is the least that clear print allows on a page. */
  readonly sizes: readonly number[]
  /** Side of the code. 69 modules on 35 mm are half a millimetre each. */
  readonly code: number
}

const LAYOUT: Readonly<Record<'a4' | 'card', Layout>> = {
  a4: { size: 'A4', margin: 14 * MM, sizes: [16, 15, 14, 13, 12], code: 46 * MM },
  card: { size: [CARD.width, CARD.height], margin: 3 * MM, sizes: [9, 8, 7, 6], code: 38 * MM },
}

export interface PrintFacts {
  readonly form: 'a4' | 'card'
  /** When it was printed, in the document's own properties. */
  readonly at: Date
  /** What the code says; no code without it. */
  readonly link?: string | undefined
}

type Document = InstanceType<typeof PDFDocument>

/** One page of PDF 1.7. */
export const printSheet = (sheet: Sheet, facts: PrintFacts): Promise<Buffer> =>
  printSheets([sheet], `${sheet.title}: ${sheet.person}`, facts)

/** A sheet of PDF 1.7 for each of several people; all in the language of the first. */
export async function printSheets(sheets: readonly Sheet[], title: string, facts: PrintFacts): Promise<Buffer> {
  const { size, margin } = LAYOUT[facts.form]
  const { default: Pdf } = await import('pdfkit') // when the first sheet is printed: a start need not wait for it
  const document = new Pdf({
    size,
    margin,
    autoFirstPage: false,
    pdfVersion: '1.7',
    tagged: true,
    lang: TAG[sheets[0]?.language ?? 'en'],
    displayTitle: true,
    info: { Title: title, Author: 'Handrail', CreationDate: facts.at, ModDate: facts.at },
  })
  const done = collected(document)
  const root = document.struct('Document')
  document.addStructure(root)
  for (const sheet of sheets) {
    document.addPage()
    draw(document, root, sheet, facts)
  }
  root.end()
  document.end()
  return done
}

/** Draws a sheet on the page that is open: never more than one side, but for a copy that has to do while there is nothing else to look at. */
function draw(document: Document, root: PDFKit.PDFStructureElement, sheet: Sheet, { form, link }: PrintFacts): void {
  const { margin, sizes, code } = LAYOUT[form]
  const { width, height } = document.page
  const text = form === 'a4' ? { left: margin, width: width - 2 * margin } : { left: margin, width: width / 2 - 2 * margin }
  const beside = form === 'a4' ? { left: width - margin - code, top: margin } : { left: width / 2 + (width / 2 - code) / 2, top: margin }

  // The head stands beside the code on a page, and above the words on a card.
  const head = form === 'a4' ? text.width - code - 4 * MM : text.width
  const bottom = height - margin
  const fits = (type: number) => headHeight(document, sheet, { type, width: head, form, code }) + heightOf(document, sheet, type, text.width) <= bottom - margin // prettier-ignore
  const type = sizes.find(fits) ?? sizes.at(-1) ?? 12

  const add = (tag: string, line: SheetLine, at_: { left: number; top: number; width: number; size: number }): number => {
    document.font(line.strong ? BOLD : REGULAR).fontSize(at_.size)
    const options = { width: at_.width, lineGap: 0 }
    root.add(
      document.struct(tag, line.lang === undefined ? {} : { lang: line.lang }, () => {
        document
          .font(line.strong ? BOLD : REGULAR)
          .fontSize(at_.size)
          .text(line.text, at_.left, at_.top, options)
      }),
    )
    return at_.top + document.heightOfString(line.text, options)
  }

  let top = margin
  for (const { tag, line, scale } of headOf(sheet, form)) top = add(tag, line, { left: text.left, top, width: head, size: type * scale })
  const other: Column = { left: width / 2 + margin, top: link === undefined ? margin : beside.top + code + 1, width: text.width }
  if (link !== undefined) root.add(document.struct('Figure', { alt: sheet.codeAlt }, () => drawCode(document, link, { ...beside, side: code }))) // prettier-ignore
  if (form === 'a4' && link !== undefined) top = Math.max(top, margin + code)
  // A card says its date with a code and without one. HAZ-P13
  const foot = form === 'card' ? cardFoot(sheet) : []
  const below = foot.reduce((from, { line, size }) => add('P', line, { ...other, top: from, size }), other.top)
  const columns: Column[] = [
    { left: text.left, top: top + type / 3, width: text.width },
    ...(form === 'card' ? [{ ...other, top: below + type / 3 }] : []),
  ]

  const lines = sheet.blocks.flatMap(({ title, lines: own }) => [
    ...(title === '' ? [] : [{ tag: 'H2', line: { text: title, strong: true }, scale: 1.1 }]),
    ...own.map((line) => ({ tag: 'P', line, scale: 1 })),
  ])
  // The last line of the page is kept free, so that what found no room is said.
  const reserved = document
    .font(BOLD)
    .fontSize(type)
    .heightOfString(sheet.goesOn?.overleaf ?? sheet.more(99), { width: text.width })
  let side = 1
  const [first, ...others] = columns.filter((one) => one.top + reserved <= bottom)
  let column = first ?? { ...text, top }
  for (const [index, { tag, line, scale }] of lines.entries()) {
    const following = tag === 'H2' ? lines[index + 1] : undefined
    // A heading stands over the first line of what it is the heading of.
    const next = [{ line, scale }, ...(following === undefined ? [] : [following])].reduce(
      (sum, each) => sum + measured(document, each.line, type * each.scale, text.width),
      0,
    )
    const last = index + (following === undefined ? 1 : 2) >= lines.length
    const hasRoom = ({ top: from }: Column, kept: number): boolean => from + next <= bottom - kept
    if (!hasRoom(column, last || others.length > 0 ? 0 : reserved)) column = others.shift() ?? column
    if (!hasRoom(column, last || others.length > 0 ? 0 : reserved) && sheet.goesOn !== undefined) {
      add('P', { text: sheet.goesOn.overleaf, strong: true }, { ...column, size: type })
      document.addPage()
      side += 1
      const below = add('P', { text: sheet.goesOn.side(side), strong: true }, { ...text, top: margin, size: type })
      column = { ...text, top: below + type / 3 }
    } else if (!hasRoom(column, last || others.length > 0 ? 0 : reserved)) {
      const left = lines.slice(index).filter((each) => each.tag === 'P').length
      add('P', { text: sheet.more(left), strong: true }, { ...column, size: type })
      break
    }
    column = { ...column, top: add(tag, line, { ...column, size: type * scale }) }
  }
}

/** Where lines stand under each other: a page has one of them, a card one on each half. */
interface Column {
  readonly left: number
  readonly top: number
  readonly width: number
}

interface HeadLine {
  readonly tag: 'H1' | 'P'
  readonly line: SheetLine
  readonly scale: number
}

function headOf({ title, person, facts, made, check, until, withoutCode }: Sheet, form: 'a4' | 'card'): HeadLine[] {
  const strong = (text: string, scale: number, tag: HeadLine['tag'] = 'P'): HeadLine => ({ tag, line: { text, strong: true }, scale })
  const plain = (text: string): HeadLine => ({ tag: 'P', line: { text, strong: false }, scale: 1 })
  if (form === 'card') return [strong(`${person} – ${title}`, 1.1, 'H1'), plain(facts)]
  return [
    strong(title, 1.3, 'H1'),
    strong(person, 1.2),
    plain(facts),
    strong(made, 1.3),
    strong(check, 1),
    until === undefined ? plain(withoutCode) : strong(until, 1.1),
  ]
}

const cardFoot = ({ made, check, until }: Sheet): { line: SheetLine; size: number }[] => [
  { line: { text: made, strong: true }, size: 8 },
  { line: { text: `${until ?? ''} ${check}`.trim(), strong: false }, size: 5.5 },
]

function headHeight(
  document: Document,
  sheet: Sheet,
  { type, width, form, code }: { type: number; width: number; form: 'a4' | 'card'; code: number },
): number {
  const words = headOf(sheet, form).reduce((sum, { line, scale }) => sum + measured(document, line, type * scale, width), 0)
  return (form === 'a4' ? Math.max(words, code) : words) + type / 3
}

const heightOf = (document: Document, { blocks }: Sheet, type: number, width: number): number =>
  blocks.reduce(
    (sum, { title, lines }) =>
      sum +
      (title === '' ? 0 : measured(document, { text: title, strong: true }, type * 1.1, width)) +
      lines.reduce((height, line) => height + measured(document, line, type, width), 0),
    0,
  )

const measured = (document: Document, { text, strong }: SheetLine, size: number, width: number): number =>
  document
    .font(strong ? BOLD : REGULAR)
    .fontSize(size)
    .heightOfString(text, { width })

/** Dark on white, four modules of white around it, error correction M. */
function drawCode(document: Document, link: string, { left, top, side }: { left: number; top: number; side: number }): void {
  const { modules } = QRCode.create(link, { errorCorrectionLevel: 'M' })
  const module = side / (modules.size + 8)
  document.rect(left, top, side, side).fill('#ffffff')
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1)
      if (modules.get(row, column) === 1) document.rect(left + (column + 4) * module, top + (row + 4) * module, module, module)
  document.fill('#000000')
}

async function collected(document: Document): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of document as unknown as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}
