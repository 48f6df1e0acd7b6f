/**
 * What a reader of a link writes back, as it waits in the record: a Communication that nobody has confirmed, and a Task by which the home
 * team accepts or dismisses it. Pure. Hazard HAZ-P11 (a stranger's note taken for a fact).
 */
import type { FhirResource } from '../references.ts'
import { referencesAt, valuesAt } from '../references.ts'

const CODES = 'https://handrail.example/fhir/CodeSystem'
/** On a Communication that came by a link, until the home team has accepted it. */
const UNCONFIRMED = { system: `${CODES}/entry-origin`, code: 'unconfirmed-from-link', display: 'Unconfirmed, from link' } as const
const FROM_LINK = { system: `${CODES}/entry-origin`, code: 'from-link', display: 'From link' } as const
const READER_NOTE = { coding: [{ system: `${CODES}/task-kind`, code: 'reader-note', display: 'Note from a reader of a link' }] } as const

/** Within how long the home team looks at a note: two days, so that a weekend is the longest it waits unseen. */
const NOTE_DUE_MS = 2 * 24 * 60 * 60 * 1000

export interface Note {
  /** 'Patient/…' */
  readonly patient: string
  /** Who answers for it: an organisation of the care team; the person where there is none. */
  readonly owner: string
  readonly text: string
  /** As stated by the reader; nobody has checked it. */
  readonly recipient: string
  readonly openedAt: Date
  readonly at: Date
}

/** The two resources; the Task points at the Communication by this temporary id. */
export function noteResources({ patient, owner, text, recipient, openedAt, at }: Note, fullUrl: string): [FhirResource, FhirResource] {
  return [
    {
      resourceType: 'Communication',
      meta: { tag: [UNCONFIRMED] },
      status: 'on-hold',
      statusReason: { text: UNCONFIRMED.display },
      category: [READER_NOTE],
      subject: { reference: patient },
      recipient: [{ reference: owner }],
      // Said to be: no reference stands behind the name.
      sender: { display: `${recipient} (as stated by the reader)` },
      sent: at.toISOString(),
      received: at.toISOString(),
      note: [{ text: `Left by whoever opened a link at ${openedAt.toISOString()}. Nobody has confirmed who that was.` }],
      payload: [{ contentString: text }],
    },
    {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      priority: 'routine',
      code: READER_NOTE,
      description: 'A reader of a link left a note. Accept it, or dismiss it.',
      focus: { reference: fullUrl },
      for: { reference: patient },
      authoredOn: at.toISOString(),
      lastModified: at.toISOString(),
      owner: { reference: owner },
      restriction: { period: { end: new Date(at.getTime() + NOTE_DUE_MS).toISOString() } },
    },
  ]
}

/** Who answers for what comes by a link: the first organisation of an active care team, else who entered the person, else the person. */
export function homeTeamOf(patient: FhirResource, teams: readonly FhirResource[]): string {
  const active = teams
    .filter(({ status }) => status === 'active')
    .toSorted((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1))
    .flatMap((team) => referencesAt(team, ['managingOrganization', 'participant.member', 'participant.onBehalfOf']))
  const found = [...active, ...referencesAt(patient, ['managingOrganization'])].find(({ type }) => type === 'Organization')
  return found === undefined ? `Patient/${patient.id ?? ''}` : `Organization/${found.id}`
}

/** The Communication as it is after the home team has looked at it; nothing when it does not wait for that. */
export function answeredNote(note: FhirResource, outcome: 'accept' | 'dismiss', words: string | undefined): FhirResource | undefined {
  const tags = valuesAt(note, 'meta.tag') as { system?: string; code?: string }[]
  if (note['status'] !== 'on-hold' || !tags.some(({ system, code }) => system === UNCONFIRMED.system && code === UNCONFIRMED.code))
    return undefined
  const others = tags.filter(({ system, code }) => system !== UNCONFIRMED.system || code !== UNCONFIRMED.code)
  return {
    ...note,
    meta: { ...note.meta, tag: [...others, FROM_LINK] },
    status: outcome === 'accept' ? 'completed' : 'not-done',
    statusReason: { text: words ?? (outcome === 'accept' ? 'Accepted by the home team' : 'Dismissed by the home team') },
  }
}
