/** The settings of alerts when it runs alone; the only reader of its environment. */
import {
  defineConfig,
  flag,
  list,
  milliseconds,
  oneOf,
  port,
  postgresql,
  redis,
  secret,
  smtp,
  text,
  url,
  type ConfigFrom,
} from '@platform/service/config'
import { LOG_LEVELS } from '@platform/service/log'

export const readConfig = defineConfig({
  HOST: text('Address to listen on.', { default: '127.0.0.1' }),
  PORT: port('Port to listen on; 0 takes any free one.', { default: 8083 }),
  PUBLIC_URL: url('How others reach the hub. Tokens must be meant for this followed by /fhir.'),
  PASSPORT_URL: url('Where the record is reached from here, when not under PUBLIC_URL; its FHIR base is this followed by /fhir.', {
    optional: true,
  }),
  IDENTITY_URL: url('Where the embedded issuer is reached from here, when not under PUBLIC_URL.', { optional: true }),
  TRUSTED_ISSUERS: list('Issuers whose tokens are believed besides the embedded one, each as issuer=jwks address.', { default: [] }),
  DATABASE_URL: postgresql('PostgreSQL connection string.'),
  REDIS_URL: redis('Redis or Valkey for BullMQ; absent: the queues are kept in PostgreSQL.', { optional: true }),
  HANDRAIL_HOME: text('Folder of generated keys: internal-clients/handrail-alerts.jwk.json is read, alerts/ is written.', {
    default: '.handrail',
  }),
  HANDRAIL_DEMO: flag(
    'Whether this is a demonstration: webhooks may reach loopback, an unknown hospital is the one of the demonstration.',
    { default: false },
  ),
  MLLP_HOST: text('Address of the HL7 v2 listener: a named interface, never all of them by default.', { default: '127.0.0.1' }),
  MLLP_PORT: port('Port of the HL7 v2 listener; 0 takes any free one.', { default: 2575 }),
  MLLP_ALLOW: text('Who may connect to it: loopback, addresses, networks, separated by commas.', { default: 'loopback' }),
  MLLP_TLS_KEY: text('File of the private key (PEM) of the HL7 v2 listener. Absent: no TLS.', { optional: true }),
  MLLP_TLS_CERT: text('File of its certificate (PEM).', { optional: true }),
  MLLP_TLS_CA: text('File of the authority (PEM) whose client certificates are demanded. Absent: none is asked for.', { optional: true }),
  MLLP_PROCESSING_IDS: list('Processing ids (MSH-11) that are taken; others are rejected, so that training messages alert nobody.', {
    default: ['P'],
  }),
  MLLP_KEEP_MS: milliseconds('How long the bytes of messages about people on the register are kept.', { default: 30 * 86_400_000 }), // 30 days
  OUTBOUND_ALLOW: list('host:port that webhooks may reach. Absent: public addresses only; loopback too in a demonstration.', {
    default: [],
  }),
  SMTP_URL: smtp('E-mail server, smtps://user:password@host:465. Absent: mail is kept and shown at /outbox in a demonstration.', {
    optional: true,
  }),
  MAIL_FROM: text('Whom e-mail comes from.', { default: 'Handrail <no-reply@handrail.example>' }),
  SMS_GATEWAY_URL: url('Gateway for text messages, in the manner of GOV.UK Notify. Absent: kept and shown at /outbox in a demonstration.', {
    optional: true,
  }),
  SMS_GATEWAY_TOKEN: secret('Bearer token of the gateway.', { optional: true }),
  SMS_TEMPLATE_ID: text('Template that the gateway wants; it is given the words as its text.', { optional: true }),
  SWEEP_EVERY_MS: milliseconds('How often unanswered alerts and what was left behind are looked for.', { default: 5_000, min: 500 }),
  LOG_LEVEL: oneOf('How much is logged to stderr.', LOG_LEVELS, { default: 'info' }),
})

/** The settings of alerts. */
export type Config = ConfigFrom<typeof readConfig>

/** The settings that opening it needs. */
export type OpenConfig = Pick<
  Config,
  | 'PUBLIC_URL'
  | 'PASSPORT_URL'
  | 'IDENTITY_URL'
  | 'TRUSTED_ISSUERS'
  | 'HANDRAIL_HOME'
  | 'HANDRAIL_DEMO'
  | 'MLLP_PROCESSING_IDS'
  | 'OUTBOUND_ALLOW'
  | 'SMTP_URL'
  | 'MAIL_FROM'
  | 'SMS_GATEWAY_URL'
  | 'SMS_GATEWAY_TOKEN'
  | 'SMS_TEMPLATE_ID'
>

/** The settings that starting the listener, the consumers and the sweep needs. */
export type StartConfig = Pick<
  Config,
  'MLLP_HOST' | 'MLLP_PORT' | 'MLLP_ALLOW' | 'MLLP_TLS_KEY' | 'MLLP_TLS_CERT' | 'MLLP_TLS_CA' | 'MLLP_KEEP_MS' | 'SWEEP_EVERY_MS'
>
