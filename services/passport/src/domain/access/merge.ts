/** What becomes of a record when two of one person become one, and two again. Pure. FHIR R5 Patient/$merge. Hazard HAZ-P24. */
import { isRestricted, RESTRICTED } from '@platform/fhir/whereabouts'
import type { FhirResource } from '../references.ts'
import { isObject, referencesAt, rewriteReferences, valuesAt } from '../references.ts'

/** The same resource with every reference to one Patient turned into one to another, versions of it too. */
export function aboutAnother<T>(resource: T, { from, to, baseUrl }: { from: string; to: string; baseUrl: string }): T {
  const local = `Patient/${from}`
  return rewriteReferences(resource, (reference) => {
    const base = reference.startsWith(`${baseUrl}/`) ? `${baseUrl}/` : ''
    const rest = reference.slice(base.length)
    return rest === local || rest.startsWith(`${local}/_history/`) ? `${base}Patient/${to}` : reference
  })
}

/** The Patient that goes: no longer active, and it says which one took its place. https://hl7.org/fhir/R4/valueset-link-type.html */
export function replaced(source: FhirResource, target: string): FhirResource {
  return { ...source, active: false, link: [...linksOf(source), { other: { reference: `Patient/${target}` }, type: 'replaced-by' }] }
}

/**
 * The Patient that stays: it says whom it replaces, and is found by the identifiers of both; those that came are old ones. Where one of them is not to be
 * found, neither is. HAZ-A17
 */
export function replacing(target: FhirResource, source: FhirResource, sourceId: string): FhirResource {
  const has = new Set(valuesAt(target, 'identifier').map(keyOf))
  const came = valuesAt(source, 'identifier')
    .filter((one) => isObject(one) && !has.has(keyOf(one)))
    .map((one) => ({ ...(one as object), use: 'old' }))
  const identifier = [...valuesAt(target, 'identifier'), ...came]
  const extension = isRestricted(source) && !isRestricted(target) ? [...valuesAt(target, 'extension'), RESTRICTED] : undefined
  return {
    ...target,
    ...(extension !== undefined && { extension }),
    ...(identifier.length === 0 ? {} : { identifier }),
    link: [...linksOf(target), { other: { reference: `Patient/${sourceId}` }, type: 'replaces' }],
  }
}

/**
 * The Patient that stayed, after the other has gone its own way again, where it was changed meanwhile: without the link, and without the
 * identifiers that had come from the other.
 */
export function apart(target: FhirResource, { before, other }: { before: FhirResource; other: string }): FhirResource {
  const had = new Set(valuesAt(before, 'identifier').map(keyOf))
  const identifier = valuesAt(target, 'identifier').filter((one) => !(isObject(one) && one['use'] === 'old' && !had.has(keyOf(one))))
  const link = linksOf(target).filter((one) => referencesAt(one, ['other']).every(({ id }) => id !== other))
  const { identifier: _identifier, link: _link, ...rest } = target
  return { ...rest, ...(identifier.length === 0 ? {} : { identifier }), ...(link.length === 0 ? {} : { link }) } as FhirResource
}

/** The Patient that had gone, where it was changed meanwhile: active as it was, and without the link. */
export function backAgain(source: FhirResource, { before, other }: { before: FhirResource; other: string }): FhirResource {
  const link = linksOf(source).filter((one) => referencesAt(one, ['other']).every(({ id }) => id !== other))
  const { link: _link, active: _active, ...rest } = source
  return {
    ...rest,
    ...('active' in before ? { active: before['active'] } : {}),
    ...(link.length === 0 ? {} : { link }),
  } as FhirResource
}

/** Whether another Patient took this one's place, and which. */
export const replacedBy = (patient: FhirResource): string | undefined =>
  linksOf(patient)
    .filter((one) => isObject(one) && one['type'] === 'replaced-by')
    .flatMap((one) => referencesAt(one, ['other']))
    .find(({ type }) => type === 'Patient')?.id

/** Elements by which an entry hangs under another: what goes, takes along what hangs under it. */
const HANGS_UNDER = ['basedOn', 'focus', 'partOf', 'encounter', 'context', 'request', 'derivedFrom'] as const

/** Of new entries those that hang under something that goes, directly or through each other, as 'Type/id'. */
export function goingAlong(
  entries: readonly { readonly reference: string; readonly resource: FhirResource }[],
  going: ReadonlySet<string>,
): Set<string> {
  const along = new Set<string>()
  for (let grew = true; grew;) {
    grew = false
    for (const { reference, resource } of entries) {
      if (along.has(reference)) continue
      const above = referencesAt(resource, HANGS_UNDER).map(({ type, id }) => `${type}/${id}`)
      if (!above.some((one) => going.has(one) || along.has(one))) continue
      along.add(reference)
      grew = true
    }
  }
  return along
}

/** How a party stands to a person, as one text: kind, and the classes it is bound to. */
export interface Stands {
  readonly party: string
  readonly how: string
}

/** Who would stand to one of the two records as it did not before, because it stands so to the other. */
export function widenedBy(source: readonly Stands[], target: readonly Stands[]): { party: string; sees: 'source' | 'target' }[] {
  const more = (some: readonly Stands[], others: readonly Stands[], sees: 'source' | 'target') => {
    const known = new Set(others.map(({ party, how }) => `${party}|${how}`))
    return [...new Set(some.filter(({ party, how }) => !known.has(`${party}|${how}`)).map(({ party }) => party))].map((party) => ({
      party,
      sees,
    }))
  }
  return [...more(source, target, 'target'), ...more(target, source, 'source')]
}

const linksOf = (patient: FhirResource): unknown[] => valuesAt(patient, 'link')
const keyOf = (identifier: unknown) => (isObject(identifier) ? `${String(identifier['system'])}|${String(identifier['value'])}` : '')
