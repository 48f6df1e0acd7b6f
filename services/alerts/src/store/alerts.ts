/**
 * Alerts: brings the record and the notices in line with each stay. Every call reads what is so now and writes what differs, so that it may
 * be called at any time and any number of times.
 */
import { hash } from 'node:crypto'
import type { BundleEntry, Encounter, Resource, Task, TaskInput } from '@medplum/fhirtypes'
import type { HospitalSite } from '@handrail/fhir-profiles/hospital-sites'
import type { Pathway } from '@handrail/fhir-profiles/pathway'
import { CODES, OWN_ID } from '@platform/nhs/systems'
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import { linesFor, ROTA_RULE, type AlertRule } from '../domain/alert-lines.ts'
import { conceal, hasDied, inSensitiveWard, withCriticalCare } from '../domain/encounter.ts'
import { phaseOf, recordFor, type AlertContext, type StayRecord } from '../domain/alert.ts'
import { dutiesOf, escalate, ladderUnder, stepDueAt, type LadderStep, type RotaStep } from '../domain/ladder.ts'
import { tellingOf, toTell } from '../domain/told.ts'
import { ANSWERED, ANSWERING_ROLES, codeOf, OPEN, referenceTo, roleOf, taskKeyOf, type AnsweringRole } from '../domain/vocabulary.ts'
import { refuse } from '../errors.ts'
import type { Deaths } from './deaths.ts'
import type { FhirRecord, Placed } from './record.ts'
import type { Register } from './register.ts'
import type { RuleApprovals } from './rule-approvals.ts'
import type { NewNotice, Settlement, StayState, StayStore, WaitingAnswer } from './stay-store.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { WatchList } from './watch-list.ts'

/** What alerts are made from. */
export interface AlertSources {
  readonly record: FhirRecord
  readonly stays: StayStore
  readonly watchList: WatchList
  readonly register: Register
  readonly subscriptions: Pick<Subscriptions, 'reach'>
  readonly rules: readonly AlertRule[]
  readonly approvals: RuleApprovals
  readonly deaths: Deaths
  /** Somebody is newly said to have died, or not to have: others must be told, and stays settled again. */
  readonly onDeath: () => void
  readonly siteOf: (facility: string) => HospitalSite
  readonly pathway: Pathway
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

/** Alerts of stays. */
export interface Alerts {
  /** Makes the record say what is so of this stay, and leaves the notices that follow. */
  settle(stay: string): Promise<void>
  /** Settles it as soon as its turn comes; a failure is made good by `settleAll`. A stay that waits already is settled once for all. */
  settleSoon(stay: string): void
  /** Resolves when nothing is being settled; what still waits is left to `settleAll`. */
  rest(): Promise<void>
  /** Settles the stays of a person again, because the person, the register or a Task changed. */
  settlePerson(patient: string): Promise<void>
  /** Settles the stay a Task of ours belongs to; others are passed over. */
  settleTask(task: Task): Promise<void>
  /** Settles whatever a crash or an unreachable record left behind. */
  settleAll(): Promise<void>
  /** Looks again, every half day, whether something was planned for those who are in hospital. */
  holdAgain(now: Date): Promise<void>
  /** Takes every answer that is due by then one step further up. */
  escalateDue(now: Date): Promise<void>
}

const ATTEMPTS = 6
/** An alert costs the record some requests; more at once would only make each wait, and the hospitals' frames with them. */
const WRITTEN_AT_ONCE = 6
/** Looking whether there is anything to write is cheap, and shared by those who look at the same time. */
const LOOKED_AT_ONCE = 64
const BATCH = 200
const HELD_EVERY_MS = 12 * 3_600_000

/** Opens them. */
export function alertsOf(sources: AlertSources): Alerts {
  const { record, stays, clock, log } = sources
  const writing = inTurn(WRITTEN_AT_ONCE)
  const running = new Map<string, Promise<void>>()
  const next = new Map<string, Promise<void>>()

  /**
   * One at a time for each stay in this process; who asks while one runs shares the next one, which sees all that was so when it was asked for.
   * Other processes are held off by If-Match and conditional creates.
   */
  const settle = async (stay: string): Promise<void> => {
    const shared = next.get(stay)
    if (shared !== undefined) return shared
    const before = running.get(stay)
    if (before === undefined) return run(stay)
    const mine = before
      .catch(() => undefined)
      .then(async () => {
        next.delete(stay)
        return run(stay)
      })
    next.set(stay, mine)
    return mine
  }
  const run = async (stay: string): Promise<void> => {
    const work = settleOnce(stay, sources, writing, settleSoon)
    running.set(stay, work)
    try {
      await work
    } finally {
      if (running.get(stay) === work) running.delete(stay)
    }
  }
  const again = async (stay: string): Promise<void> => {
    await stays.touch(stay)
    await settle(stay)
  }

  const settleSoon = (stay: string): void => {
    soon.add(stay)
    nextSoon()
  }

  let heldAt = clock.now().getTime()
  const soon = new Set<string>()
  const atWork = new Set<Promise<void>>()
  const nextSoon = () => {
    for (const stay of soon) {
      if (atWork.size >= LOOKED_AT_ONCE) return
      soon.delete(stay)
      const work: Promise<void> = settle(stay)
        .catch((error: unknown) => log.warn({ event: 'stay.not-settled', stay, reason: summariseError(error) }))
        .finally(() => {
          atWork.delete(work)
          nextSoon()
        })
      atWork.add(work)
    }
  }

  return {
    settle,
    settleSoon,
    async rest() {
      soon.clear()
      await Promise.all(atWork)
    },
    async settlePerson(patient) {
      for (const stay of await stays.ofPatient(patient)) await again(stay)
    },
    async settleTask(task) {
      const stay = stayOfKey(taskKeyOf(task))
      if (stay !== undefined && (await stays.get(stay)) !== undefined) await again(stay)
    },
    async settleAll() {
      for (const stay of await stays.unsettled(BATCH)) {
        await settle(stay).catch((error: unknown) => log.warn({ event: 'stay.not-settled', stay, reason: summariseError(error) }))
      }
    },
    async holdAgain(now) {
      if (now.getTime() - heldAt < HELD_EVERY_MS) return
      heldAt = now.getTime()
      for (const stay of await stays.openNow()) await again(stay)
    },
    async escalateDue(now) {
      // When the clock of the demonstration jumps, several steps of one answer may be due: each is taken.
      for (let due = await stays.dueAnswers(now, BATCH); due.length > 0; due = await stays.dueAnswers(now, BATCH)) {
        for (const answer of due) await climb(answer, now)
      }
    },
  }

  async function climb(answer: WaitingAnswer, now: Date): Promise<void> {
    const { role, raisedAt, done } = answer
    const state = await stays.get(answer.stay)
    const ladder = await ladderOf(state === undefined ? [] : (sources.watchList.get(state.view.patient)?.registers ?? []), sources)
    const { organization, alert } = await askedOf(answer, sources)
    const duty = await sources.register.onDuty(organization, dutiesOf(ladder, role, done), clock.now())
    const rota: RotaStep | undefined =
      duty.says === undefined ? undefined : { says: duty.says, ...(duty.found.state === 'on' ? { entry: duty.found.entry } : {}) }
    if (duty.found.state === 'on') await sources.subscriptions.reach(duty.found.entry)
    let climbed: Task | undefined
    const task = await record.change<Task>(`Task/${answer.task}`, (current) => {
      climbed = escalate(current, ladder, role, { raisedAt, done, at: clock.now(), rota })
      return climbed ?? current
    })
    if (climbed === undefined || task === undefined) return stays.stepped(answer, { done, nextStepAt: undefined })
    const notice = {
      kind: 'escalated',
      quiet: false,
      task: referenceTo(task),
      encounter: task.encounter?.reference ?? '',
      audience: audienceOf([task]),
      at: now,
    }
    log.info({ event: 'alert.escalated', task: referenceTo(task), role, step: done + 1 })
    await stays.stepped(answer, { done: done + 1, nextStepAt: stepDueAt(ladder, role, raisedAt, done + 1), notice })
    // The ward reads on the alert itself that nobody has been reached, and whom to ring.
    const text = task.note?.at(-1)?.text
    if (role === 'specialist' && alert !== undefined && text !== undefined)
      await sayOnAlert(alert, `The specialist team has not answered. ${text}`)
  }

  async function sayOnAlert(alert: string, text: string): Promise<void> {
    await record.change<Task>(alert, (current) =>
      !OPEN.has(current.status) || current.note?.some((note) => note.text === text) === true
        ? current
        : { ...current, note: [...(current.note ?? []), { time: clock.now().toISOString(), text }] },
    )
  }
}

/** Whose rota is asked: that of whoever owns the answer, or of the specialist where the rota has given the answer to somebody who covers them. */
async function askedOf(
  { task, role }: WaitingAnswer,
  { record }: Pick<AlertSources, 'record'>,
): Promise<{ readonly organization: string; readonly alert: string | undefined }> {
  const answer = await record.read<Task>(`Task/${task}`)
  const alert = answer?.partOf?.[0]?.reference
  const owner = answer?.owner?.reference ?? ''
  if (role === 'ward' || alert === undefined || (answer?.input ?? []).flatMap(onDutyIn).length === 0) return { organization: owner, alert }
  return { organization: (await record.read<Task>(alert))?.owner?.reference ?? owner, alert }
}

async function settleOnce(
  stay: string,
  sources: AlertSources,
  inTurnWith: <T>(work: () => Promise<T>) => Promise<T>,
  settleSoon: (stay: string) => void,
): Promise<void> {
  const { stays, watchList } = sources
  const state = await stays.get(stay)
  if (state === undefined) return
  const says = saysOf(state, watchList)
  if (state.settledAs === says) return stays.settledAlready(stay, state.version)
  return inTurnWith(async () => write(stay, sources, settleSoon))
}

/** The ladder for somebody registered under these codes. A rule that nobody approved shortens nothing. HAZ-A13 */
async function ladderOf(
  registers: readonly string[],
  { pathway, rules, approvals }: Pick<AlertSources, 'pathway' | 'rules' | 'approvals'>,
): Promise<readonly LadderStep[]> {
  const approved = await approvals.of(rules)
  return ladderUnder(
    pathway.alerts.ladder,
    rules.filter((rule) => (rule.register === '*' || registers.includes(rule.register)) && approved(rule) !== undefined),
  )
}

/** What the record is brought in line with. */
const saysOf = ({ view }: StayState, watchList: Pick<WatchList, 'get'>): string => {
  const person = watchList.get(view.patient)
  return hash('sha256', JSON.stringify([view, person !== undefined, person?.restricted ?? false]), 'base64')
}

/** The stay as it may be shown: without its places for a restricted person, and where the hospital marks the ward as sensitive. HAZ-A17 */
function shown(state: StayState, { watchList, siteOf }: Pick<AlertSources, 'watchList' | 'siteOf'>): StayState {
  const { sensitiveWards = [], criticalCareWards = [] } = siteOf(state.view.facility)
  const view = withCriticalCare(state.view, criticalCareWards)
  const hidden = watchList.get(view.patient)?.restricted === true || inSensitiveWard(view, sensitiveWards)
  return { ...state, view: hidden ? conceal(view) : view }
}

/** So many at once, the others in the order in which they came. */
function inTurn(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

async function write(stay: string, sources: AlertSources, settleSoon: (stay: string) => void): Promise<void> {
  const { record, stays, watchList, log } = sources
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const held = await stays.get(stay)
    if (held === undefined) return
    const says = saysOf(held, watchList)
    if (held.settledAs === says) return stays.settledAlready(stay, held.version)
    const state = shown(held, sources)
    // What was never settled is not in the record yet; should a crash have left it there, the conditional creates find it.
    const fresh = attempt === 1 && state.settled === 0 && state.encounter === undefined
    const there = fresh ? { answers: {} } : await readStay(record, state)
    const context = await contextFor(state, there, sources)
    const entries = recordFor(state.view, there, context)
    const places = entries.length === 0 ? [] : await record.transact(entries)
    if (places === undefined || (fresh && places.some(({ created }) => !created))) continue // somebody was faster: read and decide again
    const ladder = await ladderOf(watchList.get(state.view.patient)?.registers ?? [], sources)
    const settlement = settlementOf(state, withPlaces(there, entries, places), says, context, ladder)
    if (settlement.notices.length > 0 && context.onDuty?.state === 'on') await sources.subscriptions.reach(context.onDuty.entry)
    // Before the stay counts as settled, so that what a crash left undone is done by whoever settles it next.
    for (const other of await hearOfDeath(held, sources)) settleSoon(other)
    await stays.settle(stay, settlement)
    const spoke = [...context.lines.lines, ...context.lines.more].map(({ rule }) => rule.split(' ')[0] ?? '')
    if (spoke.length > 0) await stays.spokeBy(stay, [...new Set(spoke.filter((rule) => rule !== ROTA_RULE))])
    for (const { kind, task } of settlement.notices) log.info({ event: `alert.${kind}`, stay, task })
    return
  }
  throw refuse.RECORD_BUSY({ reference: `the stay ${stay}` })
}

/**
 * What this stay says of a death bears on the person's other stays, and on whoever answers for an open need.
 *
 * @returns the other stays that are to be settled again
 */
async function hearOfDeath({ view, settled }: StayState, { stays, deaths, clock, onDeath }: AlertSources): Promise<readonly string[]> {
  const { id, patient, stay, wrongPerson, merged } = view
  const died = stay.died && !wrongPerson && !merged && stay.status !== 'cancelled'
  if (!died && settled === 0) return [] // what was never told of needs no taking back
  const changed = await deaths.says(`stay:${id}`, died ? patient : undefined, clock.now())
  const people = await Promise.all(changed.map(async (one) => stays.ofPatient(one)))
  const others = people.flat().filter((other) => other !== id)
  for (const other of others) await stays.touch(other)
  if (changed.length > 0) onDeath()
  return others
}

/** The Encounter of a stay and every Task about it, in one request. */
async function readStay(record: FhirRecord, { view }: StayState): Promise<StayRecord> {
  const found = await record.search<Encounter | Task>('Encounter', {
    identifier: `${OWN_ID.STAY}|${view.id}`,
    _revinclude: 'Task:encounter',
  })
  const encounter = found.find((resource) => resource.resourceType === 'Encounter')
  const tasks = found.filter((resource) => resource.resourceType === 'Task')
  const byKey = (key: string) => tasks.find((task) => taskKeyOf(task) === key)
  const [alert, afterDischarge] = [byKey(`alert-${view.id}`), byKey(`after-discharge-${view.id}`)]
  const answers = ANSWERING_ROLES.flatMap((role) => {
    const task = byKey(`answer-${view.id}-${role}`)
    return task === undefined ? [] : [[role, task] as const]
  })
  return {
    answers: Object.fromEntries(answers),
    ...(encounter === undefined ? {} : { encounter }),
    ...(alert === undefined ? {} : { alert }),
    ...(afterDischarge === undefined ? {} : { afterDischarge }),
  }
}

/** Lines and owners are read only where something is to be opened: an alert that stands keeps its own. */
async function contextFor(
  { view, settledAs }: StayState,
  held: StayRecord,
  { watchList, register, rules, approvals, pathway, clock, newId }: AlertSources,
): Promise<AlertContext> {
  const now = clock.now()
  const person = watchList.get(view.patient)
  const phase = phaseOf(view, person !== undefined)
  const opens =
    (phase === 'open' && (held.alert === undefined || !OPEN.has(held.alert.status))) ||
    (phase === 'closed' && held.afterDischarge === undefined) ||
    (view.stay.status === 'planned' && held.encounter === undefined)
  const { alerts, calendar } = pathway
  const due = {
    answer: { ward: answerDue('ward'), specialist: answerDue('specialist') },
    alert: alerts.alertDue,
    afterDischarge: alerts.afterDischarge.due,
  }
  function answerDue(role: AnsweringRole) {
    return alerts.answers.find((answer) => answer.role === role)?.due ?? { minutes: 30 }
  }
  // What was planned is looked at when a stay opens, when something else than a message bears on it, and when it is over or was a mistake.
  const community = opens || phase !== 'open' || settledAs === undefined ? { community: await register.community(view.patient) } : {}
  if (!opens) {
    const provider = held.encounter?.serviceProvider?.reference
    return {
      now,
      registered: person !== undefined,
      lines: { lines: [], more: [] },
      owners: { alert: '', ward: '', specialist: '', afterDischarge: '' },
      due,
      calendar,
      newId,
      ...community,
      ...(provider === undefined ? {} : { hospital: provider }),
    }
  }
  const material = await register.material(view.patient, person?.registers ?? [], view.facility, now)
  return {
    now,
    registered: person !== undefined,
    lines: linesFor(person?.registers ?? [], material.person, rules, now.toISOString().slice(0, 10), await approvals.of(rules)),
    owners: material.owners,
    onDuty: material.onDuty,
    ...(material.hospital === undefined ? {} : { hospital: material.hospital }),
    due,
    calendar,
    newId,
    ...community,
  }
}

/** What the record holds after a transaction: what was written, under the places it was given. */
function withPlaces(held: StayRecord, entries: readonly BundleEntry[], places: readonly Placed[]): StayRecord {
  const next: { -readonly [K in keyof StayRecord]: StayRecord[K] } = { ...held, answers: { ...held.answers } }
  for (const [index, { resource }] of entries.entries()) {
    const place = places[index]?.reference.split('/')[1]
    const written =
      resource === undefined ? undefined : ({ ...resource, ...(place === undefined || place === '' ? {} : { id: place }) } as Resource)
    if (written?.resourceType === 'Encounter') next.encounter = written
    if (written?.resourceType !== 'Task') continue
    const role = roleOf(written)
    const key = taskKeyOf(written) ?? ''
    if (stayOfKey(key) === undefined) continue // a Task of a referral that was paused
    if (key.startsWith('alert-')) next.alert = written
    else if (key.startsWith('after-discharge-')) next.afterDischarge = written
    else if (role !== undefined) next.answers = { ...next.answers, [role]: written }
  }
  return next
}

function settlementOf(
  state: StayState,
  after: StayRecord,
  settledAs: string,
  context: AlertContext,
  ladder: readonly LadderStep[],
): Settlement {
  const { view, version } = state
  const { now } = context
  const told = tellingOf(view, phaseOf(view, context.registered), after.answers)
  const alert = after.alert
  const encounter = after.encounter === undefined ? '' : referenceTo(after.encounter)
  const tasks = [...(alert === undefined ? [] : [alert]), ...Object.values(after.answers)]
  const planned = state.told === undefined && view.stay.status === 'planned' && encounter !== '' && !hasDied(view)
  const notices: NewNotice[] =
    alert === undefined
      ? planned
        ? [{ kind: 'planned', quiet: true, task: encounter, encounter, audience: [context.owners.specialist], at: now }]
        : []
      : toTell(state.told, told, { died: hasDied(view) }).map(({ kind, quiet }) => ({
          kind,
          quiet,
          task: referenceTo(alert),
          encounter,
          audience: audienceOf(tasks),
          at: now,
        }))
  const answers = ANSWERING_ROLES.flatMap((role) => {
    const task = after.answers[role]
    if (task?.id === undefined) return []
    const waiting = task.status === 'requested' || task.status === 'received'
    return [
      {
        role,
        task: task.id,
        raisedAt: now,
        nextStepAt: waiting ? stepDueAt(ladder, role, now, 0) : undefined,
        answeredAt: ANSWERED.has(task.status) ? now : undefined,
      },
    ]
  })
  return {
    version,
    encounter: after.encounter?.id ?? '',
    ...(alert?.id === undefined ? {} : { alert: alert.id }),
    over: view.stay.status === 'ended' || view.stay.status === 'cancelled',
    told,
    settledAs,
    answers,
    notices,
  }
}

/** Who owns a part of it, and whom the rota named: those hear too when it is withdrawn. */
const audienceOf = (tasks: readonly Task[]): string[] =>
  [...new Set(tasks.flatMap(({ owner, input = [] }) => [owner?.reference ?? [], input.flatMap(onDutyIn)].flat()))].toSorted()

const onDutyIn = ({ type, valueReference }: TaskInput): readonly string[] =>
  codeOf(type, CODES.TASK_INPUT) === 'on-duty' && valueReference?.reference !== undefined ? [valueReference.reference] : []

/** The stay in the key of a Task: `alert-<stay>`, `answer-<stay>-<role>`, `after-discharge-<stay>`. */
function stayOfKey(key: string | undefined): string | undefined {
  return /^(?:alert|answer|after-discharge)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-|$)/.exec(key ?? '')?.[1]
}
