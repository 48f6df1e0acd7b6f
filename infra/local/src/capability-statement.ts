/** What `/fhir/metadata` answers, from the record's own composition: no hub is started and no database is asked. */
import { openLog } from '@platform/service/log'
import type { Database } from '@platform/service/database'
import { buildApp } from '@services/passport/app'
import { openRecord } from '@services/passport/open'
import { passingSharingSecrets } from '@services/passport/store/share-secrets'
import type { CapabilityStatement } from '@medplum/fhirtypes'
import pg from 'pg'

/** The CapabilityStatement of the record, as a hub reached at `publicUrl` would show it. */
export async function capabilityStatementOf(publicUrl: string): Promise<CapabilityStatement> {
  const bell = {
    ring: () => undefined,
    answer: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const config = { PUBLIC_URL: publicUrl, IDENTITY_URL: '', TRUSTED_ISSUERS: [] }
  const epoch = { now: () => new Date(0) }
  const foundation = { database: noDatabase, searching: noDatabase, bell, clock: epoch, newId: () => 'none', key: Buffer.alloc(32) }
  const dependencies = await openRecord(config, {
    ...foundation,
    log: openLog({ name: 'metadata', level: 'silent' }),
    secrets: await passingSharingSecrets(),
  })
  const app = await buildApp(config, dependencies)
  try {
    const answer = await app.inject({ url: '/fhir/metadata' })
    return answer.json<CapabilityStatement>()
  } finally {
    await app.close()
  }
}

const notAsked = (): never => {
  throw new Error('The CapabilityStatement is computed without a database.')
}

/** A pool connects when it is first asked; this one never is. */
const noDatabase: Database = {
  pool: new pg.Pool({ max: 1 }),
  url: 'postgres://nowhere',
  query: async () => notAsked(),
  transaction: async () => notAsked(),
  [Symbol.asyncDispose]: async () => undefined,
}
