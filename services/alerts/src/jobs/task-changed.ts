import type { Task } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Clock } from '@platform/service/clock'
import { CODES } from '@platform/nhs/systems'
import { decidedFor } from '../domain/answer.ts'
import { codeOf, kindOf, OPEN, taskKeyOf } from '../domain/vocabulary.ts'
import type { Alerts } from '../store/alerts.ts'
import type { MessageStore } from '../store/message-store.ts'
import type { MergedRecords } from '../store/merged-records.ts'
import type { FhirRecord } from '../store/record.ts'
import type { ReviewStore } from '../store/review-store.ts'
import type { WatchList } from '../store/watch-list.ts'
import type { MessageReceived } from './message-received.ts'

/** What it works with. */
export interface TaskChangedDependencies {
  readonly record: FhirRecord
  readonly alerts: Alerts
  readonly reviews: ReviewStore
  readonly messages: MessageStore
  readonly mergedRecords: MergedRecords
  readonly received: MessageReceived
  readonly watchList: Pick<WatchList, 'forgetDecided'>
  readonly clock: Clock
}

const OF_A_STAY: ReadonlySet<string | undefined> = new Set(['hospital-alert', 'alert-answer', 'after-discharge'])

/** A Task was changed by somebody else: an answer to an alert stops its ladder, a decided match is acted on. Tasks of others are passed over. */
export const taskChanged =
  ({ record, alerts, reviews, messages, mergedRecords, received, watchList, clock }: TaskChangedDependencies) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const task = await record.read<Task>(`Task/${id}`)
    if (task === undefined) return
    const outcome = outcomeOf(task)
    if (OF_A_STAY.has(kindOf(task))) {
      const about = /^Patient\/(.+)$/.exec(task.for?.reference ?? '')?.[1]
      if (outcome === 'wrong-person' && about !== undefined) await watchList.forgetDecided([about])
      return alerts.settleTask(task)
    }
    if (kindOf(task) !== 'identity-review' || OPEN.has(task.status)) return

    const review = await reviews.byTask(id, taskKeyOf(task) ?? '')
    if (review === undefined) return
    if (outcome === 'same-person') {
      const person = decidedFor(task)
      if (person === undefined || !review.candidates.includes(person)) return askAgain(record, id)
      const now = await mergedRecords.now(person)
      await messages.adopt(review.message, now)
      await received.remember(review.message, now)
      await reviews.decided(review.message, outcome, clock.now())
      return received.byId(review.message)
    }
    if (outcome === 'wrong-person') await watchList.forgetDecided(review.candidates)
    await reviews.decided(review.message, outcome ?? task.status, clock.now())
  }

const outcomeOf = ({ output }: Task): string | undefined =>
  codeOf(output?.findLast(({ type }) => codeOf(type, CODES.TASK_OUTPUT) === 'outcome')?.valueCodeableConcept, CODES.ALERT_OUTCOME)

/** Closed past `$close`, without saying which of several people it is: nobody was alerted, so it is open again. */
async function askAgain(record: FhirRecord, id: string): Promise<void> {
  await record.change<Task>(`Task/${id}`, (task) =>
    OPEN.has(task.status)
      ? task
      : {
          ...task,
          status: 'requested',
          output: (task.output ?? []).filter(({ type }) => codeOf(type, CODES.TASK_OUTPUT) !== 'outcome'),
          note: [...(task.note ?? []), { text: 'It was not said which of the candidates it is. Nobody has been alerted.' }],
        },
  )
}
