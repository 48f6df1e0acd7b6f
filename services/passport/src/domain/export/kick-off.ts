/**
 * What a bulk export is asked for with. FHIR Bulk Data Access 3.0.0, "Bulk Data Kick-off Request".
 * https://hl7.org/fhir/uv/bulkdata/export.html
 */
import { defineErrors } from '@platform/fhir/errors'
import { isObject, localReference, valuesAt } from '../references.ts'
import { RESOURCE_TYPES } from '../resource-types.ts'

const kickOffRefuse = defineErrors({
  EXPORT_NOT_ASYNC: {
    issue: 'required',
    says: 'An export is answered later and not at once.',
    remedy: 'Send the header Prefer: respond-async.',
  },
  EXPORT_FORMAT_UNKNOWN: {
    issue: 'not-supported',
    says: 'The only format of an export is NDJSON.',
    remedy: 'Leave _outputFormat out, or send application/fhir+ndjson.',
  },
  EXPORT_SINCE_INVALID: {
    issue: 'value',
    says: '_since must be an instant such as 2026-11-21T02:14:00Z.',
    remedy: 'Send the transactionTime of the export before, or leave it out.',
  },
  EXPORT_TYPE_UNKNOWN: {
    issue: 'value',
    says: '_type names a resource type that is not kept here.',
    remedy: 'See /fhir/metadata for the types that are, or send Prefer: handling=lenient.',
  },
  EXPORT_PATIENT_INVALID: {
    issue: 'value',
    says: 'patient must be a reference to a Patient, and belongs to an export of people asked for by POST.',
    remedy: 'Send Parameters with valueReference.reference = Patient/… to Patient/$export or Group/…/$export.',
  },
  EXPORT_PARAMETER_UNSUPPORTED: {
    issue: 'not-supported',
    says: ({ parameter }: { parameter: string }) => `An export knows no ${parameter}.`,
    remedy: 'Leave it out, or send Prefer: handling=lenient to have it ignored.',
  },
})

/** Which rows: of the whole hub, of everybody in it, or of the members of a Group. */
export type ExportLevel = 'system' | 'patient' | 'group'

export interface KickOff {
  /** The types asked for; absent = every type. */
  readonly types: readonly string[] | undefined
  readonly since: Date | undefined
  /** Ids of the only Patients wanted; absent = all of the level. */
  readonly patients: readonly string[] | undefined
  /** What was asked for and left aside, in words; only under `handling=lenient`. */
  readonly notes: readonly string[]
}

/** A parameter as it was sent, in the address or in a Parameters resource. */
export interface SentParameter {
  readonly name: string
  readonly value: string
  /** True when it came in a body: some may come no other way. */
  readonly inBody: boolean
}

const FORMATS: ReadonlySet<string> = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson'])
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/
/** Parameters of every request, which say nothing about what is exported. */
const OF_THE_ANSWER: ReadonlySet<string> = new Set(['_format', '_pretty'])

/**
 * @param prefer the header, with its `respond-async` and `handling`
 * @throws a refusal for what is missing, malformed or not offered; what is not offered is only noted under `handling=lenient`
 */
export function readKickOff(sent: readonly SentParameter[], { level, prefer }: { level: ExportLevel; prefer: string }): KickOff {
  if (!/\brespond-async\b/.test(prefer)) throw kickOffRefuse.EXPORT_NOT_ASYNC({}, { expression: 'Prefer' })
  const lenient = /handling=lenient/.test(prefer)
  const notes: string[] = []
  const types: string[] = []
  const patients: string[] = []
  let since: Date | undefined
  let anyType = true
  let anybody = true
  for (const { name, value, inBody } of sent) {
    if (OF_THE_ANSWER.has(name)) continue
    if (name === '_outputFormat') {
      // A plus sign in a query means a space; clients that forget to encode it mean the media type all the same.
      if (!FORMATS.has((value.split(';')[0] ?? '').trim().replace(' ', '+')))
        throw kickOffRefuse.EXPORT_FORMAT_UNKNOWN({}, { expression: name })
    } else if (name === '_since') {
      const text = value.replace(' ', '+')
      if (since !== undefined || !INSTANT.test(text) || Number.isNaN(Date.parse(text)))
        throw kickOffRefuse.EXPORT_SINCE_INVALID({}, { expression: name })
      since = new Date(text)
    } else if (name === '_type') {
      anyType = false
      for (const type of value.split(',')) {
        if (Object.hasOwn(RESOURCE_TYPES, type)) types.push(type)
        else if (lenient) notes.push('_type named a resource type that is not kept here; it was left aside.')
        else throw kickOffRefuse.EXPORT_TYPE_UNKNOWN({}, { expression: name })
      }
    } else if (name === 'patient') {
      anybody = false
      const reference = localReference(value)
      if (level === 'system' || !inBody || reference?.type !== 'Patient')
        throw kickOffRefuse.EXPORT_PATIENT_INVALID({}, { expression: name })
      patients.push(reference.id)
    } else if (lenient) notes.push(`An export knows no ${safely(name)}; it was left aside.`)
    else throw kickOffRefuse.EXPORT_PARAMETER_UNSUPPORTED({ parameter: safely(name) }, { expression: safely(name) })
  }
  return {
    types: anyType ? undefined : [...new Set(types)],
    since,
    patients: anybody ? undefined : [...new Set(patients)],
    notes: [...new Set(notes)],
  }
}

/** A name that a client made up may hold anything: only what can be a parameter's name is said back. */
const safely = (name: string): string => (/^[A-Za-z_-]{1,40}$/.test(name) ? name : 'such parameter')

/** The parameters of a Parameters resource. https://hl7.org/fhir/R4/parameters.html */
export function parametersOf(value: unknown): SentParameter[] {
  return valuesAt(value, 'parameter')
    .filter(isObject)
    .map((parameter) => {
      const given = Object.entries(parameter).find(([key]) => key.startsWith('value'))?.[1]
      const text = isObject(given) ? given['reference'] : given
      return {
        name: String(parameter['name']),
        value: typeof text === 'string' || typeof text === 'number' ? String(text) : '',
        inBody: true,
      }
    })
}

/** Ids of the Patients that are members of a Group now; a member that is marked inactive is none. */
export function membersOf(group: unknown): string[] {
  const members = valuesAt(group, 'member')
    .filter(isObject)
    .filter(({ inactive }) => inactive !== true)
    .flatMap((member) => valuesAt(member, 'entity.reference'))
    .flatMap((reference) => localReference(reference) ?? [])
  return [...new Set(members.flatMap(({ type, id }) => (type === 'Patient' ? [id] : [])))]
}
