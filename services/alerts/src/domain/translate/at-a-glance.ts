// Most messages of a hospital are about people who are not ours. This reads only what could show that one is, and says nothing of it when in doubt:
// then the message is read properly. It finds at least what reading properly finds.
import type { Message } from '@platform/hl7v2/message'

/** What could make a message concern somebody of ours. */
export interface Glance {
  /** Every value that could be an NHS number or a hospital number, also of the numbers that go in a merge. */
  readonly numbers: readonly string[]
  /** Birth date and normalised family name: `1979-01-14|rees`. */
  readonly births: readonly string[]
}

/** Looks at a message; nothing when it must be read properly: no patient, escapes, letters or dates out of the ordinary. */
export function atAGlance({ view, delimiters }: Message): Glance | undefined {
  const { field, component, repetition = '', escape = '' } = delimiters
  const subcomponent = delimiters.subcomponent ?? component
  const numbers: string[] = []
  const births: string[] = []
  const lines = linesOf(view, `PID${field}`)
  if (lines.length === 0) return undefined
  for (const line of lines) {
    const fields = line.split(field)
    for (const at of NUMBERS) if (!addNumbers(numbers, fields[at] ?? '', { component, subcomponent, repetition, escape })) return undefined
    const born = fields[7] ?? ''
    if (born !== '' && !/^\d{8}/.test(born)) return undefined
    const bornOn = `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6, 8)}`
    for (const at of NAMES) {
      for (const name of split(fields[at] ?? '', repetition)) {
        const family = firstOf(name, component, subcomponent)
        if (!PLAIN_NAME.test(family)) return undefined
        births.push(`${bornOn}|${family.replace(/[' -]/g, '').toLowerCase()}`)
      }
    }
  }
  for (const line of linesOf(view, `MRG${field}`)) {
    if (!addNumbers(numbers, line.split(field)[1] ?? '', { component, subcomponent, repetition, escape })) return undefined
  }
  return numbers.length === 0 && births.length === 0 ? undefined : { numbers, births }
}

/** PID-2, PID-3 and PID-19 may carry the NHS number. */
const NUMBERS = [2, 3, 19] as const
/** PID-5, and PID-9 for aliases. */
const NAMES = [5, 9] as const
/** What normalising changes in no other way than `births` does: letters of ASCII, apostrophes, hyphens and spaces. */
const PLAIN_NAME = /^[A-Za-z' -]*$/

function linesOf(view: string, start: string): string[] {
  const lines: string[] = []
  for (let at = view.indexOf(start); at > 0; at = view.indexOf(start, at + start.length)) {
    const before = view.charCodeAt(at - 1)
    if (before !== 0x0d && before !== 0x0a) continue
    const cr = view.indexOf('\r', at)
    const lf = cr < 0 || before === 0x0a ? view.indexOf('\n', at) : -1
    const end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf
    lines.push(end < 0 ? view.slice(at) : view.slice(at, end))
  }
  return lines
}

interface Separators {
  readonly component: string
  readonly subcomponent: string
  readonly repetition: string
  readonly escape: string
}

/** False when the field is out of the ordinary. */
function addNumbers(numbers: string[], field: string, { component, subcomponent, repetition, escape }: Separators): boolean {
  if (field === '') return true
  if (escape !== '' && field.includes(escape)) return false
  for (const each of split(field, repetition)) {
    const value = firstOf(each, component, subcomponent).trim()
    if (value === '') continue
    numbers.push(value)
    if (/[\s\u00a0-]/.test(value)) numbers.push(value.replace(/[\s\u00a0-]/g, '')) // 999 012 3454
  }
  return true
}

function firstOf(text: string, component: string, subcomponent: string): string {
  const end = text.indexOf(component)
  const whole = end < 0 ? text : text.slice(0, end)
  const part = whole.indexOf(subcomponent)
  return part < 0 ? whole : whole.slice(0, part)
}

const split = (field: string, repetition: string): readonly string[] => {
  if (field === '') return []
  return repetition === '' || !field.includes(repetition) ? [field] : field.split(repetition).filter((each) => each !== '')
}
