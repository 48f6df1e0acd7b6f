/** The portal as a process of its own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@platform/service/clock'
import { health } from '@platform/service/health'
import { newId } from '@platform/service/ids'
import { openLog } from '@platform/service/log'
import { toldToStop } from '@platform/service/shutdown'
import type { JWK } from 'jose'
import { buildApp } from './app.ts'
import { openIssuer } from './clients/issuer.ts'
import { linkClient } from './clients/links.ts'
import { openLocalRecords } from './clients/local-records.ts'
import { recordClient } from './clients/record.ts'
import { operatorClient } from './clients/operator.ts'
import { reportClient } from './clients/reports.ts'
import { readConfig } from './config.ts'
import { openSeal } from './session/seal.ts'

const config = readConfig(process.env)
const log = openLog({ name: 'portal', level: config.LOG_LEVEL })
const key = JSON.parse(await readFile(join(config.HANDRAIL_HOME, 'internal-clients', 'handrail-portal.jwk.json'), 'utf8')) as JWK

await using app = await buildApp(config, {
  record: recordClient(`${config.PASSPORT_URL}/fhir`),
  reports: reportClient(config.PASSPORT_URL),
  links: linkClient(`${config.PASSPORT_URL}/fhir`),
  operator: operatorClient(config.PASSPORT_URL),
  localRecords: openLocalRecords(config.LOCAL_RECORDS, config.PUBLIC_URL),
  issuer: openIssuer({ publicUrl: config.PUBLIC_URL, identityUrl: config.IDENTITY_URL, key }),
  seal: await openSeal(config.HANDRAIL_HOME),
  clock: systemClock,
  newId,
  log,
})
await app.register(health, {})
await app.listen({ host: config.HOST, port: config.PORT })
await toldToStop()
