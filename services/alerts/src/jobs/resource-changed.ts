import type { Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Clock } from '@platform/service/clock'
import type { Notices } from '../store/notices.ts'
import type { FhirRecord } from '../store/record.ts'

/**
 * A Task or a ServiceRequest was changed, by whomever: who subscribed to the topic hears of it, if they are named in it. Whether they may read it is
 * decided by the record when they do.
 */
export const resourceChanged =
  ({ record, notices, clock }: { readonly record: FhirRecord; readonly notices: Notices; readonly clock: Clock }) =>
  async ({ changeId, type, id, versionId, patientId }: ResourceChanged): Promise<void> => {
    const focus = `${type}/${id}`
    const resource = await record.read<Task | ServiceRequest>(focus)
    if (resource === undefined) return // deleted: nobody is left who could be named
    await notices.tellOfResource({
      topic: type === 'Task' ? 'task' : 'referral',
      change: changeId,
      focus,
      kind: versionId === '1' ? 'created' : 'updated',
      audience: partiesOf(resource),
      facts: factsOf(resource),
      at: clock.now(),
      ...(patientId === undefined ? {} : { patient: patientId }),
    })
  }

/** Everybody who is asked, or has asked. */
function partiesOf(resource: Task | ServiceRequest): string[] {
  const named =
    resource.resourceType === 'Task' ? [resource.owner, resource.requester] : [resource.requester, ...(resource.performer ?? [])]
  return [...new Set(named.flatMap((each) => (each?.reference?.startsWith('Organization/') === true ? each.reference : [])))]
}

function factsOf(resource: Task | ServiceRequest): string[] {
  if (resource.resourceType === 'Task') {
    const codes = (resource.code?.coding ?? []).flatMap(({ code }) => (code === undefined ? [] : `code=${code}`))
    return [
      `status=${resource.status}`,
      ...codes,
      ...(resource.owner?.reference === undefined ? [] : [`owner=${resource.owner.reference}`]),
    ]
  }
  const references = (name: string, list: readonly { reference?: string }[]) =>
    list.flatMap(({ reference }) => (reference === undefined ? [] : `${name}=${reference}`))
  return [
    `status=${resource.status}`,
    ...references('requester', resource.requester === undefined ? [] : [resource.requester]),
    ...references('performer', resource.performer ?? []),
  ]
}

/** Types of the topics `task` and `referral`. */
export const TOPIC_TYPES: readonly Resource['resourceType'][] = ['Task', 'ServiceRequest']
