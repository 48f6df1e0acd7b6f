/** What a Subscription of a person may tell of: what its author may read, at the moment of telling. Consent, its end and every denial hold here too. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { localReference } from '../domain/references.ts'
import { HUB } from './hub-caller.ts'
import { readRow, type Row } from './record-store.ts'
import { asTheSharer } from './share-contents.ts'

/**
 * Whether the author of a Subscription may read a row. Asked by whoever serves subscriptions, of a row that it may read itself: the answer only
 * ever narrows. A Subscription that is gone, or is nobody's, may tell of nothing. HAZ-R60
 */
export async function seesAsSubscriber(database: Queryable, { role }: Caller, subscription: string, row: Row): Promise<boolean> {
  if (role !== 'reactor-alerts') return false
  const found = await readRow(database, HUB, 'Subscription', subscription)
  const author = found === undefined || found.deleted ? undefined : localReference(found.parties[0] ?? '')
  if (author === undefined) return false
  const caller = await callerFor(database, author)
  return caller !== undefined && (await readRow(database, caller, row.type, row.id)) !== undefined
}

/** The person, or the contact of a person, as they would sign in. */
async function callerFor(database: Queryable, { type, id }: { type: string; id: string }): Promise<Caller | undefined> {
  if (type === 'Patient') return asTheSharer({ patient: id, role: 'patient' })
  if (type !== 'RelatedPerson') return undefined
  const contact = await readRow(database, HUB, type, id)
  if (contact?.patient === undefined || contact.deleted) return undefined
  return asTheSharer({ patient: contact.patient, role: 'carer', carer: `${type}/${id}` })
}
