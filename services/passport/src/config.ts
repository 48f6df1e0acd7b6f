/** The settings of the record when it runs alone; the only reader of its environment. */
import { defineConfig, flag, list, oneOf, port, postgresql, text, url, type ConfigFrom } from '@platform/service/config'
import { LOG_LEVELS } from '@platform/service/log'

export const readConfig = defineConfig({
  HOST: text('Address to listen on.', { default: '127.0.0.1' }),
  PORT: port('Port to listen on; 0 takes any free one.', { default: 8081 }),
  PUBLIC_URL: url('How others reach the hub. The FHIR base is this followed by /fhir, and tokens must be meant for it.'),
  IDENTITY_URL: url('Where the embedded issuer is reached from here, when not under PUBLIC_URL.', { default: '' }),
  TRUSTED_ISSUERS: list('Issuers whose tokens are believed besides the embedded one, each as issuer=jwks address.', { default: [] }),
  FHIR_PACKAGES: list(
    'FHIR packages to validate against besides our own, such as UK Core: paths of .tgz files or of folders, from the working directory. They are read at start; what claims one of their profiles must keep it.',
    { default: [] },
  ),
  DATABASE_URL: postgresql('PostgreSQL connection string.'),
  HANDRAIL_HOME: text(
    'Folder of generated keys, the same for every process of a hub: passport.key, and the head of the audit chain outside the database.',
    {
      default: '.handrail',
    },
  ),
  ACCESS_REVIEW_OWNER: text(
    'Organization/… that reviews emergency access, merges, and what people ask about who looked. Empty: whoever manages the record of the person.',
    { default: '' },
  ),
  HANDRAIL_DEMO: flag('Whether this is a demonstration, in which the business clock can be moved.', { default: false }),
  LOG_LEVEL: oneOf('How much is logged to stderr.', LOG_LEVELS, { default: 'info' }),
})

/** The settings of the record. */
export type Config = ConfigFrom<typeof readConfig>

/** The settings that `buildApp` needs. */
export type AppConfig = Pick<Config, 'PUBLIC_URL' | 'IDENTITY_URL' | 'TRUSTED_ISSUERS'> &
  Partial<Pick<Config, 'FHIR_PACKAGES' | 'ACCESS_REVIEW_OWNER'>>
