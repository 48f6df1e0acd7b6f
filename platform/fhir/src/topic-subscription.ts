/**
 * A topic-based Subscription in R4, as the hub serves it: HL7 Subscriptions R5 Backport IG 1.1. What is not served is said, so that the record
 * refuses it instead of keeping something that nobody ever hears of. Pure.
 */
import type { Extension, Subscription } from '@medplum/fhirtypes'
import { CODES, HANDRAIL, TOPIC } from '@platform/nhs/systems'

/** What can be heard of. */
export type Topic = 'alert' | 'task' | 'referral' | 'step'
/** How it leaves: signed POST, e-mail, SMS. */
export type TopicChannel = 'webhook' | 'email' | 'sms'
/** When it leaves: as it happens; only once nobody has answered; gathered for the morning; gathered for Monday. */
export type Cadence = 'now' | 'escalated' | 'today' | 'weekly'

/** A subscription as it is served. */
export interface TopicSubscription {
  readonly topic: Topic
  readonly channel: TopicChannel
  /** URL, `mailto:` address without the scheme, or telephone number in E.164. */
  readonly endpoint: string
  /** `Name: value`, sent as they stand. */
  readonly headers: readonly string[]
  readonly content: 'empty' | 'id-only'
  /** MIME type of the notification. */
  readonly payload: string
  /** All must hold; each is alternatives `name=value` separated by `|`. */
  readonly filters: readonly string[]
  readonly cadence: Cadence
  /** Seconds without an event after which a heartbeat is sent. */
  readonly heartbeatSeconds?: number
  /** How long an answer is waited for, seconds. */
  readonly timeoutSeconds?: number
  /** Most events in one notification. @default 1 */
  readonly maxCount: number
  readonly endsAt?: string
}

/** Why it is not served, and the element that says so. */
export interface NotServed {
  readonly notServed: string
  readonly expression: string
}

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition'
/** The recipient's own choice of when to be told; on `Subscription.channel`. */
export const NOTIFY_WHEN = `${HANDRAIL}/StructureDefinition/notify-when`

const TOPICS: Readonly<Record<string, Topic>> = {
  [TOPIC.ALERT]: 'alert',
  [TOPIC.TASK]: 'task',
  [TOPIC.REFERRAL]: 'referral',
  [TOPIC.STEP]: 'step',
}
const CHANNELS: Readonly<Record<string, TopicChannel>> = { 'rest-hook': 'webhook', email: 'email', sms: 'sms' }
const CADENCES: ReadonlySet<string> = new Set<Cadence>(['now', 'escalated', 'today', 'weekly'])
/** What a filter may ask, by topic; the resource named before `?` is the one an event points to. */
const FILTERS: Readonly<Record<Topic, { readonly type: string; readonly names: readonly string[] }>> = {
  alert: { type: 'Task', names: ['owner', 'patient', 'code'] },
  task: { type: 'Task', names: ['owner', 'patient', 'code', 'status'] },
  referral: { type: 'ServiceRequest', names: ['requester', 'performer', 'patient', 'status'] },
  step: { type: 'ServiceRequest', names: [] },
}

interface Extended {
  readonly extension?: readonly Extension[]
}
/** Extensions of a primitive travel beside it, as `_name`; the types of R4 do not know them. */
type Beside = { readonly _criteria?: Extended; readonly channel: { readonly _payload?: Extended; readonly _type?: Extended } }

/** Reads it; says what is not served. An `off` or `error` one is read like any other: what it is for does not change. */
export function readTopicSubscription(subscription: Subscription): TopicSubscription | NotServed {
  const { criteria, channel, end } = subscription
  const beside = subscription as unknown as Beside
  const about = topicOf(criteria)
  if (about === undefined) return no('This topic is not served.', 'Subscription.criteria')
  const { topic, codes } = about
  const kind = CHANNELS[channel?.type ?? '']
  if (kind === undefined) return no('This channel is not served: rest-hook, email and sms are.', 'Subscription.channel.type')
  const endpoint = endpointOf(kind, channel.endpoint ?? '')
  if (endpoint === undefined) return no('The endpoint does not fit the channel.', 'Subscription.channel.endpoint')
  const content = valueIn(beside.channel._payload, `${BACKPORT}/backport-payload-content`) ?? 'id-only'
  if (content !== 'empty' && content !== 'id-only')
    return no('Payloads are empty or id-only: the receiver reads the resource with a token of its own.', 'Subscription.channel.payload')
  const payload = channel.payload ?? 'application/fhir+json'
  if (kind === 'webhook' && !/^application\/(fhir\+)?json(;|$)/.test(payload))
    return no('Notifications are sent as JSON.', 'Subscription.channel.payload')
  const cadence = valueIn(channel, NOTIFY_WHEN) ?? 'now'
  if (typeof cadence !== 'string' || !CADENCES.has(cadence))
    return no('It can be told now, once escalated, today or weekly.', 'Subscription.channel.extension')
  const filters = filtersOf(beside._criteria, topic)
  if ('notServed' in filters) return filters
  const number = (name: string): number | undefined => {
    const value = valueIn(channel, `${BACKPORT}/${name}`)
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined
  }
  const [heartbeat, timeout] = [number('backport-heartbeat-period'), number('backport-timeout')]
  return {
    topic,
    channel: kind,
    endpoint,
    headers: channel.header ?? [],
    content,
    payload,
    filters: [...filters, ...(codes.length === 0 ? [] : [codes.map((code) => `code=${code}`).join('|')])],
    cadence: cadence as Cadence,
    maxCount: Math.min(number('backport-max-count') ?? 1, 100),
    ...(heartbeat === undefined ? {} : { heartbeatSeconds: heartbeat }),
    ...(timeout === undefined ? {} : { timeoutSeconds: Math.min(timeout, 30) }),
    ...(end === undefined ? {} : { endsAt: end }),
  }
}

const no = (notServed: string, expression: string): NotServed => ({ notServed, expression })

/** The topic; a search for hospital alerts among Tasks means the same. */
function topicOf(criteria: string | undefined): { readonly topic: Topic; readonly codes: readonly string[] } | undefined {
  const topic = TOPICS[criteria ?? '']
  if (topic !== undefined) return { topic, codes: [] }
  const [type, query = ''] = (criteria ?? '').split('?')
  const asked = [...new URLSearchParams(query)]
  const [first] = asked
  if (type !== 'Task' || asked.length !== 1 || first?.[0] !== 'code') return undefined
  const alerts = first[1].split(',').every((code) => code === 'hospital-alert' || code === `${CODES.TASK_KIND}|hospital-alert`)
  return alerts ? { topic: 'alert', codes: [] } : undefined
}

/** The address as a channel takes it; nothing when it is none for that channel. */
export function endpointOf(channel: TopicChannel, endpoint: string): string | undefined {
  if (channel === 'email') return /^(?:mailto:)?([^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9.-]{1,253})$/.exec(endpoint)?.[1]
  if (channel === 'sms') return /^(?:tel:|sms:)?(\+?[0-9]{7,15})$/.exec(endpoint.replace(/[ -]/g, ''))?.[1]
  const url = URL.parse(endpoint)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' ? endpoint : undefined
}

function filtersOf(criteria: Extended | undefined, topic: Topic): readonly string[] | NotServed {
  const { type, names } = FILTERS[topic]
  const filters: string[] = []
  for (const { url, valueString } of criteria?.extension ?? []) {
    if (url !== `${BACKPORT}/backport-filter-criteria`) continue
    const [on, query = ''] = String(valueString).split('?')
    const asked = [...new URLSearchParams(query)]
    if (on !== type || asked.length === 0 || asked.some(([name]) => !names.includes(name)))
      return no(`This topic is filtered by ${type}?${names.join('=…, ')}=….`, 'Subscription.criteria.extension')
    for (const [name, values] of asked)
      filters.push(
        values
          .split(',')
          .map((value) => `${name}=${value.slice(value.indexOf('|') + 1)}`)
          .join('|'),
      )
  }
  return filters
}

function valueIn(element: Extended | undefined, url: string): unknown {
  const found = element?.extension?.find((each) => each.url === url)
  return found === undefined ? undefined : Object.entries(found).find(([name]) => name.startsWith('value'))?.[1]
}
