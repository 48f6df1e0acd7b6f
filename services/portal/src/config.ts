/** The settings of the portal when it runs alone; the only reader of its environment. */
import { defineConfig, flag, jsonList, milliseconds, oneOf, port, text, url, type ConfigFrom } from '@platform/service/config'
import { LOG_LEVELS } from '@platform/service/log'
import { readLocalRecord } from './clients/local-records.ts'

export const readConfig = defineConfig({
  HOST: text('Address to listen on.', { default: '127.0.0.1' }),
  PORT: port('Port to listen on; 0 takes any free one.', { default: 8085 }),
  PUBLIC_URL: url('How people reach the hub. Sign-in comes back to this followed by /signed-in; the issuer is this followed by /identity.'),
  PASSPORT_URL: url('Where the record is reached from here; its FHIR base is this followed by /fhir.'),
  IDENTITY_URL: url('Where the issuer is reached from here; it is at this followed by /identity.'),
  HANDRAIL_HOME: text('Folder of generated keys. Every process of the portal needs the same portal.key in it.', { default: '.handrail' }),
  HANDRAIL_DEMO: flag('Whether the first page has one sign-in button for each person of the demonstration.', { default: false }),
  SIGN_IN_IDLE_MS: milliseconds('A sign-in ends when nothing was done for this long; people are warned two minutes before.', {
    default: 1_800_000,
    min: 180_000,
  }),
  SIGN_IN_LONGEST_MS: milliseconds('A sign-in ends after this long, whatever is done.', { default: 28_800_000, min: 180_000 }),
  LOCAL_RECORDS: jsonList(
    'Local records that may open these pages by SMART App Launch, each {"name", "iss", "clientId", "organization": "system|value"}, and perhaps "clientSecret", "algorithm", "alsoAt". Absent: none may.',
    readLocalRecord,
  ),
  LOG_LEVEL: oneOf('How much is logged to stderr.', LOG_LEVELS, { default: 'info' }),
})

/** The settings of the portal. */
export type Config = ConfigFrom<typeof readConfig>

/** The settings that `buildApp` needs. */
export type AppConfig = Pick<Config, 'PUBLIC_URL' | 'HANDRAIL_DEMO' | 'SIGN_IN_IDLE_MS' | 'SIGN_IN_LONGEST_MS'>
