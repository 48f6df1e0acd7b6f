/** What the record holds about people on the register: who they are, whether they are on it, what a ward must know. */
import type {
  Appointment,
  CareTeam,
  Consent,
  Device,
  DeviceUseStatement,
  Flag,
  HealthcareService,
  MedicationStatement,
  Organization,
  Patient,
  PractitionerRole,
  Resource,
  Task,
} from '@medplum/fhirtypes'
import { registerChangesAt } from '@platform/fhir/register-entry'
import { specialistFor, type Pathway } from '@handrail/fhir-profiles/pathway'
import { CODES, ID, OWN_ID } from '@platform/nhs/systems'
import type { AlertContext } from '../domain/alert-context.ts'
import type { PersonMaterial } from '../domain/alert-lines.ts'
import type { WatchedPerson } from '../domain/person.ts'
import { readersOf } from '../domain/held-appointment.ts'
import { codeOf, kindOf, referenceTo } from '../domain/vocabulary.ts'
import { watchedPerson } from '../domain/watched-person.ts'
import { isOn, onDuty, type Duty, type OnDuty } from '../domain/rota.ts'
import { nobodyOn, whoIsOn } from '../domain/rota-words.ts'
import type { FhirRecord } from './record.ts'
import type { Rotas } from './rota.ts'

/** Reads of the record about one person. */
export interface Register {
  /** The person as the watch list should know them now. */
  watched(patient: string, now: Date): Promise<WatchedPerson | undefined>
  /** The same, and when it may be otherwise though nobody writes anything. */
  standing(patient: string, now: Date): Promise<{ readonly person?: WatchedPerson; readonly changesAt?: Date }>
  /** `Organization/…` that decides uncertain matches. */
  reviewOwner(): Promise<string>
  /** `Organization/…` that owns what nobody else can. */
  operations(): Promise<string>
  /** The name under which a hospital writes its messages, so that what it tells by FHIR is about the same stays; its reference where it sends none. */
  facilityOf(hospital: string): Promise<string>
  /** What others do with the person now, and what the person agreed to. */
  community(patient: string): Promise<Community>
  /** What lines are made from, who answers, and what `community` tells: in as few requests as it takes. */
  material(patient: string, registers: readonly string[], facility: string, now: Date): Promise<AlertMaterial>
  /** What the rota of an organisation says of these duties now, and in words with the number to ring; no words where no rota is kept. */
  onDuty(organization: string, duties: readonly Duty[], now: Date): Promise<DutyNow>
}

/** What a rota says. */
export interface DutyNow {
  readonly found: OnDuty
  readonly says?: string
  /** `PractitionerRole/…` of this rota whose hours it is not, for any duty. */
  readonly off: ReadonlySet<string>
}

/** What others do with the person, and what the person agreed to. */
type Community = NonNullable<AlertContext['community']>

/** Who answers for an alert, and what it may say. */
export interface AlertMaterial {
  readonly community: Community
  readonly person: PersonMaterial
  /** `Organization/…` each. */
  readonly owners: { readonly alert: string; readonly ward: string; readonly specialist: string; readonly afterDischarge: string }
  /** The hospital, where the record knows it by the name it writes itself. */
  readonly hospital?: string
  /** Who is on for the specialist's answer. */
  readonly onDuty: OnDuty
}

/** What an alert is made from, in one request; appointments are asked for alone: the person may be one of several who take part. */
const ABOUT_A_PERSON = ['Patient', 'Device', 'DeviceUseStatement', 'MedicationStatement', 'CareTeam', 'Flag', 'Consent', 'Task'] as const
/** States in which somebody gives sessions, or will. */
const GIVEN: ReadonlySet<string> = new Set(['accepted', 'ready', 'in-progress', 'on-hold'])
const REMEMBERED_MS = 60_000

/**
 * Opens the reads. Organisations are remembered for a minute.
 *
 * @param options.unknownFacility whose a ward's answer is when the record knows no organisation by the name in MSH-4: the specialist's, who then
 *   rings the ward; or, in the demonstration, the one hospital there is
 */
export function registerIn(
  record: FhirRecord,
  pathway: Pathway,
  rotas: Rotas,
  { unknownFacility }: { readonly unknownFacility: 'specialist' | 'hospital' },
): Register {
  const organizations = new Map<string, { readonly found: Promise<Organization | undefined>; readonly at: number }>()

  const remembered = async (key: string, ask: () => Promise<Organization | undefined>): Promise<Organization | undefined> => {
    const held = organizations.get(key)
    if (held !== undefined && performance.now() - held.at < REMEMBERED_MS) return held.found
    const found = ask()
    organizations.set(key, { found, at: performance.now() })
    found.then(
      (organization) => organization === undefined && organizations.delete(key),
      () => organizations.delete(key),
    )
    return found
  }
  const organizationBy = async (system: string, value: string): Promise<Organization | undefined> => {
    const key = `${system}|${value}`
    return remembered(key, async () => (await record.search<Organization>('Organization', { identifier: key }))[0])
  }
  const organizationAt = async (reference: string): Promise<Organization | undefined> =>
    remembered(reference, async () => record.read<Organization>(reference))
  /** Owns what nobody else can: no alert is ever without an owner. HAZ-A07 */
  const operations = async (): Promise<string> => {
    const held = await organizationBy(OWN_ID.HUB, 'operations')
    if (held !== undefined) return referenceTo(held)
    const resource: Organization = {
      resourceType: 'Organization',
      active: true,
      name: 'Hub operations',
      identifier: [{ system: OWN_ID.HUB, value: 'operations' }],
    }
    const request = { method: 'POST', url: 'Organization', ifNoneExist: `identifier=${OWN_ID.HUB}|operations` } as const
    const [place] = (await record.transact([{ resource, request }])) ?? []
    return place?.reference ?? ''
  }
  const owner = async (name: string): Promise<Organization | undefined> => {
    const identifier = pathway.alerts.owners.get(name)
    return identifier === undefined ? undefined : organizationBy(identifier.system, identifier.value)
  }
  const hospitalOf = async (facility: string): Promise<Organization | undefined> => {
    if (facility.startsWith('Organization/')) return organizationAt(facility) // told by FHIR: the sender itself
    for (const system of [OWN_ID.HL7V2_FACILITY, ID.ODS_ORGANIZATION, ID.ODS_SITE]) {
      const found = await organizationBy(system, facility)
      if (found !== undefined) return found
    }
    return unknownFacility === 'hospital' ? owner('hospital') : undefined
  }

  /** Whose a role or a service is; an organisation is its own. */
  const holderOf = async (reference: string): Promise<string | undefined> => {
    if (reference.startsWith('PractitionerRole/')) return (await record.read<PractitionerRole>(reference))?.organization?.reference
    if (reference.startsWith('HealthcareService/')) return (await record.read<HealthcareService>(reference))?.providedBy?.reference
    return reference.startsWith('Organization/') ? reference : undefined
  }
  const dutyNow = async (organization: string, duties: readonly Duty[], now: Date): Promise<DutyNow> => {
    const entries = await rotas.of(organization)
    const found = onDuty(entries, duties, now, pathway.calendar)
    const off = new Set(entries.filter((entry) => !isOn(entry, now, pathway.calendar)).map(({ reference }) => reference))
    if (found.state === 'unknown') return { found, off }
    const [theirs, holder] = await Promise.all([
      organizationAt(organization),
      found.state === 'on' ? organizationAt(found.entry.organization) : undefined,
    ])
    return { found, off, says: found.state === 'on' ? whoIsOn(found, holder ?? theirs, now) : nobodyOn(theirs, now) }
  }

  /** Visits that are booked, and whose they are. */
  const bookedFor = async (id: string): Promise<Pick<Community, 'appointments' | 'organizationOf'>> => {
    const appointments = await record.search<Appointment>('Appointment', { patient: `Patient/${id}`, status: 'booked,pending' })
    const organizationOf = new Map<string, string>()
    for (const reader of new Set(appointments.flatMap(readersOf))) {
      const whose = await holderOf(reader)
      if (whose !== undefined) organizationOf.set(reader, whose)
    }
    return { appointments, organizationOf }
  }

  const standing: Register['standing'] = async (id, now) => {
    // In one request: a merge that happens between two would show somebody without the entry that puts them on the register.
    const found = await record.search<Patient | Flag | Consent>('Patient', { _id: id, _revinclude: ['Flag:patient', 'Consent:patient'] })
    const patient = found.find((resource) => resource.resourceType === 'Patient')
    const flags = found.filter((resource) => resource.resourceType === 'Flag')
    const consents = found.filter((resource) => resource.resourceType === 'Consent')
    const [person, changesAt] = [watchedPerson({ patient, flags, consents }, now), registerChangesAt(flags, consents, now)]
    return { ...(person === undefined ? {} : { person }), ...(changesAt === undefined ? {} : { changesAt }) }
  }

  return {
    onDuty: dutyNow,
    watched: async (id, now) => (await standing(id, now)).person,
    standing,
    async reviewOwner() {
      const found = await owner('single-point-of-access')
      return found === undefined ? operations() : referenceTo(found)
    },
    operations,
    async facilityOf(hospital) {
      const organization = hospital.startsWith('Organization/') ? await organizationAt(hospital) : undefined
      return organization?.identifier?.find(({ system }) => system === OWN_ID.HL7V2_FACILITY)?.value ?? hospital
    },
    async community(id) {
      const [found, booked] = await Promise.all([record.everything<Task | Consent>(id, ['Task', 'Consent']), bookedFor(id)])
      return communityIn(found, booked)
    },
    async material(id, registers, facility, now) {
      const [found, booked, hospital, fallbackFollowUp] = await Promise.all([
        record.everything<Patient | Device | DeviceUseStatement | MedicationStatement | CareTeam | Flag | Consent | Task>(
          id,
          ABOUT_A_PERSON,
        ),
        bookedFor(id),
        hospitalOf(facility),
        owner(pathway.alerts.afterDischarge.owner),
      ])
      const patient = found.find((resource) => resource.resourceType === 'Patient')
      const devices = found.filter((resource) => resource.resourceType === 'Device')
      const uses = found.filter((resource) => resource.resourceType === 'DeviceUseStatement')
      const medicines = found.filter((resource) => resource.resourceType === 'MedicationStatement')
      const careTeams = found.filter((resource) => resource.resourceType === 'CareTeam')
      const flags = found.filter((resource) => resource.resourceType === 'Flag')
      const answering = registers.find((code) => pathway.alerts.specialists.has(code)) ?? registers[0] ?? '*'
      const { careTeamRole, otherwise } = specialistFor(pathway, answering)
      const member = inCareTeam(careTeams, careTeamRole)
      const named = member === undefined ? await organizationBy(otherwise.system, otherwise.value) : await organizationAt(member)
      const specialist =
        member ??
        (named === undefined ? undefined : referenceTo(named)) ??
        authorOf(flags, answering) ??
        organizationIn(patient?.managingOrganization?.reference) ??
        (await operations())
      // Quiet hours change the route and never the time: who is not on is not waited for.
      const duty = await dutyNow(specialist, ['specialist', 'on-call'], now)
      const ward = hospital === undefined ? specialist : referenceTo(hospital)
      const afterDischarge =
        inCareTeam(careTeams, 'community-neuro-team') ?? (fallbackFollowUp === undefined ? specialist : referenceTo(fallbackFollowUp))
      return {
        person: {
          patient: patient ?? { resourceType: 'Patient' },
          devices,
          uses,
          medicines,
          flags,
          ...(named === undefined ? {} : { specialist: named }),
          ...(duty.says === undefined
            ? {}
            : {
                onDuty: {
                  text: duty.says,
                  source: duty.found.state === 'on' ? duty.found.entry.reference : specialist,
                },
              }),
        },
        community: communityIn(found, booked),
        onDuty: duty.found,
        owners: { alert: specialist, ward, specialist, afterDischarge },
        ...(hospital === undefined ? {} : { hospital: referenceTo(hospital) }),
      }
    },
  }
}

/** Sessions that somebody gives the person, visits that are booked, and what the person agreed to. */
function communityIn(found: readonly Resource[], booked: Pick<Community, 'appointments' | 'organizationOf'>): Community {
  return {
    ...booked,
    tasks: found.filter(
      (resource) => resource.resourceType === 'Task' && GIVEN.has(resource.status) && kindOf(resource) === 'referral',
    ) as Task[],
    consents: found.filter((resource) => resource.resourceType === 'Consent'),
  }
}

function inCareTeam(careTeams: readonly CareTeam[], role: string): string | undefined {
  for (const { status, participant = [] } of careTeams) {
    if (status !== undefined && status !== 'active') continue
    const found = participant.find((each) => each.role?.some((concept) => codeOf(concept, CODES.SERVICE_KIND) === role) === true)
    const reference = organizationIn(found?.member?.reference)
    if (reference !== undefined) return reference
  }
  return undefined
}

/** Whoever put the person on the register under this code. */
function authorOf(flags: readonly Flag[], register: string): string | undefined {
  const own = flags.find(({ code, status }) => status === 'active' && codeOf(code, CODES.REGISTER) === register)
  return organizationIn(own?.author?.reference)
}

const organizationIn = (reference: string | undefined): string | undefined =>
  reference?.startsWith('Organization/') === true ? reference : undefined
