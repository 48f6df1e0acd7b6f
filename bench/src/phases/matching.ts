/** Matching over 100,000 services, through the index that the hub keeps in memory. No server: what is measured is the decision itself. */
import type { HealthcareService, Location, Organization, ServiceRequest } from '@medplum/fhirtypes'
import { match } from '@services/referrals/domain/matching/match'
import { openDirectory } from '@services/referrals/store/directory'
import type { FhirRecord } from '@services/referrals/store/record'
import { setImmediate as turn } from 'node:timers/promises'
import { compare } from '../compare.ts'
import type { Scenario } from '../scenario.ts'
import { measured } from '../statistics.ts'
import { only, type Phase } from './phase.ts'

const SERVICES = 100_000
const KINDS = 20
const ORGANIZATIONS = 5_000
const SYSTEM = 'https://handrail.example/fhir/CodeSystem/service-kind'
const EXTENSION = 'https://handrail.example/fhir/StructureDefinition'

export const matchingPhase: Phase = {
  title: 'Matching over 100,000 services',
  covers: ['match-100000', 'match-100000-16'],
  run: async (run) => {
    const directory = openDirectory(recordOf())
    await directory.refresh()
    const at = new Date('2026-11-21T10:00:00Z')
    let asked = 0
    const once = () => {
      asked += 1
      match(
        requestFor(asked),
        { near: `${51 + ((asked * 7) % 60) / 10},${-4 + ((asked * 11) % 50) / 10}` },
        { at, directory, warnings: [] },
      )
    }
    /** So many callers, each asking again when it has been answered. They share one processor, so that what one waits is what the others are given. */
    const asking = (callers: number) => async (forMs: number) => {
      const durationsMs: number[] = []
      const begun = performance.now()
      const caller = async () => {
        while (performance.now() - begun < forMs) {
          const from = performance.now()
          await turn()
          once()
          durationsMs.push(performance.now() - from)
        }
      }
      await Promise.all(Array.from({ length: callers }, caller))
      return measured({ durationsMs, elapsedMs: performance.now() - begun })
    }
    const scenarios: readonly Scenario[] = [
      { name: 'match-100000', unit: 'matches/s', concurrency: 1, target: { p99Ms: 50 }, ours: asking(1) },
      { name: 'match-100000-16', unit: 'matches/s', concurrency: 16, ours: asking(16), ceiling: asking(1) },
    ]
    return compare(only(scenarios, run), run)
  },
}

const requestFor = (number: number): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/none' },
  code: { coding: [{ system: SYSTEM, code: `kind-${number % KINDS}` }] },
  extension: [
    {
      url: `${EXTENSION}/request-criteria`,
      extension: [
        { url: 'age', valueUnsignedInt: 52 },
        { url: 'accessNeed', valueCode: 'step-free' },
        { url: 'avoidAfter', valueTime: '15:00:00' },
      ],
    },
  ],
})

/** A record that answers the two searches of the directory, and nothing else. */
function recordOf(): FhirRecord {
  const notAsked = () => Promise.reject(new Error('The directory asks nothing else.'))
  const all = { Location: locations, HealthcareService: services, Organization: organizations }
  return {
    read: notAsked,
    search: async (type) => (all[type as keyof typeof all]?.() ?? []) as never,
    readNeed: notAsked,
    change: notAsked,
    open: notAsked,
    create: notAsked,
    transact: notAsked,
    patch: notAsked,
    as: recordOf,
    onBehalfOf: recordOf,
  }
}

// Spread over Great Britain by two strides that have no common divisor with the number of services.
const locations = (): Location[] =>
  Array.from({ length: SERVICES }, (_, index) => ({
    resourceType: 'Location',
    id: `l${index}`,
    position: { latitude: 50 + ((index * 7_919) % SERVICES) / 12_500, longitude: -5 + ((index * 104_729) % SERVICES) / 16_666 },
  }))

const services = (): HealthcareService[] =>
  Array.from({ length: SERVICES }, (_, index) => ({
    resourceType: 'HealthcareService',
    id: `s${index}`,
    name: `Service ${index}`,
    providedBy: { reference: `Organization/o${index % ORGANIZATIONS}` },
    type: [{ coding: [{ system: SYSTEM, code: `kind-${index % KINDS}`, display: 'A kind' }] }],
    location: [{ reference: `Location/l${index}` }],
    availableTime: [{ availableStartTime: index % 3 === 0 ? '16:00:00' : '10:30:00' }],
    extension: [
      { url: `${EXTENSION}/service-confirmed`, extension: [{ url: 'on', valueDate: index % 4 === 0 ? '2026-01-10' : '2026-09-10' }] },
      { url: `${EXTENSION}/service-eligibility`, extension: [{ url: 'ageFrom', valueUnsignedInt: index % 5 === 0 ? 65 : 18 }] },
    ],
  }))

const organizations = (): Organization[] =>
  Array.from({ length: ORGANIZATIONS }, (_, index) => ({ resourceType: 'Organization', id: `o${index}`, name: `Organisation ${index}` }))
