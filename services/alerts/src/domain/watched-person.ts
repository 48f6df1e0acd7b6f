// Who is on the alerts register: a Flag with a code of the register and a consent or decision behind it, never a diagnosis alone.
// HAZ-A02 stale list, HAZ-A10 alert after consent was withdrawn.
import type { Consent, Flag, Patient } from '@medplum/fhirtypes'
import { CODES, EXTENSION, HANDRAIL, NATIONAL_NUMBER_SYSTEMS } from '@platform/nhs/systems'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import { normalName, type WatchedPerson } from './person.ts'
import { codeOf, referenceTo } from './vocabulary.ts'

/** What the record says of one person's place on the register. */
export interface RegisterMaterial {
  readonly patient: Patient | undefined
  readonly flags: readonly Flag[]
  readonly consents: readonly Consent[]
}

/** The person as the watch list knows them; nothing when they are not on the register now. */
export function watchedPerson({ patient, flags, consents }: RegisterMaterial, now: Date): WatchedPerson | undefined {
  if (patient?.id === undefined || patient.active === false || patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined)
    return undefined
  const registers = flags.filter((flag) => isInForce(flag, consents, now)).map((flag) => codeOf(flag.code, CODES.REGISTER) ?? '')
  if (registers.length === 0) return undefined

  const numbers = (patient.identifier ?? [])
    .filter(({ system }) => NATIONAL_NUMBER_SYSTEMS.has(system ?? '')) // a superseded number too: hospitals keep using it
    .flatMap(({ value }) => parseNhsNumber(value ?? '') ?? [])
  const names = (patient.name ?? []).flatMap(({ family, given }) => normalName(family ?? '', given ?? []) ?? [])
  return {
    patient: patient.id,
    nhsNumbers: [...new Set(numbers)],
    hospitalNumbers: [],
    names,
    ...(patient.birthDate === undefined ? {} : { bornOn: patient.birthDate }),
    registers: [...new Set(registers)],
    ...(isRestricted(patient) ? { restricted: true as const } : {}),
  }
}

/** Asked for here, or a sensitive record elsewhere: HL7 confidentiality `R` and beyond. */
const isRestricted = ({ extension = [], meta }: Patient): boolean =>
  extension.some(({ url, valueBoolean }) => url === `${HANDRAIL}/StructureDefinition/location-restricted` && valueBoolean === true) ||
  (meta?.security ?? []).some(({ code }) => code === 'R' || code === 'V')

function isInForce(flag: Flag, consents: readonly Consent[], now: Date): boolean {
  if (codeOf(flag.code, CODES.REGISTER) === undefined || flag.status !== 'active' || !covers(flag.period, now)) return false
  const bases = (flag.extension ?? [])
    .filter(({ url }) => url === EXTENSION.REGISTER_BASIS)
    .flatMap(({ valueReference }) => valueReference?.reference ?? [])
  const named = bases.filter((reference) => reference.startsWith('Consent/'))
  if (named.length > 0)
    return named.every((reference) => consents.some((consent) => referenceTo(consent) === reference && permits(consent, now)))
  // A decision that is no Consent, such as a best-interest decision on a document, stands as long as the entry names it.
  if (bases.length > 0) return true
  const about = consents.filter(({ category }) => category.some((each) => ABOUT_ALERTS.has(codeOf(each, CODES.CONSENT_KIND) ?? '')))
  return (about.length > 0 ? about : consents).some((consent) => permits(consent, now))
}

const ABOUT_ALERTS: ReadonlySet<string> = new Set(['hospital-alerts', 'best-interest'])

function permits(consent: Consent, now: Date): boolean {
  const { status, provision, category } = consent
  const decidedForThem = category.some((each) => codeOf(each, CODES.CONSENT_KIND) === 'best-interest')
  return status === 'active' && provision?.type !== 'deny' && covers(provision?.period, now) && (!decidedForThem || isDecision(consent))
}

/** A decision for somebody who cannot consent names who decided and when, and the day by which it is looked at again; past it, it is none. */
const isDecision = ({ performer = [], dateTime, provision }: Consent): boolean =>
  performer.length > 0 && dateTime !== undefined && provision?.period?.end !== undefined

function covers(period: { start?: string; end?: string } | undefined, now: Date): boolean {
  const day = now.toISOString().slice(0, 10)
  const [start, end] = [period?.start?.slice(0, 10), period?.end?.slice(0, 10)]
  return (start === undefined || start <= day) && (end === undefined || day.slice(0, end.length) <= end) // a partial end lasts to its last day
}
