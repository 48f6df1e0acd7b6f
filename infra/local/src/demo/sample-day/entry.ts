/** How the entries of the sample day are written: each with its key, its identifier and days counted back from the first start. */
import type { Identifier, Resource } from '@medplum/fhirtypes'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import { BASE, isoDay } from '../world/reading.ts'

/** Key of what is made last: where it is, the day has been made. */
export const SAMPLE_DAY_MADE = 'sample-day-made'

/** A profile of UK Core, by name. */
export const ukCore = (name: string): string => `https://fhir.hl7.org.uk/StructureDefinition/UKCore-${name}`

/** A profile or extension of ours, by name. */
export const ours = (name: string): string => `${BASE}/StructureDefinition/${name}`

/** A resource that can be found again by an identifier. */
type Identified = Resource & { readonly identifier?: Identifier[] }

/** The same resource with its key, and the identifier by which it is made once. */
export const entry = <T extends Identified>(key: string, resource: T): T => ({
  ...resource,
  id: key,
  identifier: [...(resource.identifier ?? []).filter(({ system }) => system !== DEMO_ID), { system: DEMO_ID, value: key }],
})

/** Times before the day of the first start, as FHIR writes them. */
export interface Before {
  /** `YYYY-MM-DD`. */
  readonly day: (daysAgo: number) => string
  /** An instant on that day. @param hour of UTC */
  readonly at: (daysAgo: number, hour?: number, minutes?: number) => string
  /** An instant so many minutes ago. */
  readonly minutesAgo: (minutes: number) => string
}

const DAY_MS = 86_400_000

/** @param now the first start */
export function before(now: Date): Before {
  const back = (days: number): Date => new Date(now.getTime() - days * DAY_MS)
  return {
    day: (daysAgo) => isoDay(back(daysAgo)),
    at: (daysAgo, hour = 10, minutes = 0) =>
      `${isoDay(back(daysAgo))}T${String(hour).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:00Z`,
    minutesAgo: (minutes) => new Date(now.getTime() - minutes * 60_000).toISOString(),
  }
}
