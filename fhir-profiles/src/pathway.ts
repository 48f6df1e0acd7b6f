/**
 * The pathway as data: who is asked first, how long each has, whose it becomes when time runs out. A different area has different files in
 * `pathway/` and the same code.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calendar, dueAt, duration, type Calendar, type Duration, type Nation } from './calendar.ts'
import { pathwayFolder } from './package.ts'
import { count, date, listOf, mapOf, MalformedDataFile, object, oneOf, optional, parseDataFile, positive, text } from './reading.ts'

/** FHIR's request priorities. A request without one is clocked as routine and shown as "not stated". */
export type Priority = 'routine' | 'urgent' | 'asap' | 'stat'

const identifier = object({ system: text, value: text })
const byPriority = object({
  routine: duration,
  urgent: optional(duration),
  asap: optional(duration),
  stat: optional(duration),
})
const head = { id: text, title: text, status: oneOf('draft', 'active', 'retired'), author: text, source: text, reviewBy: date }

const referralPathway = object({
  ...head,
  category: object({ system: text, code: text }),
  singlePointOfAccess: text,
  owners: mapOf(identifier),
  due: mapOf(byPriority),
  begin: byPriority,
  ladder: listOf(object({ owner: text, says: text }), 1),
  jointReview: object({
    afterRefusals: positive,
    owner: text,
    notCounted: listOf(text),
    atOnce: object({ reason: text, services: listOf(text) }),
    interim: listOf(text),
  }),
  unmetNeed: object({ owner: text }),
  reEntry: object({ months: positive }),
  stages: listOf(object({ id: text, title: text, services: listOf(text, 1), entry: text }), 1),
})

const alertPathway = object({
  ...head,
  answers: listOf(
    object({
      role: oneOf('ward', 'specialist'),
      title: text,
      owner: oneOf('hospital-of-the-stay', 'specialist-for-register'),
      due: duration,
    }),
    1,
  ),
  alertDue: duration,
  specialists: mapOf(object({ careTeamRole: text, otherwise: text })),
  owners: mapOf(identifier),
  ladder: listOf(
    object({ afterMinutes: count, does: oneOf('second-channel', 'next-role'), role: optional(oneOf('site-lead', 'on-call')), says: text }),
    1,
  ),
  quietEvents: listOf(text),
  afterDischarge: object({ kind: text, owner: text, due: duration }),
  feedSilentAfter: duration,
})

/**
 * `pathway/neuro-rehabilitation.json`. `due` is keyed by kind of task, `begin` is what a provider has between accepting and starting;
 * `owners` names each role of the ladder by the identifier of its Organization.
 */
export type ReferralPathway = ReturnType<typeof referralPathway>

const harmWarnings = object({
  ...head,
  warnings: listOf(
    object({ id: text, status: oneOf('draft', 'active', 'retired'), precaution: text, attribute: text, says: text, source: text }),
  ),
})

/**
 * Reads `pathway/harm-warnings.json`, at start: sentences that are shown beside a service, each with its source.
 *
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadHarmWarnings(folder: string = pathwayFolder): Promise<ReturnType<typeof harmWarnings>['warnings']> {
  const file = await readFile(join(folder, 'harm-warnings.json'), 'utf8')
  return parseDataFile(file, 'pathway/harm-warnings.json', harmWarnings).warnings
}

/** `pathway/hospital-alerts.json`. `specialists` is keyed by register code; `*` answers for every other. */
export type AlertPathway = ReturnType<typeof alertPathway>

/** Everything in `pathway/`. */
export interface Pathway {
  readonly referrals: ReferralPathway
  readonly alerts: AlertPathway
  readonly calendar: Calendar
}

/**
 * Reads the pathway, at start.
 *
 * @param folder default: `fhir-profiles/pathway`
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadPathway(folder: string = pathwayFolder): Promise<Pathway> {
  const [referrals, alerts, days] = await Promise.all(
    ['neuro-rehabilitation.json', 'hospital-alerts.json', 'calendar.json'].map((name) => readFile(join(folder, name), 'utf8')),
  )
  return parsePathway({ referrals: referrals ?? '', alerts: alerts ?? '', calendar: days ?? '' })
}

/** The same from the three texts; also refuses an owner that is named and not described. */
export function parsePathway(json: { referrals: string; alerts: string; calendar: string }): Pathway {
  const referrals = parseDataFile(json.referrals, 'pathway/neuro-rehabilitation.json', referralPathway)
  const alerts = parseDataFile(json.alerts, 'pathway/hospital-alerts.json', alertPathway)
  const named = [
    referrals.singlePointOfAccess,
    referrals.jointReview.owner,
    referrals.unmetNeed.owner,
    ...referrals.ladder.map(({ owner }) => owner),
  ]
  checkOwners('pathway/neuro-rehabilitation.json', named, referrals.owners)
  checkOwners(
    'pathway/hospital-alerts.json',
    [alerts.afterDischarge.owner, ...[...alerts.specialists.values()].map(({ otherwise }) => otherwise)],
    alerts.owners,
  )
  if (!alerts.specialists.has('*'))
    throw new MalformedDataFile('pathway/hospital-alerts.json.specialists must have an entry * that answers for every other register code.')
  if (alerts.ladder.some((step, index) => step.afterMinutes <= (alerts.ladder[index - 1]?.afterMinutes ?? -1))) {
    throw new MalformedDataFile('pathway/hospital-alerts.json.ladder must rise in afterMinutes from step to step.')
  }
  return { referrals, alerts, calendar: parseDataFile(json.calendar, 'pathway/calendar.json', calendar) }
}

function checkOwners(file: string, named: readonly string[], owners: ReadonlyMap<string, unknown>): void {
  const missing = named.find((owner) => !owners.has(owner))
  if (missing !== undefined) throw new MalformedDataFile(`${file} names the owner ${missing}, and owners does not describe it.`)
}

/**
 * When a Task of this kind that starts at `from` is due.
 *
 * @param kind code of the CodeSystem task-kind
 * @param priority of the request; absent is clocked as routine
 * @param nation whose bank holidays its owner keeps; absent: those of the calendar's own
 * @throws MalformedDataFile when the pathway has no due time for the kind: a task without one is never made
 */
export function taskDueAt(
  { referrals, calendar }: Pathway,
  kind: string,
  priority: Priority | undefined,
  from: Date,
  nation?: Nation,
): Date {
  const allowed = referrals.due.get(kind)
  if (allowed === undefined) throw new MalformedDataFile(`pathway/neuro-rehabilitation.json.due has no entry for ${kind}.`)
  return dueAt(allowed[priority ?? 'routine'] ?? allowed.routine, from, nation === undefined ? calendar : calendar.of(nation))
}

/** Who answers for a stay of somebody on the register with this code: a role of the care team, else an organisation. */
export function specialistFor(
  { alerts }: Pathway,
  registerCode: string,
): { careTeamRole: string; otherwise: { system: string; value: string } } {
  const found = alerts.specialists.get(registerCode) ?? alerts.specialists.get('*')
  const otherwise = found && alerts.owners.get(found.otherwise)
  if (found === undefined || otherwise === undefined)
    throw new MalformedDataFile(`pathway/hospital-alerts.json answers for no ${registerCode}.`)
  return { careTeamRole: found.careTeamRole, otherwise }
}

export type { Calendar, Duration, Nation }
