/** What a link carries: the record as the person sees it, in the sections chosen, without what the person closed to everybody. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { BIT } from '../domain/access/data-class.ts'
import { EVERYBODY } from '../domain/access/consent.ts'
import { classesOfSections, type Section } from '../domain/share/section.ts'
import { readRow, type Row } from './record-store.ts'
import { readCompartment } from './share-compartment.ts'
import type { PlainFile } from './share-files.ts'

/** Whose record is shared, by whose eyes it was chosen. */
export interface SharedPerson {
  readonly patient: string
  readonly role: 'patient' | 'carer'
}

/** The files of a link, and the data classes that are in them as bits. */
export interface SharedContent {
  readonly files: readonly PlainFile[]
  readonly classes: number
}

/** The rows a link may show. */
export interface SharedRows {
  readonly person: Row
  readonly rows: readonly Row[]
}

/** Makes the content from the rows; pure but for the identity and the time it is given. */
export type Compose = (shared: SharedRows & { readonly sections: readonly Section[]; readonly at: Date }) => Promise<readonly PlainFile[]>

/** The person as a caller: a link shows nothing that they could not see themselves. */
export const asThePerson = ({ patient, role }: SharedPerson): Caller => ({
  clientId: 'handrail',
  subject: `Patient/${patient}`,
  role,
  grade: 'full',
  fhirUser: `Patient/${patient}`,
  patient,
  scopes: [],
  token: '',
  expiresAt: 0,
})

/** @returns nothing when there is no such person any more, or when the person closed what was chosen to everybody */
export async function sharedRows(database: Queryable, of: SharedPerson, sections: readonly Section[]): Promise<SharedRows | undefined> {
  const caller = asThePerson(of)
  const person = await readRow(database, caller, 'Patient', of.patient)
  if (person === undefined || person.deleted) return undefined
  const { rows: closures } = await database.query<{ classes: number | null }>({
    name: 'closed-to-everybody',
    text: 'SELECT bit_or(classes) AS classes FROM passport.closed_out WHERE patient = $1 AND party = $2',
    values: [of.patient, EVERYBODY],
  })
  const open = classesOfSections(sections) & ~(closures[0]?.classes ?? 0)
  if ((open & BIT.identity) === 0) return undefined
  const all = await readCompartment(database, caller, of.patient)
  return { person, rows: all.filter(({ type, classes }) => type !== 'Patient' && (classes & ~open) === 0) }
}

/** What a link carries at this moment; nothing when there is no such person, or everything chosen was closed. */
export async function sharedContent(
  database: Queryable,
  { person: of, sections, at }: { person: SharedPerson; sections: readonly Section[]; at: Date; direct: boolean },
): Promise<SharedContent | undefined> {
  const shared = await sharedRows(database, of, sections)
  if (shared === undefined) return undefined
  const all = [shared.person, ...shared.rows]
  const entry = all.map((row) => `{"fullUrl":"urn:uuid:${row.id}","resource":${row.content}}`)
  const text = `{"resourceType":"Bundle","type":"collection","timestamp":"${at.toISOString()}","entry":[${entry.join(',')}]}`
  return { files: [{ contentType: 'application/fhir+json', text }], classes: all.reduce((bits, { classes }) => bits | classes, 0) }
}
