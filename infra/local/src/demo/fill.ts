/** Fills the demonstration at start: its organisations, people and records through the record's own door, then its clients. */
import type { Bundle } from '@medplum/fhirtypes'
import { clientRegister } from '@services/identity/store/client-register'
import { people } from '@services/identity/store/people'
import { registerDemo, registerDemoAdmin } from '@services/identity/provision'
import type { Database } from '@platform/service/database'
import { tokenSource } from '@platform/service/token-source'
import { seedDemo } from './seed.ts'

/** The hub that is a demonstration; it listens already. */
export interface DemoHub {
  readonly database: Database
  readonly home: string
  readonly publicUrl: string
}

/** How long the record may take over one transaction of the demonstration, in milliseconds. */
const ANSWER_WITHIN_MS = 60_000

/** Makes everything of the demonstration that is not there yet. Repeating it changes nothing. */
export async function fillDemo({ database, home, publicUrl }: DemoHub): Promise<void> {
  const clients = clientRegister(database)
  const key = await registerDemoAdmin({ clients, home })
  const tokens = tokenSource({ tokenUrl: `${publicUrl}/identity/token`, clientId: 'demo-admin', key })
  const record = { transaction: (bundle: Bundle) => transact(`${publicUrl}/fhir`, tokens.get(), bundle) }

  const { organizationIds, practitionerIds, patientIds } = await seedDemo({ record })
  await registerDemo({ clients, people: people(database), home, organizationIds, fhirUsers: { ...practitionerIds, ...patientIds } })
}

async function transact(base: string, token: Promise<string>, bundle: Bundle): Promise<Bundle> {
  const response = await fetch(base, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/fhir+json', accept: 'application/fhir+json' },
    body: JSON.stringify(bundle),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  const answer: unknown = await response.json()
  // The demonstration is synthetic, so the whole answer may be told.
  if (!response.ok) throw new Error(`The record refused the demonstration with ${response.status}: ${JSON.stringify(answer)}`)
  return answer as Bundle
}
