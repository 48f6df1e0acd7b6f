/** The whole record on paper: tagged, in English, the oldest last. What its font cannot print is told at its end. */
import type { FhirResource } from '../references.ts'
import { dateOf, linesOf, titleOf, typeInWords } from './in-words.ts'

export interface PrintedRecord {
  readonly title: string
  /** What a reader must know before anything else. */
  readonly opening: readonly string[]
  readonly resources: readonly FhirResource[]
  readonly madeAt: Date
  readonly fonts: PrintFonts
}

/** Files of two fonts with the letters of Europe, DejaVu's; they travel in the PDF as far as they are used. */
export interface PrintFonts {
  readonly regular: string
  readonly bold: string
}

/**
 * What both fonts have and what stands right when it is set letter by letter from the left: Latin with every accent, Greek, Cyrillic,
 * punctuation, currencies, arrows and signs of mathematics. Hebrew and Arabic would stand the wrong way round.
 */
const PRINTABLE =
  /^[\x20-\x7e\xa0-\u02af\u0391-\u03a1\u03a3-\u03ce\u0400-\u04ff\u1e00-\u1efb\u2000-\u200a\u2010-\u2027\u2030-\u205e\u2070\u2074-\u208e\u20a0-\u20b5\u2100-\u2109\u210b-\u2149\u2150-\u215e\u2190-\u22ff\u25a0-\u25ff]$/

/** A letter that cannot be printed stands without its accent, or as a question mark, and the reader is told. */
function printable(text: string, note: () => void): string {
  return [...text.normalize('NFC').replace(/[\r\n\t]+/g, ' ')]
    .map((character) => {
      if (PRINTABLE.test(character)) return character
      note()
      if (/\p{M}/u.test(character)) return ''
      const plain = [...character.normalize('NFD')][0] ?? '?'
      return PRINTABLE.test(plain) ? plain : '?'
    })
    .join('')
}

/** The bytes of the PDF; the same record at the same time gives the same pages. */
export async function pdfOf({ title, opening, resources, madeAt, fonts }: PrintedRecord): Promise<Buffer> {
  const { default: Pdf } = await import('pdfkit') // when the first record is printed: a start need not wait for it
  const pdf = new Pdf({
    size: 'A4',
    margins: { top: 56, bottom: 56, left: 56, right: 56 },
    tagged: true,
    lang: 'en-GB',
    displayTitle: true,
    pdfVersion: '1.7',
    bufferPages: true,
    font: fonts.regular,
    info: { Title: title, Producer: 'Handrail', Creator: 'Handrail', CreationDate: madeAt },
  })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })
  let changed = false
  const say = (text: string) => printable(text, () => (changed = true))
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  const block = (
    kind: 'H1' | 'H2' | 'H3' | 'P',
    text: string,
    { size, bold = false, gap = 4 }: { size: number; bold?: boolean; gap?: number },
  ) => {
    const words = say(text)
    root.add(
      pdf.struct(kind, {}, () => {
        pdf
          .font(bold ? fonts.bold : fonts.regular)
          .fontSize(size)
          .text(words, { paragraphGap: gap })
      }),
    )
  }

  block('H1', title, { size: 20, bold: true, gap: 10 })
  for (const words of opening) block('P', words, { size: 11, gap: 6 })
  for (const [type, own] of Map.groupBy(resources, ({ resourceType }) => resourceType)) {
    block('H2', `${typeInWords(type)} (${own.length})`, { size: 15, bold: true, gap: 6 })
    for (const resource of own.toSorted((one, other) => (dateOf(one) < dateOf(other) ? 1 : -1))) {
      block('H3', [dateOf(resource).slice(0, 10), titleOf(resource) ?? typeInWords(type)].filter((part) => part !== '').join('  '), {
        size: 11,
        bold: true,
        gap: 2,
      })
      for (const { label, value } of linesOf(resource)) block('P', `${label}: ${value}`, { size: 9.5, gap: 1 })
      pdf.moveDown(0.4)
    }
  }
  if (changed)
    block(
      'P',
      'Some letters could not be printed here and stand without their accent, or as a question mark. The other files of this export hold them exactly.',
      { size: 10 },
    )
  root.end()
  const { start, count } = pdf.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page)
    const { bottom } = pdf.page.margins
    // The footer lies in the margin, where text would begin a new page.
    pdf.page.margins.bottom = 0
    pdf.markContent('Artifact', { type: 'Pagination' })
    pdf
      .font(fonts.regular)
      .fontSize(8)
      .text(`Page ${page + 1} of ${count}, made on ${madeAt.toISOString().slice(0, 10)}`, 56, pdf.page.height - 40, { lineBreak: false })
    pdf.endMarkedContent()
    pdf.page.margins.bottom = bottom
  }
  pdf.end()
  return done
}
