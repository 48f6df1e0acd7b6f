/** A way out for what subscribers are told. Each is one file of `channels/`; the folder is the registry. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TopicChannel } from '@platform/fhir/topic-subscription'
import type { NotificationType, NumberedEvent } from '../domain/alert-subscription.ts'
import type { HeldSubscription } from '../store/subscriptions.ts'
import type { Mailer } from '@platform/service/mailer'
import type { Outbound } from '@platform/service/outbound'
import type { SmsGateway } from '@platform/service/sms-gateway'

/** What a channel is given to deliver with. */
export interface ChannelMeans {
  readonly http: Pick<Outbound, 'post'>
  readonly sign: (body: string) => string
  readonly mailer: Mailer
  readonly sms: SmsGateway
  /** How others reach the hub: where the link of an e-mail leads. */
  readonly publicUrl: string
}

/** What is to be delivered: some events of one subscription, or nothing but a sign of life. */
export interface Notification {
  readonly subscription: HeldSubscription
  readonly type: Extract<NotificationType, 'handshake' | 'heartbeat' | 'event-notification'>
  readonly events: readonly NumberedEvent[]
  readonly at: Date
  /** The same each time the same is sent. */
  readonly key: string
}

/** What leaves, as it will be sent. */
export interface Composed {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What became of an attempt: `gone` means that the endpoint wants no more. */
export type ChannelOutcome = 'delivered' | 'gone' | 'try-again'

/** The same, and after how long it may be tried again where whoever answered said so. */
export type ChannelAnswer = ChannelOutcome | { readonly outcome: ChannelOutcome; readonly againAfterMs?: number }

/** One way out. */
export interface Channel {
  readonly id: TopicChannel
  readonly title: string
  /** What leaves: references only, or words without clinical detail. */
  readonly carries: 'references-only' | 'words-only'
  readonly source: string
  /** Makes what leaves before it may, where that takes time; nothing leaves here. */
  readonly compose?: (notification: Notification, means: ChannelMeans) => Composed
  /** @param composed of the same notification, where it was made before */
  readonly deliver: (notification: Notification, means: ChannelMeans, composed?: Composed) => Promise<ChannelAnswer>
  readonly examples: readonly { readonly given: string; readonly answer: number; readonly expect: ChannelOutcome }[]
}

/** Says that this is a channel. */
export const defineChannel = (channel: Channel): Channel => channel

/** Loads every channel of the folder. @throws Error in one sentence naming a file that is none */
export async function loadChannels(folder: string = join(import.meta.dirname, 'channels')): Promise<ReadonlyMap<string, Channel>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).toSorted()
  const channels = new Map<string, Channel>()
  for (const file of files) {
    const { default: channel } = (await import(join(folder, file))) as { default?: Partial<Channel> }
    if (typeof channel?.deliver !== 'function' || channel.id !== file.slice(0, -3))
      throw new Error(`outbox/channels/${file} is no channel with the id ${file.slice(0, -3)}.`)
    channels.set(channel.id, channel as Channel)
  }
  return channels
}
