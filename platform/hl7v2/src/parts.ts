// HL7 v2, chapter 2, 2.10.2 (2.15.2 up to v2.3.1): continuation messages and segments. DSC, MSH-14 and ADD.
import type { Message } from './message.ts'

/** How a message says that it is a part of a longer one. */
export interface PartOfMessage {
  /** MSH-14: it goes on where the part with this DSC-1 ended. Absent in the first part. */
  readonly continues?: string
  /** DSC-1: what the MSH-14 of the next part will be. Absent in the last part. */
  readonly goesOn?: string
  /** DSC-2 `I`: the rest is not sent by itself but must be asked for, which only answers to queries are made for. */
  readonly mustBeAskedFor: boolean
}

const MARKED = /[\r\n](?:DSC|ADD)/

/** Whether the message is whole, and every segment of it: as nearly all are. Looks at each byte once at most. */
export const isWhole = (message: Message): boolean => message.msh.field(14) === '' && !MARKED.test(message.view)

/** What a message says of being a part; nothing where it is whole, though segments of it may be continued by ADD. */
export function partOf(message: Message): PartOfMessage | undefined {
  const dsc = message.segment('DSC')
  const [continues, goesOn] = [message.msh.text(14), dsc?.text(1) ?? '']
  const said = { ...(isSaid(continues) ? { continues } : {}), ...(isSaid(goesOn) ? { goesOn } : {}) }
  return Object.keys(said).length === 0 ? undefined : { ...said, mustBeAskedFor: dsc?.text(2).toUpperCase() === 'I' }
}

const isSaid = (pointer: string): boolean => pointer !== '' && pointer !== '""'

/** What all parts of a message have in common: who sends it to whom, event, processing id, version and character set. */
const IN_COMMON = [1, 2, 3, 4, 5, 6, 9, 11, 12, 18]
/** The standard lets none of these be continued; what says who somebody is would be made out of two halves. */
const NEVER_CONTINUED: ReadonlySet<string> = new Set(['MSH', 'MSA', 'DSC', 'PID', 'QRD', 'QRF', 'URD', 'URS'])

/**
 * The whole message out of its parts in their order, under the header of the last one: its control id is the one still to be answered. A segment that
 * ADD continues is joined at the byte at which it was cut.
 *
 * @returns nothing when they cannot be parts of one message: their headers differ in more than control id, time, sequence number and pointer, or an ADD continues nothing that may be continued
 */
export function joinParts(parts: readonly Message[]): Buffer | undefined {
  const [first] = parts
  const last = parts.at(-1)
  if (first === undefined || last === undefined) return undefined
  if (parts.some((part) => part.wide !== first.wide || IN_COMMON.some((field) => part.msh.field(field) !== first.msh.field(field))))
    return undefined
  const joined: string[] = []
  for (const part of parts) if (!addLines(joined, part)) return undefined
  const text = [headerOf(last), ...joined].join('\r') + '\r'
  if (last.wide === undefined) return Buffer.from(text, 'latin1')
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return last.wide === 'utf-16le' ? bytes : bytes.swap16()
}

/** @returns false when an ADD continues nothing that may be continued */
function addLines(joined: string[], { view, delimiters }: Message): boolean {
  const [, ...lines] = view.split(LINE_END).filter((line) => line !== '')
  for (const line of lines) {
    const name = line.slice(0, 3)
    if (name === 'DSC') continue
    if (name !== 'ADD') {
      joined.push(line)
      continue
    }
    const rest = line.slice(`ADD${delimiters.field}`.length)
    const continued = joined.pop()
    if (continued === undefined || NEVER_CONTINUED.has(continued.slice(0, 3))) return false
    joined.push(continued + rest) // an ADD with nothing in it only says that the next part goes on in the middle of this segment
  }
  return true
}

const LINE_END = /\r\n|\r|\n/

/** The header without its pointer. */
function headerOf({ msh, delimiters, view }: Message): string {
  const [line = ''] = view.slice(view.indexOf('MSH')).split(LINE_END)
  if (msh.field(14) === '') return line
  const fields = line.split(delimiters.field)
  fields[13] = ''
  return fields.join(delimiters.field)
}
