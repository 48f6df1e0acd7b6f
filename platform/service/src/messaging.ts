/** E-mail and SMS as the settings say: sent, kept in a demonstration, or said to be not set up. */
import type { KeptMessages } from './kept-messages.ts'
import { keepingMailer, noMailer, smtpMailer, type Mailer } from './mailer.ts'
import { outbound } from './outbound.ts'
import { httpSmsGateway, keepingSms, noSms, type SmsGateway } from './sms-gateway.ts'

/** How e-mail and SMS leave. What is absent is kept in a demonstration, and said to be not set up elsewhere. */
export interface MessagingSettings {
  readonly smtpUrl?: string
  readonly mailFrom: string
  readonly smsUrl?: string
  readonly smsToken?: string
  readonly smsTemplate?: string
}

/** Both ways. Disposing closes what they hold open. */
export interface Messaging extends Disposable {
  readonly mailer: Mailer
  readonly sms: SmsGateway
}

/** Opens them. */
export function openMessaging(
  { smtpUrl, mailFrom, smsUrl, smsToken, smsTemplate }: MessagingSettings,
  { kept, demo }: { readonly kept: KeptMessages; readonly demo: boolean },
): Messaging {
  const stack = new DisposableStack()
  const mailer = stack.use(smtpUrl === undefined ? (demo ? keepingMailer(kept) : noMailer) : smtpMailer(smtpUrl, mailFrom))
  const gateway = () => {
    if (smsUrl === undefined) return demo ? keepingSms(kept) : noSms
    // The operator named the gateway: that one address may be reached, and nothing else by this way.
    const { hostname, port, protocol } = new URL(smsUrl)
    const allow = [`${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`]
    const way = stack.use(outbound({ allow, loopback: true }))
    return httpSmsGateway(way, {
      url: smsUrl,
      ...(smsToken === undefined ? {} : { token: smsToken }),
      ...(smsTemplate === undefined ? {} : { template: smsTemplate }),
    })
  }
  return { mailer, sms: gateway(), [Symbol.dispose]: () => stack.dispose() }
}
