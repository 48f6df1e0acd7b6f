/** A copy without what a reviewer marked, and the words that say so. Pure. Hazard HAZ-P92. */
import { parseJson } from '@platform/fhir/json'
import type { Version } from '../archive/version-line.ts'
import type { FhirResource } from '../references.ts'
import { isObject } from '../references.ts'

/** Why something may be left out of a copy: the exemptions for health data under the right of access. */
export type Ground = 'serious-harm' | 'third-party'

export interface Mark {
  readonly type: string
  readonly id: string
  /** `''` for the whole entry, else a way into it such as `note[0].text`. */
  readonly element: string
  readonly ground: Ground
}

type Present = Version & { readonly plain: FhirResource }

const WAY = /^[A-Za-z]+(\[\d{1,4}\])?(\.[A-Za-z]+(\[\d{1,4}\])?){0,8}$/
const stepsOf = (element: string): (string | number)[] =>
  element.split('.').flatMap((part) => {
    const [, name = '', index] = /^([A-Za-z]+)(?:\[(\d+)\])?$/.exec(part) ?? []
    return index === undefined ? [name] : [name, Number(index)]
  })

/** Whether a way leads to something in a resource, and to nothing that every resource must have. */
export function leadsSomewhere(resource: FhirResource, element: string): boolean {
  if (!WAY.test(element) || /^(resourceType|id|meta)\b/.test(element)) return false
  let here: unknown = resource
  for (const step of stepsOf(element))
    here = Array.isArray(here) ? here[step as number] : isObject(here) && Object.hasOwn(here, step) ? here[step] : undefined
  return here !== undefined
}

function without(value: unknown, [step, ...rest]: readonly (string | number)[]): unknown {
  if (step === undefined) return undefined
  if (Array.isArray(value)) {
    const changed = value.map((item, index) => (index === step ? without(item, rest) : item)).filter((item) => item !== undefined)
    return changed.length === 0 ? undefined : changed
  }
  if (!isObject(value)) return value
  const { [String(step)]: child, ...others } = value
  const kept = rest.length === 0 ? undefined : without(child, rest)
  const changed = kept === undefined ? others : { ...value, [String(step)]: kept }
  return Object.keys(changed).length === 0 ? undefined : changed
}

/** https://terminology.hl7.org/CodeSystem/v3-ObservationValue, as FHIR R4 security-labels.html names it for a copy with parts left out. */
const REDACTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'REDACTED' }

/** Without the marked elements, the last of a list first, and without the narrative, which repeats them. */
export function redacted(resource: FhirResource, elements: readonly string[]): FhirResource {
  const inOrder = elements.toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }))
  const left = inOrder.reduce<FhirResource>(
    (rest, element) => (without(rest, stepsOf(element)) as FhirResource | undefined) ?? rest,
    resource,
  )
  const { text: _narrative, ...others } = left
  return { ...others, resourceType: left.resourceType, meta: { ...left.meta, security: [...(left.meta?.security ?? []), REDACTED] } }
}

/** @returns the versions and present entries of the copy; of what was marked in part only the present version, without that part */
export function copyWithout(
  rows: { versions: readonly Version[]; present: readonly Present[] },
  marks: readonly Mark[],
): { versions: Version[]; present: Present[] } {
  const marksOf = Map.groupBy(marks, ({ type, id }) => `${type}/${id}`)
  const present = rows.present.flatMap((row): Present[] => {
    const own = marksOf.get(`${row.type}/${row.id}`)
    if (own === undefined) return [row]
    if (own.some(({ element }) => element === '')) return []
    const exact = redacted(
      parseJson(row.content).exact as FhirResource,
      own.map(({ element }) => element),
    )
    const content = JSON.stringify(exact)
    return [{ ...row, content, plain: JSON.parse(content) as FhirResource }]
  })
  const changed = new Map(present.map((row) => [`${row.type}/${row.id}/${row.version}`, row]))
  const versions = rows.versions.flatMap((version): Version[] => {
    if (!marksOf.has(`${version.type}/${version.id}`)) return [version]
    const row = changed.get(`${version.type}/${version.id}/${version.version}`)
    if (row === undefined) return []
    const { plain: _plain, ...kept } = row
    return [kept]
  })
  return { versions, present }
}

const WHY: Readonly<Record<Ground, string>> = {
  'serious-harm':
    'because a health professional judged that reading it would be likely to cause serious harm to the physical or mental health of you or of somebody else',
  'third-party': 'because it is about, or comes from, another person who has not agreed',
}

/** What the copy says about what is not in it; that nothing was left out, where nothing was. */
export function wordsAbout(marks: readonly Mark[]): string[] {
  if (marks.length === 0) return ['Nothing was left out of this copy.']
  const said = [...Map.groupBy(marks, ({ ground }) => ground)].map(
    ([ground, own]) => `${own.length === 1 ? 'One part was' : `${own.length} parts were`} left out ${WHY[ground]}.`,
  )
  return [...said, 'You may ask for this to be looked at again, and you may complain to the Information Commissioner.']
}

/** A month later, on the same day; on the last of the month where it has no such day. The right of access gives one month. */
export function monthAfter(at: Date): Date {
  const due = new Date(at)
  const day = due.getUTCDate()
  due.setUTCDate(1)
  due.setUTCMonth(due.getUTCMonth() + 1)
  const last = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate()
  due.setUTCDate(Math.min(day, last))
  return due
}
