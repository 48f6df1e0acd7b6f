// Most messages of a hospital are about people who are not ours. This reads only what could show that one is, and says nothing of it when in doubt:
// then the message is read properly. It finds at least what reading properly finds.
import type { Delimiters } from '@platform/hl7v2/delimiters'
import type { Message } from '@platform/hl7v2/message'

/** What could make a message concern somebody of ours. */
export interface Glance {
  /** Every value that could be an NHS number or a hospital number, also of the numbers that go in a merge. */
  readonly numbers: readonly string[]
  /** Birth date and normalised family name: `1979-01-14|rees`. */
  readonly births: readonly string[]
}

/** Looks at a message; nothing when it must be read properly: no patient, escapes, letters or dates out of the ordinary. */
export function atAGlance(message: Message): Glance | undefined {
  const glance = { numbers: [], births: [] }
  const first = segmentAt(message, 'PID', 0)
  if (first < 0) return undefined
  for (let at = first; at >= 0; at = segmentAt(message, 'PID', at + 3)) if (!addPatient(glance, message, at)) return undefined
  for (let at = segmentAt(message, 'MRG', 0); at >= 0; at = segmentAt(message, 'MRG', at + 3)) {
    const [, gone = ''] = message.view.slice(at, endOfLine(message.view, at)).split(message.delimiters.field)
    if (!addNumbers(glance.numbers, gone, message.delimiters)) return undefined
  }
  return glance.numbers.length === 0 && glance.births.length === 0 ? undefined : glance
}

interface Seen {
  readonly numbers: string[]
  readonly births: string[]
}

/** The fields of a PID that identify, and no further: PID-2, PID-3 and PID-19 may carry the NHS number, PID-9 an alias. False when one is out of the ordinary. */
function addPatient({ numbers, births }: Seen, { view, delimiters }: Message, at: number): boolean {
  const end = endOfLine(view, at)
  let [names, aliases, born] = ['', '', '']
  let from = at + 4
  for (let number = 1; from <= end && number <= 19; number += 1) {
    const next = view.indexOf(delimiters.field, from)
    const to = next < 0 || next > end ? end : next
    if (to > from) {
      if (number === 3 || number === 2 || number === 19) {
        if (!addNumbers(numbers, view.slice(from, to), delimiters)) return false
      } else if (number === 5) names = view.slice(from, to)
      else if (number === 7) born = view.slice(from, to)
      else if (number === 9) aliases = view.slice(from, to)
    }
    from = to + 1
  }
  if (born !== '' && !DATE.test(born)) return false
  const bornOn = `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6, 8)}`
  return addBirths(births, bornOn, names, delimiters) && addBirths(births, bornOn, aliases, delimiters)
}

const DATE = /^\d{8}/
/** What normalising changes in no other way than `births` does: letters of ASCII, apostrophes, hyphens and spaces. */
const PLAIN_NAME = /^[A-Za-z' -]*$/
const PLAIN_NUMBER = /^[\x20-\x7e]*$/
const JOINS = /[' -]/g
const SPACED = /[\s\u00a0-]/
const SPACES = /[\s\u00a0-]/g

/** Where the next segment of that name begins at the start of a line; -1 where there is none. */
function segmentAt({ view, delimiters }: Message, name: string, from: number): number {
  const start = name + delimiters.field
  for (let at = view.indexOf(start, from); at > 0; at = view.indexOf(start, at + start.length)) {
    const before = view.charCodeAt(at - 1)
    if (before === CR || before === LF) return at
  }
  return -1
}

const CR = 0x0d
const LF = 0x0a

function endOfLine(view: string, from: number): number {
  for (let at = from; at < view.length; at += 1) {
    const code = view.charCodeAt(at)
    if (code === CR || code === LF) return at
  }
  return view.length
}

/** False when the field is out of the ordinary. */
function addNumbers(numbers: string[], field: string, delimiters: Delimiters): boolean {
  const { repetition, escape } = delimiters
  // In UTF-8 a no-break space is two bytes of this view, and a NUL is left out of what is read.
  if ((escape !== undefined && field.includes(escape)) || !PLAIN_NUMBER.test(field)) return false
  if (repetition === undefined || !field.includes(repetition)) addNumber(numbers, field, delimiters)
  else for (const each of field.split(repetition)) addNumber(numbers, each, delimiters)
  return true
}

function addNumber(numbers: string[], field: string, delimiters: Delimiters): void {
  const value = firstOf(field, delimiters).trim()
  if (value === '') return
  numbers.push(value)
  if (SPACED.test(value)) numbers.push(value.replace(SPACES, '')) // 999 012 3454
}

/** False when a name is out of the ordinary. */
function addBirths(births: string[], bornOn: string, field: string, delimiters: Delimiters): boolean {
  const { repetition } = delimiters
  if (repetition === undefined || !field.includes(repetition)) return addBirth(births, bornOn, field, delimiters)
  return field.split(repetition).every((each) => addBirth(births, bornOn, each, delimiters))
}

function addBirth(births: string[], bornOn: string, name: string, delimiters: Delimiters): boolean {
  if (name === '') return true
  const family = firstOf(name, delimiters)
  if (!PLAIN_NAME.test(family)) return false
  births.push(`${bornOn}|${family.replace(JOINS, '').toLowerCase()}`)
  return true
}

function firstOf(text: string, { component, subcomponent }: Delimiters): string {
  const end = text.indexOf(component)
  const whole = end < 0 ? text : text.slice(0, end)
  const part = subcomponent === undefined ? -1 : whole.indexOf(subcomponent)
  return part < 0 ? whole : whole.slice(0, part)
}
