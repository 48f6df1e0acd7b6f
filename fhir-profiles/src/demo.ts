/**
 * The organisations, people and records of the demonstration, as FHIR resources. The id of each is its key: the value of its identifier
 * in the system `https://handrail.example/fhir/Id/demo`, and how the others refer to it. All people are synthetic.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  AllergyIntolerance,
  CareTeam,
  Condition,
  Consent,
  Device,
  DeviceUseStatement,
  Flag,
  Goal,
  HealthcareService,
  Location,
  MedicationStatement,
  Observation,
  Organization,
  Patient,
  Practitioner,
  PractitionerRole,
  Procedure,
} from '@medplum/fhirtypes'
import { demoFolder } from './package.ts'

/** Identifier system of everything the demonstration brings. */
export const DEMO_ID = 'https://handrail.example/fhir/Id/demo'

/** A resource of the demonstration: it has an id, which is its key, and an identifier with the same value. */
export type DemoResource =
  | Organization
  | Practitioner
  | PractitionerRole
  | Location
  | HealthcareService
  | Patient
  | CareTeam
  | Condition
  | Observation
  | Goal
  | MedicationStatement
  | AllergyIntolerance
  | Consent
  | Flag
  | Device
  | DeviceUseStatement
  | Procedure

/** Everything in `demo/`, file by file. */
export interface DemoData {
  readonly organizations: readonly Organization[]
  readonly practitioners: readonly (Practitioner | PractitionerRole)[]
  readonly services: readonly (Location | HealthcareService)[]
  readonly patients: readonly Patient[]
  readonly careTeams: readonly CareTeam[]
  readonly health: readonly (Condition | Observation | Goal | MedicationStatement | AllergyIntolerance)[]
  readonly register: readonly (Consent | Flag | Device | DeviceUseStatement)[]
  readonly sessions: readonly Procedure[]
}

/**
 * Reads the demonstration's data.
 *
 * @param folder default: `fhir-profiles/demo`
 */
export function readDemo(folder: string = demoFolder): DemoData {
  const read = <T extends DemoResource>(name: string): T[] => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  return {
    organizations: read('organizations.json'),
    practitioners: read('practitioners.json'),
    services: read('services.json'),
    patients: read('patients.json'),
    careTeams: read('care-teams.json'),
    health: read('health.json'),
    register: read('register.json'),
    sessions: read('sessions.json'),
  }
}

/** Every resource of the demonstration, each after those it refers to. */
export const demoResources = (demo: DemoData): readonly DemoResource[] => [
  ...demo.organizations,
  ...demo.practitioners,
  ...demo.services,
  ...demo.patients,
  ...demo.careTeams,
  ...demo.health,
  ...demo.register,
  ...demo.sessions,
]
