// HL7 v2, chapter 2: message acknowledgement, original and enhanced mode (2.9), MSA, ERR; tables 0008, 0155, 0357.
import { escapeText, USUAL_DELIMITERS, type Delimiters } from './delimiters.ts'
import { Message, type Unreadable } from './message.ts'
import { showTime } from './time.ts'

/** What became of a message: taken, its content cannot be used, or its kind is not taken. */
export type Verdict = 'accept' | 'error' | 'reject'

/** HL7 table 0357, as far as we say it. */
const ERROR_CONDITIONS = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '207': 'Application internal error',
} as const

/** Why a message is not taken: the condition, the place (`PID^1^3`) and a sentence for the person who mends it. Never a value out of the message. */
export interface Complaint {
  readonly condition: keyof typeof ERROR_CONDITIONS
  readonly location?: string
  readonly says: string
}

/** Chance and time are given; `controlId` must be new for each acknowledgement. */
export interface AcknowledgementOptions {
  readonly verdict: Verdict
  readonly complaint?: Complaint
  readonly newControlId: () => string
  readonly at: Date
  /** Where MSH-15 and MSH-16 ask for no answer at all there is one all the same, in original mode. */
  readonly ifNoneWanted?: 'original'
}

const ORIGINAL = { accept: 'AA', error: 'AE', reject: 'AR' } as const
const ENHANCED = { accept: 'CA', error: 'CE', reject: 'CR' } as const

/**
 * The acknowledgements a message asks for, none to two. MSH-15 and MSH-16 both empty: original mode, one answer. Else enhanced: AL always, NE never, ER errors only, SU success only,
 * the accept answer (CA CE CR) before the application answer (AA AE AR); an unknown or absent MSH-15 counts as AL unless MSH-16 asks for an answer.
 * A message that cannot be read gets AR with an empty MSA-2.
 */
export function acknowledge(
  message: Message | Unreadable,
  { verdict, complaint, newControlId, at, ifNoneWanted }: AcknowledgementOptions,
): Buffer[] {
  if (!message.readable) return [write(undefined, 'AR', complaint, newControlId(), at)]
  const [accept, application] = [message.msh.field(15).trim(), message.msh.field(16).trim()]
  if (accept === '' && application === '') return [write(message, ORIGINAL[verdict], complaint, newControlId(), at)]

  const applicationWanted = application !== '' && wanted(application, verdict)
  const acceptWanted = accept === '' ? !applicationWanted && application !== 'AL' && !CONDITIONAL.has(application) : wanted(accept, verdict)
  const codes = [...(acceptWanted ? [ENHANCED[verdict]] : []), ...(applicationWanted ? [ORIGINAL[verdict]] : [])]
  if (codes.length === 0 && ifNoneWanted === 'original') codes.push(ORIGINAL[verdict])
  return codes.map((code) => write(message, code, complaint, newControlId(), at))
}

const CONDITIONAL = new Set(['ER', 'SU'])

function wanted(asked: string, verdict: Verdict): boolean {
  if (asked === 'NE') return false
  if (asked === 'ER') return verdict !== 'accept'
  if (asked === 'SU') return verdict === 'accept'
  return true
}

function write(message: Message | undefined, code: string, complaint: Complaint | undefined, controlId: string, at: Date): Buffer {
  const delimiters = message?.delimiters ?? USUAL_DELIMITERS
  const { field: f, component } = delimiters
  const msh = (number: number) => message?.msh.field(number) ?? ''
  const event = message === undefined ? '' : rawEvent(message)
  const type = event === '' ? 'ACK' : `ACK${component}${event}${component}ACK`
  const set = msh(18) === '' ? '' : `${f}${f}${f}${f}${f}${f}${msh(18)}` // MSH-18, as the message has it
  const header = `MSH${f}${msh(2) || '^~\\&'}${f}${msh(5)}${f}${msh(6)}${f}${msh(3)}${f}${msh(4)}${f}${showTime(at)}${f}${f}${type}${f}${controlId}${f}${msh(11) || 'P'}${f}${msh(12) || '2.5'}${set}`
  const says = complaint === undefined ? '' : escapeText(complaint.says, delimiters)
  const msa = `MSA${f}${code}${f}${msh(10)}${says === '' ? '' : f + says}`
  const text = `${header}\r${msa}\r${complaint === undefined ? '' : `${errorSegment(complaint, delimiters, msh(12))}\r`}`
  return encode(text, message)
}

function rawEvent(message: Message): string {
  const { component, repetition } = message.delimiters
  const field = message.msh.field(9)
  const end = repetition === undefined ? -1 : field.indexOf(repetition)
  const first = end < 0 ? field : field.slice(0, end)
  const from = first.indexOf(component)
  if (from < 0) return ''
  const to = first.indexOf(component, from + 1)
  return first.slice(from + 1, to < 0 ? undefined : to)
}

/** ERR changed in v2.5: before it one field held place and condition together. */
function errorSegment({ condition, location = '', says }: Complaint, delimiters: Delimiters, version: string): string {
  const { field, component, subcomponent } = delimiters
  const place = location.split('^').join(component)
  const name = ERROR_CONDITIONS[condition]
  if (/^2\.[1-4]/.test(version)) {
    const coded = subcomponent === undefined ? condition : [condition, name, 'HL70357'].join(subcomponent)
    return `ERR${field}${[...location.split('^'), '', '', ''].slice(0, 3).join(component)}${component}${coded}`
  }
  return ['ERR', '', place, [condition, name, 'HL70357'].join(component), 'E', '', '', '', escapeText(says, delimiters)].join(field)
}

/** Echoed fields go back as the bytes they came as; our own text is ASCII. */
function encode(text: string, message: Message | undefined): Buffer {
  if (message?.wide === undefined) return Buffer.from(text, 'latin1')
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return message.wide === 'utf-16le' ? bytes : bytes.swap16()
}

/**
 * Control ids of our own messages, each new: a name for this process and a count. At most 20 characters (MSH-10 up to v2.6).
 *
 * @param name up to 9 letters or digits that no other running process uses
 */
export function controlIds(name: string): () => string {
  let count = 0
  return () => `${name}${(count += 1).toString(36).toUpperCase()}`
}

/** What an acknowledgement says, for senders of ours and for tests. */
export interface AcknowledgementRead {
  readonly code: string
  /** MSA-2: the MSH-10 it answers, as it stands. */
  readonly answers: string
  /** Its own MSH-10. */
  readonly controlId: string
  readonly errors: readonly string[]
}

/** Reads an acknowledgement; nothing when the message is none. */
export function readAcknowledgement(message: Message | Unreadable): AcknowledgementRead | undefined {
  const msa = message.readable ? message.segment('MSA') : undefined
  if (!message.readable || msa === undefined) return undefined
  const errors = message.all('ERR').map((segment) => segment.text(3) || segment.text(1, 4))
  return { code: msa.text(1), answers: msa.field(2), controlId: message.controlId, errors }
}
