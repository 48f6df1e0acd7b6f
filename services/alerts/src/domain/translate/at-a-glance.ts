// Most messages of a hospital are about people who are not ours. This reads only what could show that one is, and says nothing of it when in doubt:
// then the message is read properly. It finds at least what reading properly finds.
import type { Message } from '@platform/hl7v2/message'

/** What could make a message concern somebody of ours. */
export interface Glance {
  /** Every value that could be an NHS number or a hospital number, also of the numbers that go in a merge. */
  readonly numbers: readonly string[]
  /** Birth date and first letter of a family name: `19790114r`. */
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
    const date = fields[7] ?? ''
    if (date !== '' && !/^\d{8}/.test(date)) return undefined
    for (const at of NAMES) {
      for (const name of split(fields[at] ?? '', repetition)) {
        const letter = name[0]?.toLowerCase() ?? ''
        if (letter < 'a' || letter > 'z') return undefined
        births.push(date.slice(0, 8) + letter)
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
    const end = each.indexOf(component)
    const whole = end < 0 ? each : each.slice(0, end)
    const part = whole.indexOf(subcomponent)
    const value = (part < 0 ? whole : whole.slice(0, part)).trim()
    if (value === '') continue
    numbers.push(value)
    if (/[\s\u00a0-]/.test(value)) numbers.push(value.replace(/[\s\u00a0-]/g, '')) // 999 012 3454
  }
  return true
}

const split = (field: string, repetition: string): readonly string[] => {
  if (field === '') return []
  return repetition === '' || !field.includes(repetition) ? [field] : field.split(repetition).filter((each) => each !== '')
}
