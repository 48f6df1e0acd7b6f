/**
 * Who is on the hospital alert register: a Flag with a code of the register and a consent or a decision behind it, never a diagnosis alone. The alerts
 * service watches for these people, and the record keeps copies of their emergency views for downtime. HAZ-A02, HAZ-A10
 */
import type { CodeableConcept, Consent, Flag } from '@medplum/fhirtypes'
import { CODES, EXTENSION } from '@platform/nhs/systems'

/** Codes of the register under which somebody stands now, each once; none when they are not on it. */
export function registersInForce(flags: readonly Flag[], consents: readonly Consent[], now: Date): readonly string[] {
  return [...new Set(flags.filter((flag) => isInForce(flag, consents, now)).map((flag) => codeOf(flag.code, CODES.REGISTER) ?? ''))]
}

/**
 * When that may be otherwise though nobody writes anything: the next day on which an entry, or what it rests on, begins or has ended. Nothing when there is
 * none. HAZ-A135
 */
export function registerChangesAt(flags: readonly Flag[], consents: readonly Consent[], now: Date): Date | undefined {
  const entries = flags.filter(({ code, status }) => status === 'active' && codeOf(code, CODES.REGISTER) !== undefined)
  if (entries.length === 0) return undefined
  const periods = [
    ...entries.map(({ period }) => period),
    ...consents.filter(({ status }) => status === 'active').map(({ provision }) => provision?.period),
  ]
  const days = periods.flatMap((period) => [
    ...(period?.start === undefined ? [] : [Date.parse(period.start.slice(0, 10))]),
    ...(period?.end === undefined ? [] : [dayAfter(period.end.slice(0, 10))]),
  ])
  const next = Math.min(...days.filter((day) => day > now.getTime()))
  return Number.isFinite(next) ? new Date(next) : undefined
}

/** The first day that a date does not cover, which may be of a month or a year. */
function dayAfter(date: string): number {
  const day = new Date(Date.parse(date))
  if (date.length === 4) return day.setUTCFullYear(day.getUTCFullYear() + 1)
  return date.length === 7 ? day.setUTCMonth(day.getUTCMonth() + 1) : day.setUTCDate(day.getUTCDate() + 1)
}

function isInForce(flag: Flag, consents: readonly Consent[], now: Date): boolean {
  if (codeOf(flag.code, CODES.REGISTER) === undefined || flag.status !== 'active' || !covers(flag.period, now)) return false
  const bases = (flag.extension ?? [])
    .filter(({ url }) => url === EXTENSION.REGISTER_BASIS)
    .flatMap(({ valueReference }) => valueReference?.reference ?? [])
  const named = bases.filter((reference) => reference.startsWith('Consent/'))
  if (named.length > 0)
    return named.every((reference) => consents.some((consent) => `Consent/${consent.id ?? ''}` === reference && permits(consent, now)))
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

const codeOf = (concept: CodeableConcept | undefined, system: string): string | undefined =>
  concept?.coding?.find((coding) => coding.system === system)?.code
