/** The consumers of changes of the record: which job hears of what, and how many at once. */
import { startConsumer, type Consumer, type ConsumerOptions } from '@platform/service/consumer'
import type { Queues } from '@platform/service/queues'
import type { Dependencies } from './dependencies.ts'
import { appointmentChanged } from './jobs/appointment-changed.ts'
import { consentChanged } from './jobs/consent-changed.ts'
import { encounterChanged } from './jobs/encounter-changed.ts'
import { flagChanged } from './jobs/flag-changed.ts'
import { organizationChanged } from './jobs/organization-changed.ts'
import { patientChanged } from './jobs/patient-changed.ts'
import { questionnaireResponseChanged } from './jobs/questionnaire-response-changed.ts'
import { resourceChanged, resourceChanging, TOPIC_TYPES, TOPICS_CONSUMER } from './jobs/resource-changed.ts'
import { subscriptionChanged } from './jobs/subscription-changed.ts'
import { taskChanged } from './jobs/task-changed.ts'
import { CLIENT_ID } from './open.ts'

const REGISTER_AT_ONCE = 4 // each holds a connection while it reads the record
const TASKS_AT_ONCE = 8

/** Patient, Flag and Consent keep the watch list. */
export function watchListConsumer(dependencies: Dependencies & { readonly queues: Queues }): Promise<Consumer> {
  const heard = { Flag: flagChanged(dependencies), Patient: patientChanged(dependencies), Consent: consentChanged(dependencies) }
  return startConsumer({
    name: 'alerts-register',
    types: Object.keys(heard),
    client: CLIENT_ID,
    handle: async (change) => heard[change.type as keyof typeof heard]?.(change),
    queues: dependencies.queues,
    concurrency: REGISTER_AT_ONCE,
    log: dependencies.log,
  })
}

/** Answers, news of hospitals in the record, what is booked, and subscriptions. @param onSubscriptions told when who listens for what may have changed */
export function taskConsumer(dependencies: Dependencies & { readonly queues: Queues }, onSubscriptions: () => void): Promise<Consumer> {
  const heard = {
    Task: taskChanged(dependencies),
    Encounter: encounterChanged(dependencies),
    QuestionnaireResponse: questionnaireResponseChanged(dependencies),
    Appointment: appointmentChanged(dependencies),
    Subscription: subscriptionChanged({ ...dependencies, onSubscriptions }),
    Organization: organizationChanged(dependencies),
  }
  // A Task that somebody else has made is no step of an alert, and every referral makes one: what is done with it is heard of. Who comes into the directory has no subscription.
  const revised: readonly string[] = ['Task', 'Organization']
  return startConsumer({
    name: 'alerts-tasks',
    types: Object.keys(heard).filter((type) => !revised.includes(type)),
    revised,
    client: CLIENT_ID,
    handle: async (change) => heard[change.type as keyof typeof heard]?.(change),
    queues: dependencies.queues,
    concurrency: TASKS_AT_ONCE,
    log: dependencies.log,
  })
}

/**
 * Tasks and ServiceRequests for the topics of these names. It is known to the relays only as long as somebody has subscribed to one or an inbox
 * is open, so that a change that nobody listens for costs nothing.
 */
export function topicsConsumer(dependencies: Dependencies & { readonly queues: Queues }): AsyncDisposable & { look(): Promise<void> } {
  const { subscriptions, queues, log } = dependencies
  let running: { readonly hears: boolean; readonly consumer: Consumer } | undefined
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const hears = await subscriptions.hearsResources()
    if (running?.hears === hears) return
    await running?.consumer[Symbol.asyncDispose]()
    const types = hears ? TOPIC_TYPES : []
    const options: ConsumerOptions = {
      name: TOPICS_CONSUMER,
      types,
      handle: resourceChanged(dependencies),
      prepare: resourceChanging(dependencies),
      queues,
      concurrency: TASKS_AT_ONCE,
      atHand: 'early',
      log,
    }
    running = { hears, consumer: await startConsumer(options) }
  }
  return {
    look: async () => (looking = looking.catch(() => undefined).then(look)),
    async [Symbol.asyncDispose]() {
      await looking.catch(() => undefined)
      await running?.consumer[Symbol.asyncDispose]()
    },
  }
}
