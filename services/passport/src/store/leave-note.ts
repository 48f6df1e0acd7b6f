/** A reader's note becomes a Communication and a Task of the home team, once; and the home team answers it. */
import { randomUUID } from 'node:crypto'
import type { Caller } from '@platform/fhir/caller'
import type { Database } from '@platform/service/database'
import { answeredNote, homeTeamOf, noteResources } from '../domain/share/note.ts'
import type { FhirResource } from '../domain/references.ts'
import { refuse } from '../errors.ts'
import { changeRecord, type RecordDependencies, type Request } from './change-record.ts'
import { readEverything, readRow } from './record-store.ts'
import { restoreNoteWord, useNoteWord } from './link-openings.ts'
import type { Link } from './share-links.ts'

export interface NoteDependencies {
  readonly database: Database
  readonly record: RecordDependencies
  readonly clock: { now(): Date }
  readonly now: () => Date
}

/** The hub itself: what comes by a link is kept by nobody else. */
const HUB: Caller = { clientId: 'handrail', subject: 'handrail', role: 'admin', grade: 'full', scopes: [], token: '', expiresAt: 0 }

/** @returns nothing when this reader may leave no note, or has left one */
export async function leaveNote(
  { database, record, clock, now }: NoteDependencies,
  { word, text }: { word: string; text: string },
): Promise<'waiting' | undefined> {
  const at = clock.now()
  const used = await useNoteWord(database, word, at)
  if (used === undefined) return undefined
  try {
    const person = await readRow(database, HUB, 'Patient', used.patient)
    if (person === undefined || person.deleted) return undefined
    const teams = await readEverything(database, HUB, used.patient, { count: 100, types: ['CareTeam'] })
    const owner = homeTeamOf(
      JSON.parse(person.content) as FhirResource,
      teams.map(({ content }) => JSON.parse(content) as FhirResource),
    )
    const fullUrl = `urn:uuid:${randomUUID()}`
    const { recipient, openedAt } = used
    const [communication, task] = noteResources({ patient: `Patient/${used.patient}`, owner, text, recipient, openedAt, at }, fullUrl)
    await changeRecord(
      record,
      [
        { kind: 'create', place: 'Bundle.entry[0].resource', type: 'Communication', exact: communication, fullUrl },
        { kind: 'create', place: 'Bundle.entry[1].resource', type: 'Task', exact: task },
      ],
      asTheHub(now()),
    )
    return 'waiting'
  } catch (error) {
    // Nothing is lost: the reader can send it again.
    await restoreNoteWord(database, word, used.opening)
    throw error
  }
}

/** Tells the person in their record that a link was locked. */
export async function tellLocked(
  { record, now }: NoteDependencies,
  { patient, label }: Pick<Link, 'patient' | 'label'>,
  at: Date,
): Promise<void> {
  const which = label === undefined ? 'A link that you gave out' : `Your link "${label}"`
  const exact = {
    resourceType: 'Communication',
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    recipient: [{ reference: `Patient/${patient}` }],
    sender: { display: 'Handrail' },
    topic: { text: 'Link locked' },
    sent: at.toISOString(),
    payload: [
      {
        contentString: `${which} was locked after five wrong passcodes. Nobody can open it any more. To share the same again, make a new link.`,
      },
    ],
  }
  await changeRecord(record, [{ kind: 'create', place: '', type: 'Communication', exact }], asTheHub(now()))
}

const asTheHub = (at: Date): Request => ({
  caller: HUB,
  at,
  audit: {
    client: 'handrail',
    subject: 'handrail',
    organization: undefined,
    interaction: 'create',
    status: 201,
    purpose: undefined,
    request: randomUUID(),
  },
})

/**
 * The home team accepts a note, or dismisses it, and the Task that asked for it ends with it.
 *
 * @param tasks ids of the open Tasks whose focus is the note, as the caller sees them
 * @throws NOT_FOUND, NOTE_ANSWERED
 */
export async function answerNote(
  { record, database }: NoteDependencies,
  { id, outcome, words, tasks }: { id: string; outcome: 'accept' | 'dismiss'; words: string | undefined; tasks: readonly string[] },
  request: Request,
): Promise<string> {
  const row = await readRow(database, request.caller, 'Communication', id)
  if (row === undefined || row.deleted) throw refuse.NOT_FOUND({ reference: `Communication/${id}` })
  const answered = answeredNote(JSON.parse(row.content) as FhirResource, outcome, words)
  if (answered === undefined) throw refuse.NOTE_ANSWERED()
  const [outcomeOfNote] = await changeRecord(
    record,
    [
      { kind: 'update', place: '', type: 'Communication', id, exact: answered, ifMatch: row.version },
      ...tasks.map((task) => ({
        kind: 'patch' as const,
        place: '',
        type: 'Task',
        id: task,
        patch: [{ op: 'replace', path: '/status', value: outcome === 'accept' ? 'completed' : 'rejected' }],
      })),
    ],
    request,
  )
  return outcomeOfNote?.content ?? ''
}
