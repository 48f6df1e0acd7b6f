/** Tasks by which somebody else looks at what was done with access: who owns them, by when, and what they say. Pure. */
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'

const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'

/** How long a reviewer has: emergency access is reviewed weekly (row N1 of the features). */
const REVIEW_DUE_MS = 7 * 24 * 60 * 60 * 1000

export type ReviewKind = 'break-glass-review' | 'access-query' | 'possible-duplicate' | 'merge-review'

/** A reference to whoever owns a review, or the operator of the hub by name. */
export type Owner =
  { readonly reference: string } | { readonly identifier: { readonly system: string; readonly value: string }; readonly display: string }

/** Whoever runs the hub: answers where the record names nobody who could. */
const OPERATOR: Owner = {
  identifier: { system: 'https://handrail.example/fhir/Id/client', value: 'operator' },
  display: 'The operator of this hub',
}

/**
 * Who reviews: who the hub names for it, else the organisation that manages the person's record; never whoever is reviewed.
 *
 * @param configured `Organization/…` from the settings, or nothing
 */
export function reviewOwner(patient: FhirResource | undefined, configured: string, reviewed: readonly string[]): Owner {
  const managing = valuesAt(patient, 'managingOrganization.reference')[0]
  const reference = [configured, managing].find(
    (one): one is string => typeof one === 'string' && one.startsWith('Organization/') && !reviewed.includes(one),
  )
  return reference === undefined ? OPERATOR : { reference }
}

/**
 * Two records that may be of one person, put before somebody: the pair is its key, so that it waits once. It belongs to neither record, so that
 * nobody of the one learns of the other. docs/decisions/0098
 */
export function duplicateTask({ pair, because, reviewer, at }: Doubt): FhirResource {
  const [one = '', other = ''] = pair.toSorted()
  const { for: _for, ...task } = reviewTask({
    kind: 'possible-duplicate',
    patient: one,
    owner: reviewOwner(undefined, reviewer, []),
    description: `Two records share ${because === 'identifier' ? 'an identifier' : 'name and birth date'}: are they of one person? Merge them, or say that they are two.`,
    at,
    identifier: duplicateKey(pair),
  })
  return {
    ...task,
    input: [one, other].map((id) => ({ type: { text: 'Patient' }, valueReference: { reference: `Patient/${id}` } })),
  } as FhirResource
}

/** By what a pair is known, whoever asks about it. @param pair ids of two Patients, in any order */
export const duplicateKey = (pair: readonly string[]): string => `duplicate:${pair.toSorted().join(':')}`

/** Two Patients that may be one. */
export interface Doubt {
  /** Their ids, in any order. */
  readonly pair: readonly [string, string]
  readonly because: 'identifier' | 'name-and-birth-date'
  /** `Organization/…` from the settings, or nothing. */
  readonly reviewer: string
  readonly at: Date
}

/** An open Task of the hub with owner and due time. No clinical text: what is said is what its caller wrote. */
export function reviewTask({
  kind,
  patient,
  owner,
  requester,
  focus,
  description,
  reason,
  at,
  identifier,
}: {
  readonly kind: ReviewKind
  readonly patient: string
  readonly owner: Owner
  readonly requester?: string | undefined
  readonly focus?: string | undefined
  readonly description: string
  readonly reason?: object | undefined
  readonly at: Date
  readonly identifier?: string | undefined
}): FhirResource {
  return {
    resourceType: 'Task',
    ...(identifier === undefined ? {} : { identifier: [{ system: 'https://handrail.example/fhir/Id/review', value: identifier }] }),
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_KIND, code: kind }] },
    description,
    ...(focus === undefined ? {} : { focus: { reference: focus } }),
    for: { reference: `Patient/${patient}` },
    authoredOn: at.toISOString(),
    ...(requester === undefined ? {} : { requester: { reference: requester } }),
    owner,
    ...(isObject(reason) ? { reasonCode: reason } : {}),
    restriction: { period: { end: new Date(at.getTime() + REVIEW_DUE_MS).toISOString() } },
  }
}
