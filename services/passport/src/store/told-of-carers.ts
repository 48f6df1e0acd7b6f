/** Tells the person what a carer asked for in their name, in the transaction that makes it so. HAZ-E05 */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { tellsPerson } from '../domain/access/carers-request.ts'
import { wordsOf } from '../domain/access/words.ts'
import { isObject, understood, valuesAt, type FhirResource } from '../domain/references.ts'
import type { Planned, RecordDependencies } from './change-record.ts'
import { plannedCreate } from './planned-create.ts'
import { rowsForRules } from './record-store.ts'

/** @returns the messages that these writes bring; none for whoever is no carer */
export async function toldOfCarers(
  { baseUrl, clock }: Pick<RecordDependencies, 'baseUrl' | 'clock'>,
  database: Queryable,
  planned: readonly Planned[],
  { role, fhirUser = '' }: Caller,
): Promise<readonly Planned[]> {
  if (role !== 'carer') return []
  const requests = planned.flatMap(({ operation, before, resource }) => {
    const was = before === undefined || before.deleted ? undefined : understood(JSON.parse(before.content) as FhirResource, baseUrl)
    const told = operation.type === 'ServiceRequest' ? tellsPerson(was, resource) : undefined
    return told === undefined || resource === undefined ? [] : [{ told, resource }]
  })
  if (requests.length === 0) return []
  const name = await nameOf(database, fhirUser)
  const at = clock.now()
  return requests.map(({ told, resource }) => {
    const say = (language: 'en' | 'cy') =>
      wordsOf(language)[told === 'asked' ? 'carerAsked' : 'carerWithdrew'](name ?? wordsOf(language).carerNamed)
    const message = {
      resourceType: 'Communication',
      status: 'completed',
      subject: resource['subject'],
      recipient: [resource['subject']],
      sent: at.toISOString(),
      payload: [{ contentString: say('en') }, { contentString: say('cy') }],
    }
    return plannedCreate(message, at)
  })
}

/** What the person calls the carer. */
async function nameOf(database: Queryable, reference: string): Promise<string | undefined> {
  const [type = '', id = ''] = reference.split('/')
  const [row] = await rowsForRules(database, [{ type, id }])
  if (row === undefined || row.deleted) return undefined
  const [name] = valuesAt(JSON.parse(row.content), 'name').filter(isObject)
  const text = name?.['text'] ?? [...valuesAt(name, 'given'), ...valuesAt(name, 'family')].join(' ')
  return typeof text === 'string' && text !== '' ? text : undefined
}
