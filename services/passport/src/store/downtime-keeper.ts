/** Keeps the copies for downtime in step with the register and the record, some at a time, and writes down what was printed while it was down. HAZ-A18 */
import type { Consent, Flag, Patient, Resource } from '@medplum/fhirtypes'
import { registersInForce } from '@platform/fhir/register-entry'
import { CODES } from '@platform/nhs/systems'
import type { Queryable } from '@platform/service/database'
import { describeError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import type { AuditTrail } from './audit-store.ts'
import type { DowntimeCopies } from './downtime-copies.ts'
import type { Sharing } from './sharing.ts'

export interface DowntimeKeeper {
  readonly database: Queryable
  /** Makes the emergency view as the person shares it: nothing that they closed to everybody, no mental health. */
  readonly sharing: Pick<Sharing, 'view'>
  readonly trail: AuditTrail
  readonly copies: DowntimeCopies
  readonly log: Log
}

/** Looking costs a query, making a copy reads a person's compartment. */
const LOOKED_AT_ONCE = 100
const MADE_AT_ONCE = 25
/** Ages and dates past their day are said as of the copy's day: it is made anew each day, and whenever something of the person changed. */
const RENEWED_AFTER_MS = 24 * 3_600_000

/** Opens the keeper: each call looks at the next some, of the copies there are and of the entries of the register. */
export function downtimeKeeper(work: DowntimeKeeper): (now: Date) => Promise<void> {
  const { database, copies, log } = work
  let files: string[] = []
  let place = { at: new Date(0), id: '' }

  /** Whom the next copies are of: each is looked at again in its turn, and goes when its person has left the register. */
  const copied = async (): Promise<readonly string[]> => {
    if (files.length === 0) files = [...(await copies.files())]
    const read = await Promise.all(files.splice(0, LOOKED_AT_ONCE).map((file) => copies.read(file)))
    return read.flatMap((copy) => copy?.view.patient.slice('Patient/'.length) ?? [])
  }
  /** Whom the next entries of the register are about. */
  const registered = async (): Promise<readonly string[]> => {
    const { rows } = await database.query<{ patient: string; at: Date; id: string; content: string }>({
      name: 'downtime-flags',
      text: FLAGS,
      values: [place.at, place.id, LOOKED_AT_ONCE],
    })
    const last = rows.at(-1)
    place = rows.length < LOOKED_AT_ONCE || last === undefined ? { at: new Date(0), id: '' } : { at: last.at, id: last.id }
    return rows.filter(({ content }) => content.includes(CODES.REGISTER)).map(({ patient }) => patient)
  }

  const once = async (now: Date): Promise<void> => {
    await copies.handOver((printed) => audit(printed, work))
    let made = 0
    for (const patient of new Set([...(await registered()), ...(await copied())])) {
      if (made === MADE_AT_ONCE) return
      try {
        if (await bringInStep(patient, work, now)) made += 1
      } catch (error) {
        log.warn({ event: 'downtime-copy.not-made', patient, error: describeError(error) })
        return // the database does not answer: what is there stays the last good copy
      }
    }
  }
  let running = Promise.resolve()
  return async (now) => (running = running.catch(() => undefined).then(async () => once(now)))
}

/** @returns whether a copy was made */
async function bringInStep(patient: string, { database, sharing, copies }: DowntimeKeeper, now: Date): Promise<boolean> {
  const { rows } = await database.query<{ content: string; changed: Date }>({ name: 'downtime-person', text: PERSON, values: [patient] })
  const all = rows.map(({ content }) => JSON.parse(content) as Resource)
  const of = <T extends Resource>(type: T['resourceType']) => all.filter((each): each is T => each.resourceType === type)
  const [person] = of<Patient>('Patient')
  const isThere =
    person !== undefined && person.active !== false && person.deceasedBoolean !== true && person.deceasedDateTime === undefined
  if (!isThere || registersInForce(of<Flag>('Flag'), of<Consent>('Consent'), now).length === 0) {
    await copies.forget(patient)
    return false
  }
  const before = await copies.get(patient)
  const madeAt = before === undefined ? 0 : Date.parse(before.at)
  const changedAt = rows[0]?.changed.getTime() ?? 0
  if (before !== undefined && before.changedAt === changedAt && now.getTime() - madeAt < RENEWED_AFTER_MS) return false
  const found = await sharing.view({ patient, role: 'patient' }, ['emergency'], { at: now, language: 'en' })
  if (found === undefined) {
    await copies.forget(patient) // the person closed all of it to everybody
    return false
  }
  await copies.keep(patient, { view: found.view, at: now.toISOString(), changedAt })
  return true
}

/** What was read on paper is a disclosure like any other: with who printed it, and when. */
async function audit(printed: Parameters<Parameters<DowntimeCopies['handOver']>[0]>[0], { trail }: DowntimeKeeper): Promise<void> {
  for (const { at, by, people } of printed) {
    await Promise.all(
      people.map(async (person) =>
        trail.record({
          at: new Date(at),
          client: 'handrail',
          subject: by,
          organization: undefined,
          interaction: 'downtime-print',
          status: 200,
          entity: `Patient/${person}`,
          people: [person],
          purpose: 'ETREAT',
          request: `downtime-print ${at}`,
        }),
      ),
    )
  }
}

const FLAGS = `
  SELECT patient, updated_at AS at, id, content FROM passport.resource
  WHERE type = 'Flag' AND NOT deleted AND patient IS NOT NULL AND (updated_at, id) > ($1, $2) ORDER BY updated_at, id LIMIT $3`
const PERSON = `
  SELECT content, (SELECT max(updated_at) FROM passport.resource WHERE patient = $1) AS changed
  FROM passport.resource WHERE patient = $1 AND type IN ('Patient', 'Flag', 'Consent') AND NOT deleted`
