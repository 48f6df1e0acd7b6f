/** Who can be asked: the organisations and services listed in the record, held in memory and answered without a call. */
import type { Address, CodeableConcept, HealthcareService, Location, Organization } from '@medplum/fhirtypes'
import { factsOf, type ServiceFacts } from './listed-service.ts'

/** Whose bank holidays an organisation keeps. */
export type Nation = 'england' | 'wales' | 'scotland' | 'northern-ireland'

/** One listing, as little of it as deciding needs. */
export interface Listing {
  /** `HealthcareService/<id>` or `Organization/<id>` */
  readonly reference: string
  readonly name: string
  readonly active: boolean
  /** The organisation that answers for it, `Organization/<id>`; an organisation answers for itself. */
  readonly organization: string | undefined
  /** `system|value` of every identifier. */
  readonly identifiers: readonly string[]
  /** What it offers, by `system|code` of category, type, specialty and programme, in words. */
  readonly offers: ReadonlyMap<string, string>
  /** When the listing was last changed, ISO 8601; absent when the record does not say. */
  readonly changedAt?: string
  /** The nation it is in; absent when its address does not say. */
  readonly nation?: Nation
  /** Places free, as somebody last said, and when. */
  readonly capacity?: Capacity
  /** What a service says about itself; an organisation has none. */
  readonly facts?: ServiceFacts
  /** `system|value` of the organisation that took over from this one. */
  readonly successor?: string
  /** That another directory says of an organisation that it has closed, while the record has it in use: who says so, and since when it is known here. */
  readonly closure?: Closure
  /** Sector of an organisation, a code of the CodeSystem sector. */
  readonly sector?: string
  /** Grade of an organisation, by the assurance that it holds; a code of the CodeSystem grade. */
  readonly grade?: string
}

/** What another directory says of an organisation that has closed. */
export interface Closure {
  readonly by: string
  /** ISO 8601. */
  readonly since: string
}

/** How much room a service has, as its publisher said it. */
export interface Capacity {
  /** Places free. */
  readonly places?: number
  /** How long a person waits now, in days. */
  readonly waitDays?: number
  /** When that was said, ISO 8601. */
  readonly asOf: string
}

/** Answers from memory who is listed. */
export interface Directory {
  /** A listing by `HealthcareService/<id>` or `Organization/<id>`; also one that is no longer active. */
  listing(reference: string): Listing | undefined
  /** A listing by `system|value` of one of its identifiers. */
  identified(identifier: string): Listing | undefined
  /** Every listing that this organisation, `Organization/<id>`, answers for, itself included. */
  ofOrganization(organization: string): readonly Listing[]
  /** Every listing that offers this, `system|code`. */
  offering(code: string): Iterable<Listing>
  /** Every listing, in the order in which they became known. */
  all(): readonly Listing[]
}

/**
 * Whether somebody can be asked by this listing: it is in use, and so is the organisation that answers for it, and no other directory says that that one
 * has closed. An organisation that is not known here is taken to be in use.
 */
export function isInUse(listing: Listing, directory: Pick<Directory, 'listing'>): boolean {
  const answers = directory.listing(listing.organization ?? '')
  return listing.active && answers?.active !== false && answers?.closure === undefined
}

/** What deciding needs of a listed resource. */
export function toListing(
  resource: HealthcareService | Organization,
  locationOf: (reference: string) => Location | undefined = () => undefined,
): Listing {
  const reference = `${resource.resourceType}/${resource.id}`
  const concepts =
    resource.resourceType === 'Organization'
      ? (resource.type ?? [])
      : [...(resource.category ?? []), ...(resource.type ?? []), ...(resource.specialty ?? []), ...(resource.program ?? [])]
  return {
    reference,
    name: resource.name ?? reference,
    // Absent means in use. FHIR R4, organization.html: "whether the record is still in active use".
    active: resource.active !== false,
    organization: resource.resourceType === 'Organization' ? reference : resource.providedBy?.reference,
    identifiers: (resource.identifier ?? []).map(({ system, value }) => `${system ?? ''}|${value ?? ''}`),
    offers: new Map(concepts.flatMap((concept) => codesOf(concept).map((code) => [code, wordsOf(concept) || nameIn(code)] as const))),
    ...(resource.meta?.lastUpdated === undefined ? {} : { changedAt: resource.meta.lastUpdated }),
    ...given('nation', resource.resourceType === 'Organization' ? nationIn(resource.address ?? []) : undefined),
    ...given('successor', resource.resourceType === 'Organization' ? successorOf(resource) : undefined),
    ...given('closure', resource.resourceType === 'Organization' ? closureOf(resource) : undefined),
    ...given('sector', resource.resourceType === 'Organization' ? codeOf(resource, 'sector') : undefined),
    ...given('grade', resource.resourceType === 'Organization' ? codeOf(resource, 'grade') : undefined),
    ...given('facts', resource.resourceType === 'HealthcareService' ? factsOf(resource, locationOf) : undefined),
    ...given('capacity', resource.resourceType === 'HealthcareService' ? capacityOf(resource) : undefined),
  }
}

/** A property that is there only when it has a value. */
const given = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }

// Country as people write it, and as ISO 3166-2 does. An address that says "UK" says no nation.
const NATION_OF: Readonly<Record<string, Nation>> = {
  england: 'england',
  'gb-eng': 'england',
  wales: 'wales',
  cymru: 'wales',
  'gb-wls': 'wales',
  scotland: 'scotland',
  'gb-sct': 'scotland',
  'northern ireland': 'northern-ireland',
  'gb-nir': 'northern-ireland',
}

/** The nation that the first of these addresses to name one names. */
export const nationIn = (addresses: readonly Address[]): Nation | undefined =>
  addresses.map(({ country }) => NATION_OF[country?.trim().toLowerCase() ?? '']).find((nation) => nation !== undefined)

/** That another directory says of an organisation that it has closed. */
export const CLOSURE = 'https://handrail.example/fhir/StructureDefinition/organization-closure'

const partsOf = ({ extension = [] }: Organization) => {
  const parts = extension.find(({ url }) => url === CLOSURE)?.extension ?? []
  return (name: string) => parts.find(({ url }) => url === name)
}

const successorOf = (organization: Organization): string | undefined => {
  const { extension = [] } = organization
  const said = (
    extension.find(({ url }) => url === 'https://handrail.example/fhir/StructureDefinition/organization-successor') ??
    partsOf(organization)('successor')
  )?.valueReference?.identifier
  return said?.value === undefined ? undefined : `${said.system ?? ''}|${said.value}`
}

function closureOf(organization: Organization): Closure | undefined {
  const part = partsOf(organization)
  const [by, since] = [part('by')?.valueString, part('since')?.valueDateTime]
  return by === undefined || since === undefined ? undefined : { by, since }
}

/** What an extension of ours says, as a code. */
const codeOf = ({ extension = [] }: Organization, name: string): string | undefined =>
  extension.find(({ url }) => url === `https://handrail.example/fhir/StructureDefinition/${name}`)?.valueCode

const CAPACITY = 'https://handrail.example/fhir/StructureDefinition/service-capacity'

/** What the extension service-capacity says; nothing without the time at which it was said. */
function capacityOf({ extension = [] }: HealthcareService): Capacity | undefined {
  const parts = extension.find(({ url }) => url === CAPACITY)?.extension ?? []
  const part = (url: string) => parts.find((one) => one.url === url)
  const asOf = part('asOf')?.valueDateTime
  if (asOf === undefined) return undefined
  return { ...given('places', part('places')?.valueUnsignedInt), ...given('waitDays', part('waitDays')?.valueUnsignedInt), asOf }
}

/** `system|code` of every coding of a concept. */
export const codesOf = (concept: CodeableConcept): readonly string[] =>
  (concept.coding ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${system ?? ''}|${code}`]))

/** What is left to call a code that came without words: `…/service-kind|exercise-class` gives `exercise class`. */
const nameIn = (code: string): string => code.slice(code.lastIndexOf('|') + 1).replaceAll('-', ' ')

/** A concept in words: its text, else the display of its first coding that has one. */
export const wordsOf = (concept: CodeableConcept): string =>
  concept.text ?? concept.coding?.find(({ display }) => display !== undefined)?.display ?? ''
