/** Reading FHIR resources for pages: names, codes, extensions. What is absent stays absent. */
import type { CodeableConcept, Extension, HumanName, Organization, Patient, Reference, Resource, Task } from '@medplum/fhirtypes'
import type { Resolved } from '../clients/record.ts'

const OURS = 'https://handrail.example/fhir'

/** URL of an extension of ours. */
export const ours = (name: string): string => `${OURS}/StructureDefinition/${name}`
/** URL of a code system of ours. */
export const codes = (name: string): string => `${OURS}/CodeSystem/${name}`
/** System of an identifier of ours. */
export const ids = (name: string): string => `${OURS}/Id/${name}`

interface Extended {
  readonly extension?: readonly Extension[]
}

/** The code in an extension of ours. */
export const codeIn = (resource: Extended | undefined, name: string): string | undefined =>
  resource?.extension?.find(({ url }) => url === ours(name))?.valueCode

/** Every text of an extension of ours. */
export const textsIn = (resource: Extended | undefined, name: string): readonly string[] =>
  (resource?.extension ?? []).flatMap(({ url, valueString }) => (url === ours(name) && valueString !== undefined ? [valueString] : []))

/** Words of a concept, as its author put them. */
export const wordsOf = (concept: CodeableConcept | undefined): string | undefined =>
  concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display ?? concept?.coding?.[0]?.code

/** The code of a concept in a system of ours. */
export const codeOf = (concept: CodeableConcept | undefined, system: string): string | undefined =>
  concept?.coding?.find((coding) => coding.system === codes(system))?.code

/** A person's name as it is spoken. */
export function nameOf(names: readonly HumanName[] | undefined): string | undefined {
  const name = names?.find(({ use }) => use === 'official' || use === 'usual') ?? names?.[0]
  if (name === undefined) return undefined
  const spoken = [...(name.given ?? []), name.family].filter((part) => part !== undefined && part !== '').join(' ')
  return spoken === '' ? name.text : spoken
}

/** The NHS number of a person, ten digits. */
export const nhsNumberOf = ({ identifier }: Patient): string | undefined =>
  identifier?.find(({ system }) => system === 'https://fhir.nhs.uk/Id/nhs-number')?.value

/** What a reference is called: the name of what it points to, else the words beside it. */
export function calledOf(reference: Reference | undefined, resolved: Resolved): string | undefined {
  const resource = resolved.get(reference?.reference ?? '')
  return (resource === undefined ? undefined : calledItself(resource)) ?? reference?.display
}

function calledItself(resource: Resource): string | undefined {
  switch (resource.resourceType) {
    case 'Organization':
    case 'HealthcareService':
    case 'Location':
      return resource.name
    case 'Patient':
    case 'Practitioner':
    case 'RelatedPerson':
      return nameOf(resource.name)
    default:
      return undefined
  }
}

/** The organisation behind a reference, where it is one that may be seen. */
export function organizationOf(reference: Reference | undefined, resolved: Resolved): Organization | undefined {
  const resource = resolved.get(reference?.reference ?? '')
  return resource?.resourceType === 'Organization' ? resource : undefined
}

/** Which step of the hub a Task is. */
export const kindOf = (task: Task): string => codeOf(task.code, 'task-kind') ?? 'unknown'

/** When somebody must have acted. */
export const dueOf = (task: Task): string | undefined => task.restriction?.period?.end

const OPEN: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])

/** Whether somebody still has to act. */
export const isOpen = ({ status }: Task): boolean => OPEN.has(status)

/** The statuses of open Tasks, as a search criterion. */
export const OPEN_STATUSES: string = [...OPEN].join(',')

/** One output of a Task. */
export const outputOf = (task: Task, code: string) => task.output?.find(({ type }) => codeOf(type, 'task-output') === code)

/** The ServiceRequest that a Task is a step of. */
export const needReferenceIn = ({ focus, basedOn }: Task): string | undefined =>
  [focus?.reference, ...(basedOn ?? []).map(({ reference }) => reference)].find((one) => one?.startsWith('ServiceRequest/'))
