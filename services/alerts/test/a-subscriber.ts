/** Whoever has subscribed: receivers that really listen, and Subscriptions in the record. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bundle, Parameters, Subscription } from '@medplum/fhirtypes'
import type { TestHospital } from './a-hospital.ts'

/** One request, as it came. */
export interface Received {
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

/** A receiver that really listens and answers as told. */
export async function receiver(t: { teardown(work: () => unknown): void }, statuses: readonly number[] = [204]) {
  const received: Received[] = []
  let wake = () => {}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(statuses[Math.min(received.length, statuses.length - 1)] ?? 204, { location: 'http://127.0.0.1:1/' }).end()
      received.push({ body: Buffer.concat(chunks).toString('utf8'), headers: request.headers })
      wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const until = async (count: number) => {
    while (received.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return received
  }
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${String(port)}/hook`, port, received, until }
}

export const TASK_TOPIC = 'https://handrail.example/fhir/SubscriptionTopic/task'
/** The first event of a subscription, as often as it came. */
export const raisedBy = ({ received }: { readonly received: readonly Received[] }) =>
  received.filter(({ headers }) => String(headers['x-handrail-event']).endsWith('.1'))
/** The Parameters of a notification as name and value, and the events in it. */
export function statusIn({ body }: Pick<Received, 'body'>) {
  const bundle = JSON.parse(body) as Bundle<Parameters>
  const parameter = bundle.entry?.[0]?.resource?.parameter ?? []
  const value = (name: string, list = parameter) => {
    const found = list.find((each) => each.name === name)
    return found?.valueCode ?? found?.valueString ?? found?.valueReference?.reference ?? found?.valueCanonical
  }
  const events = parameter.filter(({ name }) => name === 'notification-event').map(({ part = [] }) => value('event-number', part))
  return { type: value('type'), status: value('status'), count: value('events-since-subscription-start'), events, bundle }
}

/** Puts a Subscription into the record and lets the hub shake hands with it. */
export async function subscribe(hospital: TestHospital, given: Subscription, by = 'Organization/hospital') {
  hospital.record.seed(given, by)
  await hospital.tell()
  await hospital.running.tellDue()
}

/** To the alerts, by webhook unless said otherwise. */
export const subscription = (endpoint: string, given: Partial<Subscription> = {}): Subscription => ({
  resourceType: 'Subscription',
  id: 'hook',
  status: 'requested',
  reason: 'Alerts to the board',
  criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert',
  channel: { type: 'rest-hook', endpoint, header: ['Authorization: Bearer ours', 'Host: elsewhere'] },
  ...given,
})
