/** Opens what referrals works with from its settings. Shared by `main.ts` and the one-process hub. */
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { trustedIssuers } from '@platform/fhir/trusted-issuers'
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import type { NewId } from '@platform/service/ids'
import { keptMessagesIn } from '@platform/service/kept-messages'
import type { Log } from '@platform/service/log'
import { openMessaging } from '@platform/service/messaging'
import { ownTokens } from '@platform/service/own-tokens'
import type { OpenConfig } from './config.ts'
import { openDependencies, type Dependencies } from './dependencies.ts'

/** The client that this service writes to the record with; its own changes are not offered back to it. */
export const CLIENT_ID = 'handrail-referrals'

/** Of the domain that is reserved for examples: nobody has it. RFC 2606 */
const DEMO_BOOKING_EMAIL = 'bookings@handrail.example'

/** The service id that the BaRS guide uses in its examples: ours in a demonstration, where no real message comes. */
const DEMO_SERVICE_IDS = ['2000011147']

/** What it is opened on. */
export interface Foundation {
  readonly database: Database
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** Opens the dependencies. Nothing is asked of the record or of the issuer yet. */
export function openReferrals(config: OpenConfig, foundation: Foundation): Promise<Dependencies> {
  return openDependencies({
    ...foundation,
    tokens: tokenVerifier({ issuers: trustedIssuers(config), audience: `${config.PUBLIC_URL}/fhir` }),
    reactorTokens: ownTokens(config, CLIENT_ID),
    messaging: openMessaging(
      {
        mailFrom: config.MAIL_FROM,
        ...(config.SMTP_URL === undefined ? {} : { smtpUrl: config.SMTP_URL }),
        ...(config.SMS_GATEWAY_URL === undefined ? {} : { smsUrl: config.SMS_GATEWAY_URL }),
        ...(config.SMS_GATEWAY_TOKEN === undefined ? {} : { smsToken: config.SMS_GATEWAY_TOKEN }),
        ...(config.SMS_TEMPLATE_ID === undefined ? {} : { smsTemplate: config.SMS_TEMPLATE_ID }),
      },
      { kept: keptMessagesIn(foundation.database, () => foundation.clock.now()), demo: config.HANDRAIL_DEMO },
    ),
    passportUrl: config.PASSPORT_URL ?? config.PUBLIC_URL,
    outboundPolicy: { allow: config.OUTBOUND_ALLOW, loopback: config.HANDRAIL_DEMO },
    booking: {
      email: config.BOOKING_EMAIL ?? (config.HANDRAIL_DEMO ? DEMO_BOOKING_EMAIL : ''),
      tokens: tokensIn(config.BOOKING_TOKENS ?? ''),
    },
    ...(config.ATTACHMENT_SCANNER === undefined ? {} : { scanner: config.ATTACHMENT_SCANNER }),
    ...(config.ODS_API_KEY === undefined ? {} : { odsKey: config.ODS_API_KEY }),
    bars: {
      publicUrl: config.PUBLIC_URL,
      serviceIds: config.BARS_SERVICE_IDS.length === 0 && config.HANDRAIL_DEMO ? DEMO_SERVICE_IDS : config.BARS_SERVICE_IDS,
      ...(config.BARS_TARGET_URL === undefined ? {} : { targetUrl: config.BARS_TARGET_URL }),
      ...(config.BARS_TARGET_TOKEN === undefined ? {} : { token: config.BARS_TARGET_TOKEN }),
    },
  })
}

/** `feed=token`, separated by commas. */
const tokensIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(',').flatMap((pair) => {
      const at = pair.indexOf('=')
      return at < 1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const]
    }),
  )
