/** What channels deliver with, as the settings say. */
import type { Log } from '@platform/service/log'
import { outbound, type OutboundPolicy } from '@platform/service/outbound'
import { refuse } from '../errors.ts'
import type { KeptMessages } from '../store/kept-messages.ts'
import type { Signer } from '../store/signing-key.ts'
import type { ChannelMeans } from './define-channel.ts'
import { keepingMailer, noMailer, smtpMailer } from './mailer.ts'
import { httpSmsGateway, keepingSms, noSms } from './sms-gateway.ts'

/** How e-mail and SMS leave. What is absent is kept in a demonstration, and said to be not set up elsewhere. */
export interface ChannelSettings {
  readonly smtpUrl?: string
  readonly mailFrom: string
  readonly smsUrl?: string
  readonly smsToken?: string
  readonly smsTemplate?: string
}

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
  const { smtpUrl, mailFrom, smsUrl, smsToken, smsTemplate } = messaging
  const stack = new DisposableStack()
  const http = stack.use(outbound(outboundPolicy, refuse.ENDPOINT_FORBIDDEN))
  const mailer = stack.use(smtpUrl === undefined ? (demo ? keepingMailer(kept) : noMailer) : smtpMailer(smtpUrl, mailFrom))
  const gateway = () => {
    if (smsUrl === undefined) return demo ? keepingSms(kept) : noSms
    // The operator named the gateway: that one address may be reached, and nothing else by this way.
    const { hostname, port, protocol } = new URL(smsUrl)
    const allow = [`${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`]
    const way = stack.use(outbound({ allow, loopback: true }, refuse.ENDPOINT_FORBIDDEN))
    return httpSmsGateway(way, {
      url: smsUrl,
      ...(smsToken === undefined ? {} : { token: smsToken }),
      ...(smsTemplate === undefined ? {} : { template: smsTemplate }),
    })
  }
  return { http, sign: (body) => signer.sign(body), mailer, sms: gateway(), publicUrl, [Symbol.dispose]: () => stack.dispose() }
}
