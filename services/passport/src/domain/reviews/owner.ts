/** Who answers for a review: the first of the roles of its line that the record names. */
import type { CareTeam, Reference } from '@medplum/fhirtypes'
import type { ReviewOwner } from '@handrail/fhir-profiles/review-rules'
import { DEVICE_BLOCK } from '@handrail/fhir-profiles/device-block'
import { localReference } from '../references.ts'
import { deviceOf, type PersonFacts } from './facts.ts'
import type { Review } from './reviews.ts'

/** Reference of an owner; the identifier of the single point of access where the record does not hold its Organization. */
export type Owner = Pick<Reference, 'reference' | 'identifier'>

const WORKS: ReadonlySet<string> = new Set(['Organization', 'Practitioner', 'PractitionerRole'])
const SERVICE_KIND = 'https://handrail.example/fhir/CodeSystem/service-kind'

/** @param accessPoint who answers when the record names nobody */
export function ownerOf({ line, entry }: Review, facts: PersonFacts, accessPoint: Owner): Owner {
  const named: Readonly<Record<ReviewOwner, () => string | undefined>> = {
    performer: () => performer() ?? authoringOrganization(entry.author),
    prescriber: () => prescriber() ?? authoringOrganization(entry.author),
    'device-centre': () => deviceCentre() ?? authoringOrganization(entry.author),
    'care-team': () => leadOf(facts.careTeams.map(({ resource }) => resource)),
    'single-point-of-access': () => undefined,
  }
  const reference = line.owners.map((role) => named[role]()).find((found) => found !== undefined)
  return reference === undefined ? accessPoint : { reference }

  function performer(): string | undefined {
    const { resource } = entry
    if (resource.resourceType === 'CarePlan') return worker(resource.author)
    const performers = resource.resourceType === 'Procedure' ? (resource.performer ?? []) : []
    return (
      performers.map(({ onBehalfOf }) => worker(onBehalfOf)).find(Boolean) ??
      performers.map(({ actor }) => worker(actor)).find((found) => found?.startsWith('Organization/')) ??
      performers.map(({ actor }) => worker(actor)).find(Boolean)
    )
  }
  function prescriber(): string | undefined {
    return entry.resource.resourceType === 'MedicationStatement' ? worker(entry.resource.informationSource) : undefined
  }
  function deviceCentre(): string | undefined {
    const { resource } = entry
    if (resource.resourceType !== 'DeviceUseStatement') return undefined
    const block = resource.extension?.find(({ url }) => url === DEVICE_BLOCK)?.extension ?? []
    return (
      worker(deviceOf(resource, facts.devices)?.owner) ??
      worker(block.find(({ url }) => url === 'confirmed-by')?.valueReference) ??
      worker(resource.source)
    )
  }
}

/** The organisation that leads an active care team: that which manages it, else its community neurological team, else its first. */
function leadOf(teams: readonly CareTeam[]): string | undefined {
  const active = teams.filter(({ status }) => status === 'active')
  const managing = active.flatMap(({ managingOrganization = [] }) => managingOrganization.map(worker)).find(Boolean)
  const members = active
    .flatMap(({ participant = [] }) => participant)
    .map(({ member, onBehalfOf, role }) => ({ organization: worker(onBehalfOf) ?? worker(member), role }))
    .filter(({ organization }) => organization?.startsWith('Organization/') === true)
  const community = members.find(({ role }) =>
    role?.some(({ coding }) => coding?.some(({ system, code }) => system === SERVICE_KIND && code === 'community-neuro-team')),
  )
  return managing ?? community?.organization ?? members[0]?.organization
}

const worker = (reference: Reference | undefined): string | undefined => {
  const local = localReference(reference?.reference)
  return local !== undefined && WORKS.has(local.type) ? `${local.type}/${local.id}` : undefined
}

const authoringOrganization = (author: string): string | undefined => (author.startsWith('Organization/') ? author : undefined)
