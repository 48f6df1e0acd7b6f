/** The input of an operation: a Parameters resource, each parameter once and with its own type. https://hl7.org/fhir/R4/parameters.html */
import type { Attachment, CodeableConcept, Coding, Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes'
import type { ParsedJson } from '@platform/fhir/json'
import { REFUSAL_REASON, UNMET_NEED } from '../../domain/vocabulary.ts'
import { refuse } from '../../errors.ts'

/** Reads parameters by name. What is missing is undefined; what is there and has another type is refused. */
export interface Given {
  string(name: string): string | undefined
  code(name: string): string | undefined
  /** The literal reference, `Organization/<id>`. */
  reference(name: string): string | undefined
  /** Every literal reference of a parameter that may be there several times. */
  references(name: string): readonly string[]
  coding(name: string): (Coding & { readonly code: string }) | undefined
  /** An instant; a date alone is the end of that day in the United Kingdom. */
  instant(name: string): Date | undefined
  integer(name: string): number | undefined
  boolean(name: string): boolean | undefined
  /** The resource itself, or a literal reference to it. */
  resourceOrReference(name: string): Resource | string | undefined
  /** A file with its content. */
  attachment(name: string): Attachment | undefined
  /** Words given as string, Coding or CodeableConcept. */
  words(name: string): string | undefined
}

/**
 * Reads the body of an operation.
 *
 * @param names the parameters that the operation has; another one is refused, so that a misspelt one is not overlooked
 * @param repeated those of them that may be given several times
 * @throws PARAMETERS_UNREADABLE
 */
export function readParameters(body: unknown, names: readonly string[], { repeated = [] }: { repeated?: readonly string[] } = {}): Given {
  const parameters = (body as ParsedJson | undefined)?.value as Parameters | undefined
  if (parameters?.resourceType !== 'Parameters') throw refuse.PARAMETERS_UNREADABLE({}, { expression: 'Parameters' })
  const list: unknown = parameters.parameter ?? []
  if (!Array.isArray(list)) throw refuse.PARAMETERS_UNREADABLE({}, { expression: 'Parameters.parameter' })
  const given = new Map<string, ParametersParameter>()
  const several: ParametersParameter[] = []
  for (const [index, one] of (list as readonly ParametersParameter[]).entries()) {
    if (typeof one?.name === 'string' && repeated.includes(one.name)) several.push(one)
    if (typeof one?.name !== 'string' || !names.includes(one.name) || (given.has(one.name) && !repeated.includes(one.name))) {
      throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter[${index}]` })
    }
    if (!given.has(one.name)) given.set(one.name, one)
  }

  const read = <T>(name: string, take: (parameter: ParametersParameter) => T | undefined): T | undefined => {
    const parameter = given.get(name)
    if (parameter === undefined) return undefined
    const value = take(parameter)
    if (value === undefined) throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter.where(name = '${name}')` })
    return value
  }
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)

  return {
    string: (name) => read(name, ({ valueString }) => text(valueString)),
    code: (name) => read(name, ({ valueCode, valueString }) => text(valueCode) ?? text(valueString)),
    reference: (name) => read(name, ({ valueReference }) => text(valueReference?.reference)),
    references: (name) =>
      several.flatMap((one) => {
        if (one.name !== name) return []
        const reference = text(one.valueReference?.reference)
        if (reference === undefined) throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter.where(name = '${name}')` })
        return [reference]
      }),
    coding: (name) => read(name, ({ valueCoding }) => (hasCode(valueCoding) ? valueCoding : undefined)),
    instant: (name) =>
      read(name, ({ valueDateTime, valueInstant, valueDate }) => toInstant(text(valueDateTime) ?? text(valueInstant) ?? text(valueDate))),
    integer: (name) =>
      read(name, ({ valueInteger, valuePositiveInt, valueUnsignedInt }) =>
        [valueInteger, valuePositiveInt, valueUnsignedInt].find((value) => Number.isSafeInteger(value)),
      ),
    boolean: (name) => read(name, ({ valueBoolean }) => (typeof valueBoolean === 'boolean' ? valueBoolean : undefined)),
    resourceOrReference: (name) =>
      read(name, ({ resource, valueReference }) =>
        typeof resource?.resourceType === 'string' ? resource : text(valueReference?.reference),
      ),
    attachment: (name) =>
      read(name, ({ valueAttachment }) =>
        typeof valueAttachment?.data === 'string' && ['string', 'undefined'].includes(typeof valueAttachment.title)
          ? valueAttachment
          : undefined,
      ),
    words: (name) =>
      read(
        name,
        ({ valueString, valueCoding, valueCodeableConcept }) =>
          text(valueString) ?? wordsOf(valueCodeableConcept ?? { coding: [valueCoding ?? {}] }),
      ),
  }
}

/**
 * Every one of these, or one refusal that names all that are missing.
 *
 * @throws ANSWER_INCOMPLETE
 */
export function complete<T extends Readonly<Record<string, unknown>>>(answer: T): { readonly [K in keyof T]: NonNullable<T[K]> } {
  const missing = Object.keys(answer).filter((name) => answer[name] === undefined)
  if (missing.length > 0) {
    throw refuse.ANSWER_INCOMPLETE({ missing }, { expression: missing.map((name) => `Parameters.parameter.where(name = '${name}')`) })
  }
  return answer as { readonly [K in keyof T]: NonNullable<T[K]> }
}

/**
 * A reason of the CodeSystem refusal-reason, as it is; none is given where none was.
 *
 * @throws REFUSAL_REASON_UNKNOWN for a code of another system: the reports, the joint review and the person's words know none
 */
export function refusalReasonIn(given: Given, known: ReadonlySet<string>): (Coding & { readonly code: string }) | undefined {
  const reason = given.coding('reason')
  if (reason === undefined || (reason.system === REFUSAL_REASON && known.has(reason.code))) return reason
  throw refuse.REFUSAL_REASON_UNKNOWN(
    { code: reason.code, known: [...known] },
    { expression: "Parameters.parameter.where(name = 'reason').value" },
  )
}

/**
 * A reason of the CodeSystem unmet-need; none is given where none was.
 *
 * @throws UNMET_NEED_REASON_UNKNOWN for a code of another system, which the ledger would count as no reason
 */
export function unmetNeedReasonIn(given: Given, known: ReadonlySet<string>): (Coding & { readonly code: string }) | undefined {
  const reason = given.coding('reason')
  if (reason === undefined || (reason.system === UNMET_NEED && known.has(reason.code))) return reason
  throw refuse.UNMET_NEED_REASON_UNKNOWN(
    { code: reason.code, known: [...known] },
    { expression: "Parameters.parameter.where(name = 'reason').value" },
  )
}

const hasCode = (coding: Coding | undefined): coding is Coding & { readonly code: string } =>
  typeof coding?.code === 'string' && coding.code !== ''

const wordsOf = ({ text, coding }: CodeableConcept): string | undefined => text ?? coding?.[0]?.display ?? coding?.[0]?.code

const DATE = /^\d{4}-\d{2}-\d{2}$/
const LOCAL_HOUR = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })
const HOUR_MS = 3_600_000
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

function toInstant(given: string | undefined): Date | undefined {
  if (given === undefined || !isInCalendar(given.slice(0, 10))) return undefined
  if (DATE.test(given)) return endOfDay(given)
  if (!INSTANT.test(given)) return undefined
  const at = new Date(given)
  return Number.isNaN(at.getTime()) ? undefined : at
}

/** JavaScript takes 30 February for 2 March: somebody who was told one day would be held to another. */
function isInCalendar(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

/** The last second of a day by the clocks of the United Kingdom, which in summer is an hour before that of UTC. */
function endOfDay(date: string): Date {
  const at = new Date(`${date}T23:59:59Z`)
  return LOCAL_HOUR.format(at) === '00' ? new Date(at.getTime() - HOUR_MS) : at
}
