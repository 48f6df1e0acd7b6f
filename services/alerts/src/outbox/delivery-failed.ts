/** A delivery that was given up is put before whoever can mend the route: one open Task a subscription and day. HAZ-A12 */
import type { Task } from '@medplum/fhirtypes'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import { concept, OPEN } from '../domain/vocabulary.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Subscriptions } from '../store/subscriptions.ts'

/** What it works with. */
export interface TellOfFailures {
  readonly record: FhirRecord
  readonly subscriptions: Subscriptions
  /** Who mends a route that is the hub's own, or nobody's. */
  readonly owner: () => Promise<string>
  readonly now: Date
}

const DUE_MS = 3_600_000
const ROUTE = 'Mend the route, read what was missed, and set the subscription to requested.'
const WAY_OUT = 'Mend the way out, or the address. What happens from now on is sent to it as before.'

/** Opens the Tasks that are missing. It may be called at any time and any number of times. */
export async function tellOfFailures({ record, subscriptions, owner, now }: TellOfFailures): Promise<void> {
  for (const { subscription, channel, party, stands, count } of await subscriptions.unownedFailures()) {
    const key = `delivery-failed-${subscription}-${now.toISOString().slice(0, 10)}`
    const task: Task = {
      resourceType: 'Task',
      identifier: [{ system: OWN_ID.TASK_KEY, value: key }],
      status: 'requested',
      intent: 'order',
      priority: 'urgent',
      code: concept(CODES.TASK_KIND, 'delivery-failed', 'Notification that did not arrive'),
      description: `${count === 1 ? 'A notification' : `${String(count)} notifications`} by ${channel} did not arrive. ${stands ? WAY_OUT : ROUTE} The ladder of each alert goes on all the same.`,
      focus: { reference: `Subscription/${subscription}` },
      authoredOn: now.toISOString(),
      owner: { reference: party.startsWith('Organization/') ? party : await owner() },
      restriction: { period: { end: new Date(now.getTime() + DUE_MS).toISOString() } },
    }
    // One that was closed says nothing of what failed since.
    const ifNoneExist = `identifier=${OWN_ID.TASK_KEY}|${key}&status=${[...OPEN].join(',')}`
    const request = { method: 'POST', url: 'Task', ifNoneExist } as const
    const placed = await record.transact([{ resource: task, request }])
    if (placed !== undefined) await subscriptions.owned(subscription, now)
  }
}
