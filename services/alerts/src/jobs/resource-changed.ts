import type { Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { stepOf } from '@platform/fhir/plain-status'
import type { Clock } from '@platform/service/clock'
import type { Notices } from '../store/notices.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Steps } from '../store/steps.ts'

/** What it works with. */
export interface ResourceChangedDependencies {
  readonly record: FhirRecord
  readonly notices: Notices
  readonly steps: Steps
  readonly clock: Clock
}

/**
 * A Task or a ServiceRequest was changed, by whomever: who subscribed to the topic hears of it, if they are named in it. Whether they may read it is
 * decided by the record when they do.
 */
export const resourceChanged =
  ({ record, notices, steps, clock }: ResourceChangedDependencies) =>
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
    const need = resource.resourceType === 'ServiceRequest' ? id : needOf(resource)
    if (need !== undefined && patientId !== undefined && (await steps.heard(patientId))) await tellStep(need, patientId)

    /** The need is looked at as it is now, whatever has changed: a step is news once. */
    async function tellStep(needId: string, person: string): Promise<void> {
      const whole = await steps.need(needId)
      const step = whole === undefined ? undefined : stepOf(whole)
      if (whole === undefined || step === undefined) return
      const changed = [whole.request, ...whole.tasks].map(({ meta }) => meta?.lastUpdated ?? '').toSorted()
      await steps.tell({ need: needId, person, step, asOf: changed.at(-1) ?? '', at: clock.now() })
    }
  }

/** Id of the ServiceRequest that a Task is a step of. */
const needOf = ({ basedOn = [], focus }: Task): string | undefined =>
  [...basedOn, focus].flatMap((each) => /^ServiceRequest\/([A-Za-z0-9\-.]{1,64})$/.exec(each?.reference ?? '')?.[1] ?? [])[0]

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
