/** Search in the fake record: the few parameters that reactors use, each as FHIR R4 defines it. An unknown one is refused. */
import type { CodeableConcept, Identifier, Reference, Resource } from '@medplum/fhirtypes'

interface Fields {
  readonly id?: string
  readonly identifier?: Identifier | readonly Identifier[]
  readonly status?: string
  readonly lifecycleStatus?: string
  readonly active?: boolean
  readonly basedOn?: readonly Reference[]
  readonly partOf?: readonly Reference[]
  readonly focus?: Reference
  readonly owner?: Reference
  readonly requester?: Reference
  readonly subject?: Reference
  readonly for?: Reference
  readonly patient?: Reference
  readonly encounter?: Reference
  readonly participant?: readonly { readonly actor?: Reference }[]
  readonly organization?: Reference
  readonly code?: CodeableConcept
  readonly category?: readonly CodeableConcept[]
  readonly authoredOn?: string
  readonly birthDate?: string
}

const fieldsOf = (resource: Resource): Fields => resource as unknown as Fields

type Test = (resource: Fields, value: string) => boolean

const refersTo = (references: readonly (Reference | undefined)[], value: string): boolean =>
  references.some((reference) => reference?.reference === value || reference?.reference?.split('/')[1] === value)

const isToken = (system: string | undefined, code: string | undefined, value: string): boolean => {
  const [before, after] = value.split('|')
  return after === undefined ? code === before : code === after && (system ?? '') === before
}

const TESTS: Readonly<Record<string, Test>> = {
  _id: (resource, value) => resource.id === value,
  identifier: (resource, value) => [resource.identifier ?? []].flat().some((one) => isToken(one.system, one.value, value)),
  status: (resource, value) => resource.status === value,
  active: (resource, value) => String(resource.active ?? true) === value,
  'based-on': (resource, value) => refersTo(resource.basedOn ?? [], value),
  'part-of': (resource, value) => refersTo(resource.partOf ?? [], value),
  focus: (resource, value) => refersTo([resource.focus], value),
  organization: (resource, value) => refersTo([resource.organization], value),
  'primary-organization': (resource, value) => refersTo([resource.organization], value),
  owner: (resource, value) => refersTo([resource.owner], value),
  subject: (resource, value) => refersTo([resource.subject], value),
  'lifecycle-status': (resource, value) => resource.lifecycleStatus === value,
  patient: (resource, value) =>
    refersTo([resource.subject, resource.for, resource.patient, ...(resource.participant ?? []).map(({ actor }) => actor)], value),
  encounter: (resource, value) => refersTo([resource.encounter], value),
  category: (resource, value) =>
    (resource.category ?? []).some(({ coding = [] }) => coding.some((one) => isToken(one.system, one.code, value))),
  birthdate: (resource, value) => resource.birthDate === value,
  // From a day on alone: `ge2026-11-01`.
  authored: (resource, value) => value.startsWith('ge') && (resource.authoredOn ?? '') >= value.slice(2),
  code: (resource, value) => (resource.code?.coding ?? []).some((coding) => isToken(coding.system, coding.code, value)),
}

const CONTROLS: ReadonlySet<string> = new Set(['_count', '_include', '_include:iterate', '_revinclude', 'page', '_total', '_sort'])

/** What matches, in the order of creation, and what a page of it brings along. */
export function searchFake(stored: readonly Resource[], type: string, params: URLSearchParams) {
  const criteria = [...params].filter(([name]) => !CONTROLS.has(name))
  for (const [name] of criteria) if (TESTS[name] === undefined) throw new Error(`The fake record does not know the parameter ${name}.`)
  // Several values in one parameter are alternatives, several parameters must all hold. FHIR R4, search.html#combining.
  const matches = stored.filter(
    (resource) =>
      resource.resourceType === type &&
      criteria.every(([name, values]) => values.split(',').some((value) => TESTS[name]?.(fieldsOf(resource), value) === true)),
  )
  const included = (page: readonly Resource[]): readonly Resource[] => {
    const found = params.getAll('_revinclude').flatMap((path) => {
      const [source, name = ''] = path.split(':')
      return stored.filter(
        (resource) =>
          resource.resourceType === source &&
          page.some((match) => TESTS[name]?.(fieldsOf(resource), `${match.resourceType}/${match.id}`) === true),
      )
    })
    const namedIn = (from: readonly Resource[], paths: readonly string[]): readonly Resource[] => {
      const named = new Set(
        paths.flatMap((path) => {
          const [source, key = ''] = path.split(':')
          return from
            .filter(({ resourceType }) => resourceType === source)
            .flatMap((match) => {
              const { subject, for: whose, patient, encounter, owner, requester } = fieldsOf(match)
              const by = { patient: [subject, whose, patient], encounter: [encounter], owner: [owner], requester: [requester] }
              return by[key as keyof typeof by]?.map((one) => one?.reference) ?? []
            })
        }),
      )
      return stored.filter((resource) => named.has(`${resource.resourceType}/${resource.id}`))
    }
    const brought = namedIn(page, params.getAll('_include'))
    return [...new Set([...found, ...brought, ...namedIn(brought, params.getAll('_include:iterate'))])]
  }
  return { matches, included }
}
