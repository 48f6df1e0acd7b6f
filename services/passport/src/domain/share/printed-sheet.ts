/**
 * What stands on a printed page or a wallet card: the emergency view in the order of its blocks, its date, until when its code is good, and
 * that the live copy goes before it. Pure. Story 5, steps 7 and 8. Hazard HAZ-P13 (an old print is trusted).
 */
import type { EmergencyBlock, EmergencyView } from '../summary/emergency/emergency-view.ts'
import { showDate, TAG, wordsIn, type Language, type Said } from '../summary/words.ts'

/** One paragraph; its language where it is not that of the sheet. */
export interface SheetLine {
  readonly text: string
  readonly strong: boolean
  readonly lang?: string
}

export interface SheetBlock {
  readonly title: string
  readonly lines: readonly SheetLine[]
}

export interface Sheet {
  readonly language: Language
  readonly title: string
  readonly person: string
  readonly facts: string
  /** The date, large. */
  readonly made: string
  readonly check: string
  /** Until when the code opens the live copy; absent without a code. */
  readonly until?: string
  readonly codeAlt: string
  readonly withoutCode: string
  readonly blocks: readonly SheetBlock[]
  /** Said where a line found no room. */
  readonly more: (count: number) => string
  /** Of a copy that is printed while there is nothing else to look at: it goes on, on as many sides as it takes, each saying whose it is. HAZ-A18 */
  readonly goesOn?: {
    /** Said at the end of a side. */
    readonly overleaf: string
    /** Said at the top of the next. */
    readonly side: (number: number) => string
  }
}

/** The blocks of a card, on which there is least room: what a stranger must know when there is no network. */
const ON_A_CARD = new Set(['pinned', 'do-not-stop', 'allergies', 'conditions', 'contacts'])

export interface SheetFacts {
  readonly form: 'a4' | 'card'
  /** When the link of the code ends. */
  readonly until?: Date | undefined
  /** When the copy was made that is printed while the systems are down. */
  readonly copiedAt?: Date | undefined
  /** When it is printed. */
  readonly printedAt?: Date | undefined
}

/** The sheet of a view; the same view gives the same sheet. */
export function sheetOf(view: EmergencyView, { form, until, copiedAt, printedAt }: SheetFacts): Sheet {
  const { language, name, bornOn, identifiers, today } = view
  const { labels, notice } = wordsIn(language)
  const words = WORDS[language]
  const number = identifiers.find(({ system }) => system === 'https://fhir.nhs.uk/Id/nhs-number')?.value
  const facts = [
    bornOn === undefined ? undefined : `${labels.bornOn}: ${showDate(bornOn, language)}`,
    number === undefined ? undefined : `${labels.nhsNumber}: ${number.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')}`,
  ].filter((one) => one !== undefined)
  const copied = copiedAt === undefined ? undefined : copiedAs(copiedAt, printedAt ?? copiedAt, language)
  const blocks = form === 'a4' ? view.blocks : withoutRepeating(view.blocks.filter(({ id }) => ON_A_CARD.has(id)), wordsIn(language).say('notNone').text) // prettier-ignore
  return {
    language,
    title: labels.emergencyTitle,
    person: name ?? labels.unnamed,
    facts: facts.join(' · '),
    made: copied ?? words.made(showDate(today, language)),
    check: copiedAt === undefined ? words.check : words.down,
    ...(until === undefined ? {} : { until: words.until(showDate(until.toISOString(), language)) }),
    codeAlt: words.codeAlt,
    withoutCode: words.withoutCode,
    blocks: [...blocks.map((block) => blockOf(block, language, form)), ...(form === 'a4' ? [{ title: '', lines: [...view.caveats.map((one) => line(one, language)), ...(notice === undefined ? [] : [{ text: notice, strong: false }])] }] : [])], // prettier-ignore
    more: words.more,
    ...(copiedAt === undefined ? {} : { goesOn: { overleaf: words.overleaf, side: (side) => [name ?? labels.unnamed, ...facts, copied ?? '', words.side(side)].join(' · ') } }), // prettier-ignore
  }
}

/** On a card that nothing recorded is not "none" is said once, under the last block of which it is so: said thrice, it took the room of whom to ring. */
function withoutRepeating(blocks: readonly EmergencyBlock[], sentence: string): EmergencyBlock[] {
  const says = ({ unknown }: EmergencyBlock): boolean => unknown.some(({ text }) => text === sentence)
  const last = blocks.findLast(says)
  return blocks.map((block) => (block === last ? block : { ...block, unknown: block.unknown.filter(({ text }) => text !== sentence) }))
}

function blockOf({ title, lines, unknown }: EmergencyBlock, language: Language, form: SheetFacts['form']): SheetBlock {
  const { labels } = wordsIn(language)
  const shown = lines.flatMap(({ text, details, notes, call, asOf, checked }): SheetLine[] => [
    { text, strong: true },
    ...(form === 'card' ? [] : details.map(({ label, text: value }) => ({ text: `${label}: ${value}`, strong: false }))),
    ...(call === undefined ? [] : [{ text: `${labels.contact}: ${call}`, strong: true }]),
    ...notes.map((one) => line(one, language)),
    ...(form === 'card' ? [] : [{ text: [asOf === undefined ? undefined : `${labels.asOf} ${showDate(asOf, language)}`, labels.checked[checked]].filter((one) => one !== undefined).join(', '), strong: false }]), // prettier-ignore
  ])
  return { title, lines: [...shown, ...unknown.map((one) => line(one, language))] }
}

const line = ({ text, language: own }: Said, language: Language): SheetLine =>
  own === language ? { text, strong: false } : { text, strong: false, lang: TAG[own] }

/** When a copy was so, by the clock on the wall; of one of an earlier day also how many days that is, for what is due is said as of then. HAZ-A131 */
function copiedAs(copiedAt: Date, printedAt: Date, language: Language): string {
  const words = WORDS[language]
  const [day, printed] = [dayOf(copiedAt), dayOf(printedAt)]
  const days = Math.round((Date.parse(printed) - Date.parse(day)) / 86_400_000)
  return [words.copied(showDate(day, language), timeOf(copiedAt)), ...(days > 0 ? [words.old(days)] : [])].join('. ')
}

const LONDON_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' }) // 2026-11-21
const dayOf = (at: Date): string => LONDON_DAY.format(at)
const LONDON = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeStyle: 'short' })
const timeOf = (at: Date): string => LONDON.format(at)

const WORDS = {
  en: {
    made: (day: string) => `Printed from the record of ${day}`,
    copied: (day: string, time: string) => `As the record was on ${day} at ${time}`,
    old: (days: number) =>
      `${days === 1 ? 'That was yesterday' : `That is ${String(days)} days ago`}: what is due, and how old each fact is, is said as of then`,
    check: 'This may be out of date: check against the live copy.',
    down: 'Printed while the systems are down: check against the live copy as soon as they are back. It does not replace the prescription chart, the allergy record or local guidelines.',
    until: (day: string) => `The code opens the live copy until ${day}`,
    codeAlt: 'A code that opens the live copy',
    withoutCode: 'There is no code on this print: ask the person for a link to the live copy.',
    more: (count: number) => `There was no room for ${String(count)} more: see the live copy.`,
    overleaf: 'It goes on: see the next side.',
    side: (number: number) => `side ${String(number)}`,
  },
  cy: {
    made: (day: string) => `Argraffwyd o gofnod ${day}`,
    copied: (day: string, time: string) => `Fel yr oedd y cofnod ar ${day} am ${time}`,
    old: (days: number) =>
      `${days === 1 ? 'Ddoe oedd hynny' : `Roedd hynny ${String(days)} diwrnod yn ôl`}: o’r adeg honno y mae’r hyn sydd i’w wneud, ac oed pob ffaith`,
    down: 'Argraffwyd tra bo’r systemau i lawr: gwiriwch yn erbyn y copi byw cyn gynted ag y byddant yn ôl. Nid yw’n disodli’r siart presgripsiynau, y cofnod alergeddau na chanllawiau lleol.',
    check: 'Gall hyn fod wedi dyddio: gwiriwch yn erbyn y copi byw.',
    until: (day: string) => `Mae’r cod yn agor y copi byw tan ${day}`,
    codeAlt: 'Cod sy’n agor y copi byw',
    withoutCode: 'Nid oes cod ar yr argraffiad hwn: gofynnwch i’r person am ddolen i’r copi byw.',
    more: (count: number) => `Nid oedd lle i ${String(count)} arall: gweler y copi byw.`,
    overleaf: 'Mae’n parhau: gweler yr ochr nesaf.',
    side: (number: number) => `ochr ${String(number)}`,
  },
} as const
