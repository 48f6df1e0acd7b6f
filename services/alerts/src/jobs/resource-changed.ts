import type { Resource, Task } from '@medplum/fhirtypes'
import { stepOf } from '@platform/fhir/plain-status'
import type { ComingChange } from '@platform/service/outbox'
import type { Clock } from '@platform/service/clock'
import type { HeardChange } from '@platform/service/consumer'
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

/** The consumer that hears of them. */
export const TOPICS_CONSUMER = 'alerts-topics'
/** Types of the topics `task` and `referral`. */
export const TOPIC_TYPES: readonly Resource['resourceType'][] = ['Task', 'ServiceRequest']

/**
 * A Task or a ServiceRequest was changed, by whomever: who subscribed to the topic hears of it, if they were named in it then. Whether they may
 * read it is decided by the record when they do.
 */
export const resourceChanged =
  ({ record, notices, steps, clock }: ResourceChangedDependencies) =>
  async ({ changeId, type, id, versionId, patientId, came }: HeardChange): Promise<void> => {
    await notices.tellOfResource({
      ...noticeOf({ type, id, versionId, patientId }, clock.now()),
      change: changeId,
      heardBy: TOPICS_CONSUMER,
      ...(came && { came }),
    })
    if (patientId === undefined || !(await steps.heard(patientId))) return
    const need = type === 'ServiceRequest' ? id : needOf(await record.read<Task>(`${type}/${id}`))
    if (need !== undefined) await tellStep(need, patientId)

    /** The need is looked at as it is now, whatever has changed: a step is news once. */
    async function tellStep(needId: string, person: string): Promise<void> {
      const whole = await steps.need(needId)
      const step = whole === undefined ? undefined : stepOf(whole)
      if (whole === undefined || step === undefined) return
      const changed = [whole.request, ...whole.tasks].map(({ meta }) => meta?.lastUpdated ?? '').toSorted()
      await steps.tell({ need: needId, person, step, asOf: changed.at(-1) ?? '', at: clock.now() })
    }
  }

/** They are about to be changed: what whoever subscribed hears of it is had ready. */
export const resourceChanging =
  ({ notices, clock }: Pick<ResourceChangedDependencies, 'notices' | 'clock'>) =>
  (coming: readonly ComingChange[]): void => {
    const at = clock.now()
    notices.prepareFor(coming.map((came) => ({ ...noticeOf(came, at), came, facts: came.facts })))
  }

const noticeOf = ({ type, id, versionId, patientId }: Seen, at: Date) => ({
  topic: type === 'Task' ? ('task' as const) : ('referral' as const),
  focus: `${type}/${id}`,
  versionId,
  kind: versionId === '1' ? 'created' : 'updated',
  at,
  ...(patientId === undefined ? {} : { patient: patientId }),
})

/** What is seen of a change before and after it is committed. */
type Seen = Pick<ComingChange, 'type' | 'id' | 'versionId'> & { readonly patientId?: string | undefined }

/** Id of the ServiceRequest that a Task is a step of. */
const needOf = (task: Task | undefined): string | undefined =>
  [...(task?.basedOn ?? []), task?.focus].flatMap(
    (each) => /^ServiceRequest\/([A-Za-z0-9\-.]{1,64})$/.exec(each?.reference ?? '')?.[1] ?? [],
  )[0]
