/** Opens what alerts works with from its settings. Shared by `main.ts` and the one-process hub. */
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { trustedIssuers } from '@platform/fhir/trusted-issuers'
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import { ownTokens } from '@platform/service/own-tokens'
import type { OpenConfig } from './config.ts'
import { openDependencies, type Dependencies } from './dependencies.ts'

/** The client that this service writes to the record with; its own changes are not offered back to it. */
export const CLIENT_ID = 'handrail-alerts'

/** What it is opened on. */
export interface Foundation {
  readonly database: Database
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** Opens the dependencies. Nothing is asked of the record or of the issuer yet. */
export function openAlerts(config: OpenConfig, foundation: Foundation): Promise<Dependencies> {
  return openDependencies({
    ...foundation,
    tokens: tokenVerifier({ issuers: trustedIssuers(config), audience: `${config.PUBLIC_URL}/fhir` }),
    reactorTokens: ownTokens(config, CLIENT_ID),
    passportUrl: config.PASSPORT_URL ?? config.PUBLIC_URL,
    home: config.HANDRAIL_HOME,
    demo: config.HANDRAIL_DEMO,
    outboundPolicy: { allow: config.OUTBOUND_ALLOW, loopback: config.HANDRAIL_DEMO },
    processingIds: config.MLLP_PROCESSING_IDS,
    publicUrl: config.PUBLIC_URL,
    messaging: {
      mailFrom: config.MAIL_FROM,
      ...(config.SMTP_URL === undefined ? {} : { smtpUrl: config.SMTP_URL }),
      ...(config.SMS_GATEWAY_URL === undefined ? {} : { smsUrl: config.SMS_GATEWAY_URL }),
      ...(config.SMS_GATEWAY_TOKEN === undefined ? {} : { smsToken: config.SMS_GATEWAY_TOKEN }),
      ...(config.SMS_TEMPLATE_ID === undefined ? {} : { smsTemplate: config.SMS_TEMPLATE_ID }),
    },
  })
}
