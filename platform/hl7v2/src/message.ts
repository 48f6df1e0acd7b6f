// HL7 v2, chapter 2: message, segment, field, repetition, component, subcomponent.
import { isAscii } from 'node:buffer'
import { characterSetOf, decode, wideCharacterSetOf, type CharacterSet } from './character-set.ts'
import { delimitersOf, unescape, type Delimiters } from './delimiters.ts'

/** What a field holds when the sender means "delete what you hold". Never a name or a date. */
export const DELETE = '""'

/** Why bytes cannot be read as a message. */
export type Unreadable = { readonly readable: false; readonly why: 'not-hl7' | 'delimiters' | 'empty'; readonly raw: Buffer }

/** One occurrence of a repeating field; components and subcomponents count from 1 as in the standard. */
export interface Repetition {
  /** The text meant, unescaped and without outer spaces; empty when absent. */
  text(component?: number, subcomponent?: number): string
  /** As it stands between the repetition separators. */
  readonly raw: string
}

/** One line of a message. */
export class Segment {
  /** Three characters: `PID`, `ZU1`. */
  readonly name: string
  readonly #line: string
  readonly #message: Message
  #parts: readonly string[] | undefined

  constructor(line: string, message: Message) {
    this.name = line.slice(0, 3)
    this.#line = line
    this.#message = message
  }

  /** The field as it stands, escapes and repetitions included; empty when absent. MSH-1 is the separator itself. */
  field(number: number): string {
    this.#parts ??= this.#line.split(this.#message.delimiters.field)
    if (this.name !== 'MSH') return this.#parts[number] ?? ''
    return number === 1 ? this.#message.delimiters.field : (this.#parts[number - 1] ?? '')
  }

  /** The occurrences of a repeating field, the empty ones left out. */
  repetitions(number: number): Repetition[] {
    const field = this.field(number)
    if (field === '') return []
    const { repetition } = this.#message.delimiters
    const raws = repetition === undefined ? [field] : field.split(repetition)
    return raws
      .filter((raw) => raw !== '')
      .map((raw) => ({ raw, text: (component = 1, subcomponent = 1) => this.#text(raw, component, subcomponent) }))
  }

  /** The text of one component of the first occurrence, without NUL bytes; empty when absent. `""` stays `""`. */
  text(number: number, component = 1, subcomponent = 1): string {
    const field = this.field(number)
    if (field === '') return ''
    const { repetition } = this.#message.delimiters
    return this.#text(repetition === undefined ? field : partOf(field, repetition, 1), component, subcomponent)
  }

  #text(raw: string, component: number, subcomponent: number): string {
    const { delimiters } = this.#message
    const whole = partOf(raw, delimiters.component, component)
    const part = delimiters.subcomponent === undefined ? whole : partOf(whole, delimiters.subcomponent, subcomponent)
    const text = unescape(part, delimiters, this.#message.bytesToText).trim()
    return text.includes('\0') ? text.replaceAll('\0', '') : text // no database keeps that byte in a text
  }
}

/** One HL7 v2 message. Segments are split when they are first asked for. */
export class Message {
  readonly readable = true
  /** The bytes as they came, without those of other messages in the same frame. */
  readonly raw: Buffer
  readonly delimiters: Delimiters
  /** The message as one character a byte (decoded, where it is UTF-16): what plain ASCII values can be looked for in without decoding. */
  readonly view: string
  /** Set where the message came as UTF-16 and must be answered so. */
  readonly wide: 'utf-16le' | 'utf-16be' | undefined
  #characterSet: CharacterSet | undefined
  #segments: readonly Segment[] | undefined
  readonly #msh: Segment
  #text: string | undefined

  constructor(raw: Buffer, view: string, header: string, delimiters: Delimiters, wide: 'utf-16le' | 'utf-16be' | undefined) {
    this.raw = raw
    this.view = view
    this.delimiters = delimiters
    this.wide = wide
    this.#characterSet = wide
    this.#msh = new Segment(header, this)
  }

  /** How the bytes are read: MSH-18, or what the bytes show where it says nothing. */
  get characterSet(): CharacterSet {
    this.#characterSet ??= characterSetOf(this.raw, partOf(this.#msh.field(18), this.delimiters.repetition ?? '', 1))
    return this.#characterSet
  }

  /** Reads bytes written with a `\X..\` escape. */
  readonly bytesToText = (bytes: Buffer): string => decode(bytes, this.characterSet)

  /** The whole message as text. */
  get text(): string {
    this.#text ??= this.wide !== undefined || isAscii(this.raw) ? this.view : decode(this.raw, this.characterSet).replace(/^\ufeff/, '')
    return this.#text
  }

  /** Every segment in order, unknown ones included. */
  get segments(): readonly Segment[] {
    this.#segments ??= this.text
      .split(LINE_END)
      .filter((line) => line.length >= 3)
      .map((line) => new Segment(line, this))
    return this.#segments
  }

  /** The header segment. Its fields are read without splitting the rest. */
  get msh(): Segment {
    return this.#msh
  }

  /** The first segment of that name. */
  segment(name: string): Segment | undefined {
    return this.segments.find((segment) => segment.name === name)
  }

  /** All segments of that name. */
  all(name: string): readonly Segment[] {
    return this.segments.filter((segment) => segment.name === name)
  }

  /** The segments of each patient: a group begins with PID and ends before the next one. A17 and A24 have two, A40 may have several. */
  patientGroups(): readonly (readonly Segment[])[] {
    const groups: Segment[][] = []
    for (const segment of this.segments) {
      if (segment.name === 'PID') groups.push([segment])
      else groups.at(-1)?.push(segment)
    }
    return groups
  }

  /** The message once for each patient in it, each with what comes before the first: what concerns one can be kept without the others. */
  perPatient(): readonly Buffer[] {
    const lines = this.view.split(LINE_END)
    const starts = lines.flatMap((line, place) => (line.startsWith('PID') ? [place] : []))
    return starts.map((start, group) => this.#bytesOf([...lines.slice(0, starts[0]), ...lines.slice(start, starts[group + 1])].join('\r')))
  }

  #bytesOf(view: string): Buffer {
    if (this.wide === undefined) return Buffer.from(view, 'latin1')
    const bytes = Buffer.from(`\ufeff${view}`, 'utf16le')
    return this.wide === 'utf-16le' ? bytes : bytes.swap16()
  }

  /** MSH-9.1, `ADT`. */
  get type(): string {
    return this.#msh.text(9, 1)
  }

  /** MSH-9.2, the trigger event, `A01`. EVN-1 may contradict it and then has no say. */
  get event(): string {
    return this.#msh.text(9, 2)
  }

  /** MSH-10 exactly as received. */
  get controlId(): string {
    return this.#msh.field(10)
  }
}

const LINE_END = /\r\n|\r|\n/

function partOf(text: string, separator: string, number: number): string {
  if (separator === '') return number === 1 ? text : ''
  let from = 0
  for (let skip = 1; skip < number; skip += 1) {
    const next = text.indexOf(separator, from)
    if (next < 0) return ''
    from = next + separator.length
  }
  const end = text.indexOf(separator, from)
  return end < 0 ? text.slice(from) : text.slice(from, end)
}

/**
 * The messages in the content of one frame or file: one as a rule, many where it is a batch (`FHS BHS … BTS FTS`) or where MSH
 * occurs more than once. Segments may end with CR, LF or CRLF; a byte order mark and empty lines are skipped. Never throws: what
 * cannot be read is an entry that says why, and harms none of the others.
 */
export function readMessages(content: Buffer): readonly (Message | Unreadable)[] {
  const wide = wideCharacterSetOf(content)
  if (wide !== undefined) return messagesIn(content, decode(content, wide).replace(/^\ufeff/, ''), wide)
  return messagesIn(content, content.toString('latin1'), undefined)
}

function messagesIn(content: Buffer, view: string, wide: 'utf-16le' | 'utf-16be' | undefined): readonly (Message | Unreadable)[] {
  let start = 0
  while (start < view.length && SKIPPED.has(view.charCodeAt(start))) start += 1 // also the three bytes of a UTF-8 byte order mark
  if (start === view.length) return [{ readable: false, why: 'empty', raw: content }]

  const starts = messageStarts(view, start)
  if (starts.length === 0) return [{ readable: false, why: 'not-hl7', raw: content }]
  const batch = starts.length > 1 || starts[0] !== start
  return starts.map((from, index) => {
    const to = starts[index + 1] ?? view.length
    return readOne(content, view, from, batch ? endOfMessage(view, from, to) : to, wide)
  })
}

const SKIPPED = new Set([0x0d, 0x0a, 0x20, 0x09, 0xef, 0xbb, 0xbf])

function messageStarts(view: string, start: number): number[] {
  const starts: number[] = []
  let at = view.startsWith('MSH', start) ? start : /^[FB]HS/.test(view.slice(start, start + 3)) ? view.indexOf('MSH', start) : -1
  while (at >= 0) {
    if (at === start || view[at - 1] === '\r' || view[at - 1] === '\n') starts.push(at)
    at = view.indexOf('MSH', at + 3)
  }
  return starts
}

/** Before the batch segments (`BTS FTS`, or the `FHS BHS` of the next batch) that may follow a message. */
function endOfMessage(view: string, from: number, to: number): number {
  const at = view.slice(from, to).search(/[\r\n][BF][HT]S/)
  return at < 0 ? to : from + at + 1
}

function readOne(content: Buffer, view: string, from: number, to: number, wide: 'utf-16le' | 'utf-16be' | undefined): Message | Unreadable {
  const raw = bytesBetween(content, view, from, to, wide)
  const header = firstLine(view, from, to)
  const field = header[3] ?? ''
  const end = header.indexOf(field, 4)
  const delimiters = delimitersOf(field, header.slice(4, end < 0 ? header.length : end))
  if (delimiters === undefined) return { readable: false, why: 'delimiters', raw }
  return new Message(raw, from === 0 && to === view.length ? view : view.slice(from, to), header, delimiters, wide)
}

function bytesBetween(content: Buffer, view: string, from: number, to: number, wide: CharacterSet | undefined): Buffer {
  if (wide === undefined) return from === 0 && to === content.length ? content : content.subarray(from, to)
  const mark = content.length - view.length * 2 // the byte order mark is not in the view
  return content.subarray(mark + from * 2, mark + to * 2)
}

function firstLine(view: string, from: number, to: number): string {
  for (let at = from; at < to; at += 1) {
    const code = view.charCodeAt(at)
    if (code === 0x0d || code === 0x0a) return view.slice(from, at)
  }
  return view.slice(from, to)
}
