/**
 * How long each entry of a person is kept: a clock for each organisation that contributed to it, by its nation and the kind of record;
 * the longest wins. Where no period is known there is no end. Pure. Hazard HAZ-P93.
 */
import type { RecordKind, RetentionCode } from '@handrail/fhir-profiles/retention'
import { BIT } from '../access/data-class.ts'
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'

/** What is known of an entry without reading it. */
export interface KeptEntry {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly classes: number
  /** Who wrote it and who is named in it. */
  readonly parties: readonly string[]
  /** When it happened, or when it was last written where that is not known. */
  readonly at: Date
}

export interface KeptPerson {
  readonly bornOn: Date | undefined
  readonly diedOn: Date | undefined
}

/** Until when, and why; or that no end is known, and why not. */
export type Keeping =
  | { readonly state: 'until'; readonly on: Date; readonly because: string; readonly confirmed: boolean }
  | { readonly state: 'no-end-known'; readonly because: string }

export interface ClockedEntry extends KeptEntry {
  readonly keeping: Keeping
}

export interface RetentionFacts {
  readonly person: KeptPerson
  /** The nation's code of each organisation; absent where its address does not say where it is. */
  readonly codeOf: (organization: string) => RetentionCode | undefined
}

const ADULT_YEARS = 18

/** @param entries all of the person, those that nobody may see included: the last contact is the last of all */
export function clockEntries(entries: readonly KeptEntry[], facts: RetentionFacts): ClockedEntry[] {
  const lastContact = new Map<string, Date>()
  for (const { parties, at } of entries) {
    for (const party of parties) {
      const known = lastContact.get(party)
      if (known === undefined || at > known) lastContact.set(party, at)
    }
  }
  const clocked = entries.map((entry): ClockedEntry => ({ ...entry, keeping: keepingOf(entry, lastContact, facts) }))
  // Who somebody is stays for as long as anything about them does.
  return clocked.map((entry) =>
    entry.type === 'Patient' ? { ...entry, keeping: clocked.map(({ keeping }) => keeping).reduce(longer) } : entry,
  )
}

function keepingOf({ parties, classes, at }: KeptEntry, lastContact: ReadonlyMap<string, Date>, facts: RetentionFacts): Keeping {
  const contributors = parties.filter((party) => party.startsWith('Organization/'))
  if (contributors.length === 0) return { state: 'no-end-known', because: 'No organisation contributed to it.' }
  const kind: RecordKind = (classes & BIT['mental-health']) === 0 ? 'adult-health' : 'mental-health'
  return contributors.map((party) => keepingBy(party, lastContact.get(party) ?? at, kind, facts)).reduce(longer)
}

function keepingBy(organization: string, contact: Date, kind: RecordKind, { person, codeOf }: RetentionFacts): Keeping {
  const none = (because: string): Keeping => ({ state: 'no-end-known', because: `${organization}: ${because}` })
  const code = codeOf(organization)
  if (code === undefined) return none('its address does not say in which nation it is.')
  const period = code.periods.find((one) => one.kind === kind)
  if (period === undefined) return none(`${code.nation} states no period for ${kind} in ${code.code}.`)
  if (person.bornOn === undefined) return none('whether the person was an adult is not known.')
  if (yearsAfter(person.bornOn, ADULT_YEARS) > contact)
    return none('the person was not an adult at the last contact, for which no period is known.')
  const ends = [yearsAfter(contact, period.afterLastContactYears)]
  if (period.afterDeathYears !== undefined && person.diedOn !== undefined) ends.push(yearsAfter(person.diedOn, period.afterDeathYears))
  const on = ends.reduce((one, other) => (one > other ? one : other))
  return { state: 'until', on, because: `${organization}: ${period.says} (${code.code})`, confirmed: code.confirmed !== undefined }
}

/** The longer of the two; no known end is longer than any. */
function longer(one: Keeping, other: Keeping): Keeping {
  if (one.state === 'no-end-known') return one
  if (other.state === 'no-end-known') return other
  return other.on > one.on ? other : one
}

function yearsAfter(at: Date, years: number): Date {
  const later = new Date(at)
  later.setUTCFullYear(later.getUTCFullYear() + years)
  return later
}

/** Whether its time is over. */
export const isDue = ({ keeping }: ClockedEntry, now: Date): boolean => keeping.state === 'until' && keeping.on <= now

/** Birth and death of a Patient, as far as they are whole dates; a part of a date is no date to count from. */
export function personIn(patient: FhirResource): KeptPerson {
  const whole = (value: unknown) =>
    typeof value === 'string' && value.length >= 10 && !Number.isNaN(Date.parse(value)) ? new Date(value) : undefined
  return { bornOn: whole(patient['birthDate']), diedOn: whole(patient['deceasedDateTime']) }
}

/** The region of an organisation: the ISO 3166-2 code in the country or state of an address of its. */
export function regionOf(organization: FhirResource): string | undefined {
  const said = valuesAt(organization, 'address')
    .filter(isObject)
    .flatMap(({ country, state }) => [country, state])
  return said.find((one): one is string => typeof one === 'string' && /^GB-(ENG|WLS|SCT|NIR)$/.test(one))
}
