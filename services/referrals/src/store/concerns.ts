/** Concerns that nobody answered in time are told to the next on the ladder, and the ladder stands down once somebody has. HAZ-R02 */
import type { BundleEntry, Task } from '@medplum/fhirtypes'
import type { Clock } from '@platform/service/clock'
import type { Log } from '@platform/service/log'
import type { Directory } from '../domain/directory.ts'
import { localId, needIdOf, OPEN_STATUSES, referenceTo } from '../domain/need.ts'
import type { Pathway } from '../domain/pathway.ts'
import { escalateConcern, isConcern } from '../domain/rules/concern.ts'
import { isOverdue, standDown } from '../domain/rules/escalate.ts'
import { TASK_KIND } from '../domain/vocabulary.ts'
import type { FhirRecord } from './record.ts'

/** What it works with. */
export interface ConcernSources {
  readonly record: FhirRecord
  readonly directory: Directory
  readonly pathway: Pathway
  readonly clock: Clock
  readonly log: Log
}

/** Takes every concern that is due one step further, and ends what was answered. It may run any number of times. */
export async function sweepConcerns({ record, directory, pathway, clock, log }: ConcernSources): Promise<void> {
  const status = [...OPEN_STATUSES].join(',')
  const [open, escalations] = await Promise.all(
    ['advice', 'escalation'].map((kind) => record.search<Task>('Task', { code: `${TASK_KIND}|${kind}`, status })),
  )
  const at = clock.now()
  const circumstances = { at, pathway, directory }
  for (const concern of (open ?? []).filter((task) => isConcern(task) && isOverdue(task, at))) {
    const told = await record.search<Task>('Task', { 'part-of': referenceTo(concern) })
    const steps = escalateConcern(concern, told, circumstances)
    if (steps.length === 0) continue
    await record.open(steps)
    log.info({ event: 'concern.escalated', task: referenceTo(concern) })
  }
  for (const escalation of (escalations ?? []).filter((task) => needIdOf(task) === undefined)) {
    const id = localId(escalation.partOf?.[0], 'Task')
    const concern = id === undefined ? undefined : await record.read<Task>(`Task/${id}`)
    const changes = concern === undefined || !isConcern(concern) ? [] : standDown({ tasks: [concern, escalation] }, { at, directory })
    const entry = changes.map(({ change }): BundleEntry => ({
      resource: change,
      request: { method: 'PUT', url: referenceTo(change), ifMatch: `W/"${change.meta?.versionId ?? ''}"` },
    }))
    if (entry.length > 0) await record.transact({ resourceType: 'Bundle', type: 'transaction', entry })
  }
}
