/** Opens the ways that one-time codes go, from the settings. Shared by `main.ts` and the one-process hub. */
import type { Database } from '@platform/service/database'
import { keptMessagesIn } from '@platform/service/kept-messages'
import { openMessaging } from '@platform/service/messaging'
import type { Config } from './config.ts'
import type { CodeWays } from './routes/code-sending.ts'

/** The settings that it needs. */
export type WaysConfig = Pick<
  Config,
  'SMTP_URL' | 'MAIL_FROM' | 'SMS_GATEWAY_URL' | 'SMS_GATEWAY_TOKEN' | 'SMS_TEMPLATE_ID' | 'HANDRAIL_DEMO'
>

/** Each way that is set up; in a demonstration both, kept instead of sent. Disposing closes what they hold open. */
export function openCodeWays(config: WaysConfig, database: Database, now: () => Date): CodeWays & Disposable {
  const demo = config.HANDRAIL_DEMO
  const {
    mailer,
    sms,
    [Symbol.dispose]: dispose,
  } = openMessaging(
    {
      mailFrom: config.MAIL_FROM,
      ...(config.SMTP_URL === undefined ? {} : { smtpUrl: config.SMTP_URL }),
      ...(config.SMS_GATEWAY_URL === undefined ? {} : { smsUrl: config.SMS_GATEWAY_URL }),
      ...(config.SMS_GATEWAY_TOKEN === undefined ? {} : { smsToken: config.SMS_GATEWAY_TOKEN }),
      ...(config.SMS_TEMPLATE_ID === undefined ? {} : { smsTemplate: config.SMS_TEMPLATE_ID }),
    },
    { kept: keptMessagesIn(database, now), demo },
  )
  return {
    mailer,
    sms,
    email: demo || config.SMTP_URL !== undefined,
    text: demo || config.SMS_GATEWAY_URL !== undefined,
    [Symbol.dispose]: dispose,
  }
}
