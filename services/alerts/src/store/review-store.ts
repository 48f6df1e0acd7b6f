/** Matches that a person must decide: standards page "Hospital alerts", section 8. Each is one Task in the record that says which row it was, and no value. */
import type { Organization, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import type { Database } from '@platform/service/database'
import { showInstant } from '../domain/place.ts'
import { senderOf } from '../domain/translate/read-kept.ts'
import { concept, OPEN as STILL_OPEN } from '../domain/vocabulary.ts'
import type { FhirRecord } from './record.ts'

/** A match to be decided. */
export interface OpenReview {
  readonly message: string
  readonly row: number
  readonly urgent: boolean
  readonly candidates: readonly string[]
  readonly openedAt: Date
}

/** The review list. */
export interface ReviewStore {
  /** Puts a match on the list, and wakes whoever tells of it. */
  open(review: OpenReview): Promise<void>
  /** Calls `wake` whenever a review was opened. */
  onOpen(wake: () => void): void
  /** A review was opened with its message. */
  wake(): void
  /** Puts every review that has none yet before a person, as a Task of this owner. One for which that fails now holds up no other. */
  tell(record: FhirRecord, owner: () => Promise<string>, onError: (error: unknown) => void): Promise<void>
  /**
   * Asks about everybody who came into hospital after somebody said that they had died: no alert was raised, and who is right is for people. What was asked
   * so is settled once the death is taken back. HAZ-A134
   */
  askOfLiving(at: Date): Promise<void>
  /** The message a review Task is about and its candidates, while it is undecided; by its key where a person was faster than we with writing down its id. */
  byTask(task: string, key: string): Promise<{ readonly message: string; readonly candidates: readonly string[] } | undefined>
  /** Undecided reviews of whose a message is, for which this person is a candidate. */
  ofCandidate(patient: string): Promise<readonly { readonly message: string; readonly task?: string }[]>
  decided(message: string, outcome: string, at: Date): Promise<void>
  /** A later message made it plain whom it is about: no person need decide any more. */
  matchedLater(message: string, patient: string, at: Date): Promise<void>
  /** Gives up those opened before this; their messages are destroyed. @returns how many */
  expire(before: Date, at: Date): Promise<number>
  /** Closes the Tasks of matches that were settled without whoever was asked, and says in them how. One that cannot be closed now holds up no other. */
  closeSettled(record: FhirRecord, at: Date, onError: (error: unknown) => void): Promise<void>
  /** How many wait for a person. */
  waiting(): Promise<number>
}

/** The same day, within minutes; within the hour where a typing slip is likely. Section 8, rows 2 and 3. */
const DUE_MINUTES = { urgent: 30, usual: 120 } as const

const ROWS: Readonly<Record<number, string>> = {
  0: 'the hospital deleted the visit or the person: find out whether the person is there, and close the alert by hand if not',
  2: 'NHS number and date of birth are equal, no name is',
  3: 'the NHS number is equal, the date of birth differs or is missing',
  4: 'the NHS number is equal, date of birth and names differ: tell the data quality owner of the sender',
  6: 'name and date of birth are equal, there is no number',
  7: 'the number is not verified or the identity is unknown, and the names do not both agree',
  8: 'more than one person fits',
  10: 'a hospital or the record said that the person had died, and a hospital says that they came in after that. Find out which is so. If they are alive, ring the ward and the team that answers for them, and have whoever said it take the death back (PID-30 N, or in the record): then the alert is raised',
  9: 'the hospital gave what was theirs, a number or a visit, to somebody who cannot be them: an alert may have gone out for the wrong person. Find out whose stay it is, and ring the hospital',
}

/** What the hub has done, where that is anything else than to alert nobody. */
const DONE: Readonly<Record<number, string>> = {
  0: 'Nothing was changed.',
  9: 'Every alert of it was taken back, and whoever was told has been told so.',
}

/** Opens the list. @param options.called what people call the hospital that writes itself so, where that is known */
export function reviewStore(
  database: Database,
  { called = () => undefined }: { readonly called?: (facility: string) => string | undefined } = {},
): ReviewStore {
  let wake = () => {}
  return {
    wake: () => wake(),
    onOpen(given) {
      wake = given
    },
    async open({ message, row, urgent, candidates, openedAt }) {
      await database.query({ name: 'review-open', text: OPEN, values: [message, row, urgent, candidates, openedAt] })
      wake()
    },
    async tell(record, owner, onError) {
      const { rows } = await database.query<Row>({ name: 'review-untold', text: UNTOLD })
      const tellOne = async (row: Row) => {
        const task = taskFor(row, await owner(), await sentBy(row, record, called))
        const key = `identifier=${OWN_ID.TASK_KEY}|review-${row.message}`
        const [place] = (await record.transact([{ resource: task, request: { method: 'POST', url: 'Task', ifNoneExist: key } }])) ?? []
        if (place !== undefined)
          await database.query({
            name: 'review-told',
            text: 'UPDATE alerts.review SET task = $2 WHERE message = $1',
            values: [row.message, place.reference.split('/')[1]],
          })
      }
      for (const row of rows) {
        await tellOne(row).catch((error: unknown) => {
          if (error instanceof Refusal && error.code === 'RECORD_UNREACHABLE') throw error // so it would be for all of them
          onError(error)
        })
      }
    },
    async askOfLiving(at) {
      await database.query({ name: 'review-ask-of-living', text: ASK_OF_LIVING, values: [at] })
      await database.query({ name: 'review-lives', text: LIVES, values: [at] })
    },
    async byTask(task, key) {
      const { rows } = await database.query<{ message: string; candidates: string[] }>({
        name: 'review-by-task',
        text: BY_TASK,
        values: [task, key],
      })
      return rows[0]
    },
    async ofCandidate(patient) {
      const { rows } = await database.query<{ message: string; task: string | null }>({ name: 'review-of', text: OF, values: [patient] })
      return rows.map(({ message, task }) => ({ message, ...(task === null ? {} : { task }) }))
    },
    async decided(message, outcome, at) {
      await database.query({ name: 'review-decided', text: DECIDED, values: [message, outcome, at] })
    },
    async matchedLater(message, patient, at) {
      await database.query({ name: 'review-matched-later', text: MATCHED_LATER, values: [message, patient, at] })
      wake()
    },
    async expire(before, at) {
      const { rows } = await database.query<{ message: string }>({ name: 'review-expire', text: EXPIRE, values: [before, at] })
      return rows.length
    },
    async closeSettled(record, at, onError) {
      const { rows } = await database.query<Settled>({ name: 'review-settled', text: SETTLED })
      for (const { message, task, outcome, candidates } of rows) {
        try {
          await record.change<Task>(`Task/${task}`, (current) =>
            STILL_OPEN.has(current.status) ? closedBy(current, outcome, candidates, at) : current,
          )
          await database.query({
            name: 'review-closed',
            text: 'UPDATE alerts.review SET closed_at = $2 WHERE message = $1',
            values: [message, at],
          })
        } catch (error) {
          onError(error)
        }
      }
    },
    async waiting() {
      const { rows } = await database.query<{ count: number }>({
        name: 'review-count',
        text: 'SELECT count(*)::int AS count FROM alerts.review WHERE decided_at IS NULL',
      })
      return rows[0]?.count ?? 0
    },
  }
}

interface Row {
  readonly message: string
  readonly row: number
  readonly urgent: boolean
  readonly candidates: readonly string[]
  readonly opened_at: Date
  readonly received_at: Date
  readonly content: Buffer | null
}

interface Settled {
  readonly message: string
  readonly task: string
  readonly outcome: 'matched-later' | 'expired'
  /** Of one that was matched: whom it is about. */
  readonly candidates: readonly string[]
}

/** The Task of a match that nobody need decide any more, or can. Whoever took it on reads why. */
function closedBy(task: Task, outcome: Settled['outcome'], [patient = '']: readonly string[], at: Date): Task {
  if (outcome === 'expired')
    return { ...task, status: 'cancelled', statusReason: { text: 'Nobody decided in time; the message was destroyed.' } }
  const { businessStatus: _, ...rest } = task
  return {
    ...rest,
    status: 'completed',
    lastModified: at.toISOString(),
    output: [
      ...(task.output ?? []),
      { type: concept(CODES.TASK_OUTPUT, 'person'), valueReference: { reference: `Patient/${patient}` } },
      { type: concept(CODES.TASK_OUTPUT, 'outcome'), valueCodeableConcept: concept(CODES.ALERT_OUTCOME, 'same-person', 'Same person') },
    ],
    note: [
      ...(task.note ?? []),
      {
        time: at.toISOString(),
        text: 'A later message of the hospital, or what was decided of one that says the same, made it plain whom this is about, and the alert was raised. Nothing is left to decide.',
      },
    ],
  }
}

/** Which hospital is to be rung, and how it finds its message again: no value of a person is in it. HAZ-A132 */
async function sentBy(
  { content, received_at: at }: Row,
  record: FhirRecord,
  called: (facility: string) => string | undefined,
): Promise<string> {
  const sender = content === null ? undefined : senderOf(content)
  const id = sender?.message === undefined ? '' : `, which calls its message ${sender.message}`
  return `It came on ${showInstant(at)} from ${await nameOf(sender?.facility ?? '', record, called)}${id}.`
}

async function nameOf(facility: string, record: FhirRecord, called: (facility: string) => string | undefined): Promise<string> {
  if (facility.startsWith('Organization/')) return (await record.read<Organization>(facility))?.name ?? facility
  const named = called(facility)
  return named === undefined ? facility || 'a hospital that did not name itself' : `${named} (${facility})`
}

function taskFor({ message, row, urgent, candidates, opened_at: openedAt }: Row, owner: string, sent: string): Task {
  const due = new Date(openedAt.getTime() + (urgent ? DUE_MINUTES.urgent : DUE_MINUTES.usual) * 60_000)
  return {
    resourceType: 'Task',
    identifier: [{ system: OWN_ID.TASK_KEY, value: `review-${message}` }],
    status: 'requested',
    intent: 'order',
    priority: urgent ? 'asap' : 'urgent',
    code: concept(CODES.TASK_KIND, 'identity-review', 'Match to be decided by a person'),
    description: `A hospital message may be about somebody on the alerts register: ${ROWS[row] ?? 'it needs a person to look'}. ${DONE[row] ?? 'Nobody has been alerted.'} ${sent} Close with same-person or wrong-person.${row === 2 || row === 3 ? ' Same-person holds for later messages of this hospital about the same hospital number that say exactly the same; any change is asked about again.' : ''}`,
    authoredOn: openedAt.toISOString(),
    owner: { reference: owner },
    restriction: { period: { end: due.toISOString() } },
    ...(candidates.length === 0
      ? {}
      : { input: candidates.map((id) => ({ type: { text: 'Candidate' }, valueReference: { reference: `Patient/${id}` } })) }),
  }
}

const OPEN =
  'INSERT INTO alerts.review (message, row, urgent, candidates, opened_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message) DO NOTHING'
const UNTOLD = `
  SELECT review.message::text AS message, review.row, review.urgent, review.candidates, review.opened_at, message.received_at, message.content
  FROM alerts.review JOIN alerts.message ON message.id = review.message WHERE review.task IS NULL ORDER BY review.opened_at LIMIT 100`
// Once for each stay, by the first message of it about which nothing is asked. Of stays of the last month: it is asked when somebody comes in, and those who have
// died, with all their stays, are more each year.
const ASK_OF_LIVING = `
  INSERT INTO alerts.review (message, row, urgent, candidates, opened_at)
  SELECT DISTINCT ON (stay.id) event.message, 10, true, ARRAY[stay.patient], $1::timestamptz
  FROM alerts.death JOIN alerts.stay ON stay.patient = death.patient JOIN alerts.stay_event AS event ON event.stay = stay.id
  WHERE NOT death.gone AND stay.began_at > death.said_at AND stay.began_at > $1::timestamptz - interval '30 days' AND NOT stay.over AND NOT stay.wrong_person AND stay.merged_into IS NULL
    AND NOT EXISTS (SELECT 1 FROM alerts.review WHERE review.message = event.message)
    AND NOT EXISTS (
      SELECT 1 FROM alerts.review AS asked JOIN alerts.stay_event AS of_stay ON of_stay.message = asked.message
      WHERE of_stay.stay = stay.id AND asked.row = 10)
  ORDER BY stay.id, event.message
  ON CONFLICT (message) DO NOTHING`
const LIVES = `
  UPDATE alerts.review SET outcome = 'matched-later', decided_at = $1
  WHERE row = 10 AND decided_at IS NULL AND NOT EXISTS (SELECT 1 FROM alerts.death WHERE patient = ANY (review.candidates) AND NOT gone)`
const BY_TASK =
  "SELECT message::text AS message, candidates FROM alerts.review WHERE (task = $1 OR (task IS NULL AND 'review-' || message = $2)) AND decided_at IS NULL"
const DECIDED = 'UPDATE alerts.review SET outcome = $2, decided_at = $3 WHERE message = $1 AND decided_at IS NULL'
// Whom it was matched with takes the place of those it might have been about.
const MATCHED_LATER =
  "UPDATE alerts.review SET outcome = 'matched-later', candidates = ARRAY[$2], decided_at = $3 WHERE message = $1 AND decided_at IS NULL"
const SETTLED = `
  SELECT message::text AS message, task, outcome, candidates FROM alerts.review
  WHERE closed_at IS NULL AND outcome IN ('matched-later', 'expired') AND task IS NOT NULL ORDER BY decided_at LIMIT 100`
// What a hospital deleted, or merged with somebody else, was matched when it came: whose it is was never the question, and no later message answers the one that is.
const OF = `
  SELECT message::text AS message, task FROM alerts.review
  WHERE decided_at IS NULL AND $1 = ANY (candidates)
    AND EXISTS (SELECT 1 FROM alerts.message WHERE message.id = review.message AND message.disposition IN ('review', 'mismatch'))`
const EXPIRE = `
  WITH expired AS (
    UPDATE alerts.review SET outcome = 'expired', decided_at = $2, expired_at = $2 WHERE decided_at IS NULL AND task IS NOT NULL AND opened_at < $1
    RETURNING message
  ), forgotten AS (
    UPDATE alerts.message SET content = NULL, handled_at = coalesce(handled_at, $2) WHERE id IN (SELECT message FROM expired) RETURNING id
  )
  SELECT message::text AS message FROM expired, (SELECT count(*) FROM forgotten) AS done`
