/** What a summary, an emergency view and a timeline are made from: the rows that one reader may see of one person. Pure. */
import type { Extension, Patient, Resource } from '@medplum/fhirtypes'
import type { DataClass } from '../access/data-class.ts'
import { BIT } from '../access/data-class.ts'

/** One row as the reader may see it. */
export interface Item<R extends Resource = Resource> {
  /** 'Procedure/…' */
  readonly reference: string
  readonly resource: R
  /** The text as it is served; decimals keep their digits here and not in `resource`. */
  readonly text: string
  /** When this version was stored, an instant. */
  readonly receivedAt: string
  /** Who first wrote it: 'Organization/…', or an author that nobody is read under. */
  readonly author: string
}

/** Everything one reader may see of one person. What he may not see is not in it: whoever builds from it cannot tell. */
export interface Material {
  readonly patient: Item<Patient>
  /** All but the Patient, in no order that means anything. */
  readonly items: readonly Item[]
  /** Organisations, professionals, places and medicines that the items name and the reader may see, by reference. */
  readonly directory: ReadonlyMap<string, Item>
  /** The data classes that the reader's standing opens, as bits. A closed class is said to be closed, whether or not it holds anything. */
  readonly open: number
  /** The Patient is shown in part: what it lacks may be recorded all the same. @default false */
  readonly inPart?: boolean
}

/** The same in one order, so that what is built from it is the same in whatever order it was read. */
export function inOrder(material: Material): Material {
  return { ...material, items: material.items.toSorted((one, other) => (one.reference < other.reference ? -1 : 1)) }
}

type OfType<T extends Resource['resourceType']> = Extract<Resource, { resourceType: T }>

/** Each section asks for its types; a long record is gone through once. */
const byType = new WeakMap<readonly Item[], Map<string, Item[]>>()

/** The items of one type, those entered in error left out: they are no part of what is known. */
export function itemsOf<T extends Resource['resourceType']>({ items }: Material, type: T): Item<OfType<T>>[] {
  let types = byType.get(items)
  if (types === undefined) {
    types = Map.groupBy(
      items.filter(({ resource }) => !isInError(resource)),
      ({ resource }) => resource.resourceType,
    )
    byType.set(items, types)
  }
  return [...(types.get(type) ?? [])] as unknown as Item<OfType<T>>[] // grouped by the very type
}

/** Whether the resource says that it should never have been written. */
export function isInError(resource: Resource): boolean {
  if ('status' in resource && resource.status === 'entered-in-error') return true
  if (!('verificationStatus' in resource)) return false
  const { verificationStatus } = resource
  return typeof verificationStatus === 'object' && verificationStatus.coding?.some(({ code }) => code === 'entered-in-error') === true
}

/** Whether the reader's standing opens all of these classes. */
export const opens = ({ open }: Material, classes: readonly DataClass[]): boolean => classes.every((name) => (open & BIT[name]) !== 0)

/** The value of one of our extensions. */
export function extensionOf(resource: { readonly extension?: readonly Extension[] }, id: string): Extension | undefined {
  return resource.extension?.find(({ url }) => url === `https://handrail.example/fhir/StructureDefinition/${id}`)
}

/** Every extension of ours of one kind. */
export function extensionsOf(resource: { readonly extension?: readonly Extension[] }, id: string): Extension[] {
  return (resource.extension ?? []).filter(({ url }) => url === `https://handrail.example/fhir/StructureDefinition/${id}`)
}

/** A concept in words: what was typed, else the name of its first code, else the code. Nothing when it says nothing. */
export function wordsOf(
  concept:
    | {
        readonly text?: string | undefined
        readonly coding?: readonly { readonly display?: string | undefined; readonly code?: string | undefined }[] | undefined
      }
    | undefined,
): string | undefined {
  const text = concept?.text?.trim()
  if (text !== undefined && text !== '') return text
  const named = concept?.coding?.find(({ display }) => display !== undefined)
  return named?.display ?? concept?.coding?.[0]?.code
}

/** The name of what a reference points to, as far as the reader may know it. */
export function nameOf(
  reference: { readonly reference?: string | undefined; readonly display?: string | undefined } | undefined,
  { directory, patient }: Pick<Material, 'directory' | 'patient'>,
): string | undefined {
  const found = reference?.reference === undefined ? undefined : directory.get(reference.reference)?.resource
  if (found !== undefined) return calledOf(found) ?? reference?.display
  if (reference?.reference === patient.reference) return personCalled(patient.resource)
  return reference?.display
}

function calledOf(resource: Resource): string | undefined {
  switch (resource.resourceType) {
    case 'Organization':
    case 'HealthcareService':
    case 'Location':
      return resource.name
    case 'Practitioner':
      return humanName(resource.name)
    case 'PractitionerRole':
      return resource.practitioner?.display ?? wordsOf(resource.code?.[0])
    case 'Medication':
      return wordsOf(resource.code)
    default:
      return undefined
  }
}

/** The official name, else the first; as one text. */
export function humanName(
  names:
    | readonly {
        readonly use?: string | undefined
        readonly text?: string | undefined
        readonly prefix?: readonly string[] | undefined
        readonly given?: readonly string[] | undefined
        readonly family?: string | undefined
      }[]
    | undefined,
): string | undefined {
  const name = names?.find(({ use }) => use === 'official') ?? names?.[0]
  if (name === undefined) return undefined
  const joined = [...(name.prefix ?? []), ...(name.given ?? []), name.family].filter((part) => part !== undefined).join(' ')
  return name.text ?? (joined === '' ? undefined : joined)
}

/** The name by which a summary calls the person; nothing where the record has none. */
export const personCalled = (patient: Patient): string | undefined => humanName(patient.name)
