// What is written of an alert: its Tasks under their keys, new ones as conditional creates, changed ones guarded by their version. HAZ-A03
import { isDeepStrictEqual } from 'node:util'
import type { BundleEntry, Resource, Task } from '@medplum/fhirtypes'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import type { AlertContext } from './alert-context.ts'
import type { StayView } from './encounter.ts'
import { concept, referenceTo, type AlertTaskKind } from './vocabulary.ts'

/** Where a resource is or will be, and what has to be written for it. */
export interface Settled {
  readonly reference: string
  readonly entries: readonly BundleEntry[]
}

/** Writes what differs: a new resource under its key, a changed one only if nobody was faster. */
export function settle<T extends Resource & { identifier?: { system?: string; value?: string }[] }>(
  existing: T | undefined,
  next: T,
  { newId }: Pick<AlertContext, 'newId'>,
): Settled {
  if (existing === undefined) {
    const fullUrl = `urn:uuid:${newId()}`
    const key = next.identifier?.[0]
    return {
      reference: fullUrl,
      entries: [
        {
          fullUrl,
          resource: next,
          request: { method: 'POST', url: next.resourceType, ifNoneExist: `identifier=${key?.system ?? ''}|${key?.value ?? ''}` },
        },
      ],
    }
  }
  const reference = referenceTo(existing)
  if (isDeepStrictEqual(existing, next)) return { reference, entries: [] }
  return {
    reference,
    entries: [{ resource: next, request: { method: 'PUT', url: reference, ifMatch: `W/"${existing.meta?.versionId ?? ''}"` } }],
  }
}

/** A Task about a stay that is asked of somebody by a time. */
export function newTask(
  kind: AlertTaskKind,
  key: string,
  text: string,
  { patient }: StayView,
  encounter: string,
  owner: string,
  due: Date,
  { now }: AlertContext,
): Task {
  return {
    resourceType: 'Task',
    identifier: [{ system: OWN_ID.TASK_KEY, value: key }],
    status: 'requested',
    intent: 'order',
    priority: kind === 'after-discharge' ? 'routine' : 'urgent',
    code: concept(CODES.TASK_KIND, kind, text),
    focus: { reference: encounter },
    encounter: { reference: encounter },
    for: { reference: `Patient/${patient}` },
    authoredOn: now.toISOString(),
    owner: { reference: owner },
    restriction: { period: { end: due.toISOString() } },
  }
}
