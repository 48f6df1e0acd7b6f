/**
 * How an entry came to be known: who says so, as of when, when it reached us, and how far it is checked. Nothing is inferred but what the
 * entry itself says.
 */
import type { Reference, Resource } from '@medplum/fhirtypes'
import { readDeviceBlock } from '@handrail/fhir-profiles/device-block'
import { extensionOf, nameOf, type Item, type Material } from './material.ts'

/** The four levels of `checked-level`, lowest first; `not-stated` when the entry does not say. */
export type CheckedLevel = 'person-said' | 'worker-recorded' | 'registered-professional-recorded' | 'clinician-confirmed' | 'not-stated'

export const CHECKED_LEVELS: readonly CheckedLevel[] = [
  'person-said',
  'worker-recorded',
  'registered-professional-recorded',
  'clinician-confirmed',
  'not-stated',
]

export interface Provenance {
  /** 'Organization/…', 'Practitioner/…' or 'Patient/…', as the entry says; else who first wrote it. */
  readonly source?: string
  readonly sourceName?: string
  /** A FHIR date or dateTime, as partial as it was given. */
  readonly asOf?: string
  /** An instant. */
  readonly receivedAt: string
  readonly checked: CheckedLevel
}

/** What an entry says of itself. */
export function provenanceOf(item: Item, material: Pick<Material, 'directory' | 'patient'>): Provenance {
  const said = sayersOf(item.resource)
  const source = said[0]?.reference ?? (item.author.startsWith('Organization/') ? item.author : undefined)
  const named = said.find((one) => nameOf(one, material) !== undefined) ?? (source === undefined ? undefined : { reference: source })
  const sourceName = nameOf(named, material)
  const asOf = asOfDate(item.resource)
  return {
    ...(source === undefined ? {} : { source }),
    ...(sourceName === undefined ? {} : { sourceName }),
    ...(asOf === undefined ? {} : { asOf }),
    receivedAt: item.receivedAt,
    checked: checkedLevelOf(item.resource),
  }
}

/** How far the entry is checked, as it says; what the person is named the source of is what the person said. */
export function checkedLevelOf(resource: Resource): CheckedLevel {
  const stated = extensionOf(resource as Parameters<typeof extensionOf>[0], 'checked-level')?.valueCode
  if (stated !== undefined && CHECKED_LEVELS.includes(stated as CheckedLevel)) return stated as CheckedLevel
  return sayersOf(resource)[0]?.reference?.startsWith('Patient/') === true ? 'person-said' : 'not-stated'
}

/** Asked several times of each entry of a long record, and a resource that was read does not change. */
const known = new WeakMap<Resource, readonly Reference[]>()

/** Who says so: organisations before persons, since people change and the duty stays. */
export function sayersOf(resource: Resource): readonly Reference[] {
  const before = known.get(resource)
  if (before !== undefined) return before
  const all = named(resource).filter((reference): reference is Reference => reference !== undefined)
  const isOrganization = ({ reference }: Reference): boolean => reference?.startsWith('Organization/') === true
  const sayers = all.length < 2 ? all : [...all.filter(isOrganization), ...all.filter((one) => !isOrganization(one))]
  known.set(resource, sayers)
  return sayers
}

function named(resource: Resource): (Reference | undefined)[] {
  switch (resource.resourceType) {
    case 'Procedure':
      return [...(resource.performer ?? []).flatMap(({ onBehalfOf, actor }) => [onBehalfOf, actor]), resource.asserter, resource.recorder]
    case 'Observation':
      return resource.performer ?? []
    case 'Condition':
    case 'AllergyIntolerance':
      return [resource.asserter, resource.recorder]
    case 'MedicationStatement':
      return [resource.informationSource]
    case 'MedicationRequest':
      return [resource.requester, resource.recorder]
    case 'DeviceUseStatement':
      return [confirmedBy(resource), resource.source]
    case 'Device':
      return [resource.owner]
    case 'Flag':
    case 'CarePlan':
      return [resource.author]
    case 'Goal':
      return [resource.expressedBy]
    case 'ServiceRequest':
      return [resource.requester]
    case 'Encounter':
      return [resource.serviceProvider]
    case 'Consent':
      return [...(resource.organization ?? []), ...(resource.performer ?? [])]
    case 'QuestionnaireResponse':
      return [resource.author, resource.source]
    case 'Immunization':
      return (resource.performer ?? []).map(({ actor }) => actor)
    case 'Communication':
      return [resource.sender]
    case 'ClinicalImpression':
      return [resource.assessor]
    default:
      return []
  }
}

const confirmedBy = (use: Extract<Resource, { resourceType: 'DeviceUseStatement' }>): Reference | undefined => {
  const reference = readDeviceBlock(undefined, use)?.confirmedBy
  return reference === undefined ? undefined : { reference }
}

/** As of when the entry holds, by its own words; nothing when it does not say. */
export function asOfDate(resource: Resource): string | undefined {
  switch (resource.resourceType) {
    case 'Procedure':
      return resource.performedDateTime ?? resource.performedPeriod?.end ?? resource.performedPeriod?.start
    case 'Observation':
      return resource.effectiveDateTime ?? resource.effectivePeriod?.end ?? resource.effectivePeriod?.start ?? resource.effectiveInstant
    case 'Condition':
    case 'AllergyIntolerance':
      return resource.recordedDate
    case 'MedicationStatement':
      return resource.dateAsserted ?? resource.effectiveDateTime ?? resource.effectivePeriod?.start
    case 'MedicationRequest':
    case 'ServiceRequest':
      return resource.authoredOn
    case 'DeviceUseStatement':
      return readDeviceBlock(undefined, resource)?.confirmedOn ?? resource.recordedOn
    case 'Flag':
      return resource.period?.start
    case 'CarePlan':
      return resource.created ?? resource.period?.start
    case 'Goal':
      return resource.statusDate ?? resource.startDate
    case 'Encounter':
      return resource.period?.start
    case 'Consent':
      return resource.dateTime
    case 'QuestionnaireResponse':
      return resource.authored
    case 'Immunization':
      return resource.occurrenceDateTime
    case 'Communication':
      return resource.sent ?? resource.received
    case 'ClinicalImpression':
      return resource.date
    default:
      return undefined
  }
}

/** After so many days without being confirmed an entry is shown as old: six months. Hospital alerts, section 9. HAZ-P80 */
export const STALE_AFTER_DAYS = 183

/** Whole days since a FHIR date, at least; nothing when it does not say the year. A partial date counts from the end of what it can mean. */
export function daysSince(asOf: string | undefined, today: string): number | undefined {
  if (asOf === undefined || !/^\d{4}/.test(asOf)) return undefined
  const latest = asOf.length === 4 ? `${asOf}-12-31` : asOf.length === 7 ? `${asOf}-28` : asOf.slice(0, 10)
  const days = Math.floor((Date.parse(today) - Date.parse(latest)) / 86_400_000)
  return Number.isNaN(days) ? undefined : days
}
