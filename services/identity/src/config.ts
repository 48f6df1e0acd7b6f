/** The settings of the issuer when it runs alone; the only reader of its environment. */
import {
  defineConfig,
  flag,
  jsonList,
  milliseconds,
  oneOf,
  port,
  postgresql,
  secret,
  smtp,
  text,
  url,
  type ConfigFrom,
} from '@platform/service/config'
import { LOG_LEVELS } from '@platform/service/log'
import { readSignInIssuer } from './domain/sign-in-issuer.ts'

export const readConfig = defineConfig({
  HOST: text('Address to listen on.', { default: '127.0.0.1' }),
  PORT: port('Port to listen on; 0 takes any free one.', { default: 8084 }),
  PUBLIC_URL: url('How others reach the hub. The issuer is this followed by /identity, and tokens are for this followed by /fhir.'),
  DATABASE_URL: postgresql('PostgreSQL connection string.'),
  HANDRAIL_HOME: text('Folder of generated keys. Every process of one hub needs the same identity.key in it.', { default: '.handrail' }),
  PASSPORT_URL: url('Where the record is reached from here, when not under PUBLIC_URL: it says whom a person named as their carer.', {
    optional: true,
  }),
  SMTP_URL: smtp(
    'E-mail server for one-time codes, smtps://user:password@host:465. Absent: kept and shown at /outbox in a demonstration.',
    {
      optional: true,
    },
  ),
  MAIL_FROM: text('Whom e-mail comes from.', { default: 'Handrail <no-reply@handrail.example>' }),
  SMS_GATEWAY_URL: url('Gateway for text messages, in the manner of GOV.UK Notify. Absent: kept and shown at /outbox in a demonstration.', {
    optional: true,
  }),
  SMS_GATEWAY_TOKEN: secret('Bearer token of the gateway.', { optional: true }),
  SMS_TEMPLATE_ID: text('Template that the gateway wants; it is given the words as its text.', { optional: true }),
  HANDRAIL_DEMO: flag('Whether the people of the demonstration may sign in, without a password.', { default: false }),
  SIGN_IN_IDLE_MS: milliseconds('A sign-in ends when nothing was done for this long.', { default: 1_800_000, min: 180_000 }),
  SIGN_IN_LONGEST_MS: milliseconds('A sign-in ends after this long, whatever is done.', { default: 28_800_000, min: 180_000 }),
  SIGN_IN_ISSUERS: jsonList(
    'Issuers of others at which people may sign in, each {"id", "name", "issuer", "clientId"}, and perhaps "clientSecret", "algorithm", "alsoAt", "acr". Absent: none.',
    readSignInIssuer,
  ),
  LOG_LEVEL: oneOf('How much is logged to stderr.', LOG_LEVELS, { default: 'info' }),
})

/** The settings of the issuer. */
export type Config = ConfigFrom<typeof readConfig>

/** The settings that `buildApp` needs. */
export type AppConfig = Pick<Config, 'PUBLIC_URL' | 'HANDRAIL_DEMO' | 'SIGN_IN_IDLE_MS' | 'SIGN_IN_LONGEST_MS'> &
  Partial<Pick<Config, 'PASSPORT_URL' | 'SIGN_IN_ISSUERS'>>
