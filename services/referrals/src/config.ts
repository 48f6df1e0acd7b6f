/** The settings of referrals when it runs alone; the only reader of its environment. */
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
  PORT: port('Port to listen on; 0 takes any free one.', { default: 8082 }),
  PUBLIC_URL: url('How others reach the hub. Tokens must be meant for this followed by /fhir.'),
  PASSPORT_URL: url('Where the record is reached from here, when not under PUBLIC_URL; its FHIR base is this followed by /fhir.', {
    optional: true,
  }),
  IDENTITY_URL: url('Where the embedded issuer is reached from here, when not under PUBLIC_URL.', { optional: true }),
  TRUSTED_ISSUERS: list('Issuers whose tokens are believed besides the embedded one, each as issuer=jwks address.', { default: [] }),
  DATABASE_URL: postgresql('PostgreSQL connection string.'),
  REDIS_URL: redis('Redis or Valkey for BullMQ; absent: the queues are kept in PostgreSQL.', { optional: true }),
  HANDRAIL_HOME: text('Folder of generated keys; this service reads internal-clients/handrail-referrals.jwk.json in it.', {
    default: '.handrail',
  }),
  BARS_SERVICE_IDS: list(
    'DoS service ids that are ours in BaRS. Absent: in the demonstration 2000011147, else none, and nothing is taken.',
    {
      default: [],
    },
  ),
  BARS_TARGET_URL: url('Where BaRS messages are sent: base of the proxy. Absent: nothing is sent by BaRS.', { optional: true }),
  BARS_TARGET_TOKEN: secret('Bearer token for the target, where it wants one.', { optional: true }),
  OUTBOUND_ALLOW: list('host:port that feeds and sellers may be at. Absent: public addresses only; loopback too in a demonstration.', {
    default: [],
  }),
  ODS_API_KEY: secret('Key of the NHS organisation data API, for feeds of the kind ods.', { optional: true }),
  ATTACHMENT_SCANNER: text(
    'Scans what is attached to a request: an address that takes it by POST (2xx clean, 406 or 422 found), or a program that reads it (0 clean, 1 found). Absent: whoever reads is told that it was not scanned.',
    { optional: true },
  ),
  BOOKING_EMAIL: text(
    "Address of the hub that sellers are given with a booking, instead of a person's. Absent: in the demonstration bookings@handrail.example, else nothing is booked.",
    {
      optional: true,
    },
  ),
  BOOKING_TOKENS: secret('Our tokens at sellers, each as name of the feed=token, separated by commas.', { optional: true }),
  FEEDS_EVERY_MS: milliseconds('How often feeds that are due are looked for, and listings are made of what they said.', {
    default: 5_000,
    min: 1_000,
  }),
  HANDRAIL_DEMO: flag('Whether this is a demonstration; the one-process hub decides it.', { default: false }),
  SMTP_URL: smtp('E-mail server, smtps://user:password@host:465. Absent: mail is kept and shown at /outbox in a demonstration.', {
    optional: true,
  }),
  MAIL_FROM: text('Whom e-mail comes from.', { default: 'Handrail <no-reply@handrail.example>' }),
  SMS_GATEWAY_URL: url('Gateway for text messages, in the manner of GOV.UK Notify. Absent: kept and shown at /outbox in a demonstration.', {
    optional: true,
  }),
  SMS_GATEWAY_TOKEN: secret('Bearer token of the gateway.', { optional: true }),
  SMS_TEMPLATE_ID: text('Template that the gateway wants; it is given the words as its text.', { optional: true }),
  SWEEP_EVERY_MS: milliseconds('How often overdue steps and needs without a next step are looked for.', { default: 15_000, min: 1_000 }),
  LOG_LEVEL: oneOf('How much is logged to stderr.', LOG_LEVELS, { default: 'info' }),
})

/** The settings of referrals. */
export type Config = ConfigFrom<typeof readConfig>

/** The settings that opening it needs. */
export type OpenConfig = Pick<
  Config,
  | 'PUBLIC_URL'
  | 'PASSPORT_URL'
  | 'IDENTITY_URL'
  | 'TRUSTED_ISSUERS'
  | 'HANDRAIL_HOME'
  | BarsSetting
  | MessagingSetting
  | 'BOOKING_EMAIL'
  | 'BOOKING_TOKENS'
  | 'OUTBOUND_ALLOW'
  | 'ODS_API_KEY'
  | 'ATTACHMENT_SCANNER'
>

type MessagingSetting = 'SMTP_URL' | 'MAIL_FROM' | 'SMS_GATEWAY_URL' | 'SMS_GATEWAY_TOKEN' | 'SMS_TEMPLATE_ID'

type BarsSetting = 'BARS_SERVICE_IDS' | 'BARS_TARGET_URL' | 'BARS_TARGET_TOKEN' | 'HANDRAIL_DEMO'

/** The settings that starting the consumers and the sweep needs. */
export type StartConfig = Pick<Config, 'SWEEP_EVERY_MS' | 'FEEDS_EVERY_MS'>
