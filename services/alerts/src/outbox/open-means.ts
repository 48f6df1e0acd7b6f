/** What channels deliver with, as the settings say. */
import type { KeptMessages } from '@platform/service/kept-messages'
import type { Log } from '@platform/service/log'
import { openMessaging, type MessagingSettings } from '@platform/service/messaging'
import { outbound, type OutboundPolicy } from '@platform/service/outbound'
import { refuse } from '../errors.ts'
import type { Signer } from '../store/signing-key.ts'
import type { ChannelMeans } from './define-channel.ts'

/** How e-mail and SMS leave. */
export type ChannelSettings = MessagingSettings

/** What they are opened from. */
export interface MeansSources {
  readonly messaging: ChannelSettings
  readonly outboundPolicy: OutboundPolicy
  readonly signer: Pick<Signer, 'sign'>
  readonly kept: KeptMessages
  readonly demo: boolean
  readonly publicUrl: string
  readonly log: Log
}

/** Opens them; disposing closes what they hold open. */
export function openMeans({ messaging, outboundPolicy, signer, kept, demo, publicUrl }: MeansSources): ChannelMeans & Disposable {
  const stack = new DisposableStack()
  // Receivers behind one host and port do not wait for each other: how much each is told at once is said where it is carried.
  const http = stack.use(outbound(outboundPolicy, refuse.ENDPOINT_FORBIDDEN, undefined, Number.POSITIVE_INFINITY))
  const { mailer, sms } = stack.use(openMessaging(messaging, { kept, demo }))
  return { http, sign: (body) => signer.sign(body), mailer, sms, publicUrl, [Symbol.dispose]: () => stack.dispose() }
}
