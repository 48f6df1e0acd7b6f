/** Hospital alerts as a team sees them: each stay once, in the order of the board. Pure. */
import type { Encounter, Organization, Patient, Task, TaskInput } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import { calledOf, codeOf, dueOf, kindOf, nameOf } from '../../knowledge/reading.ts'
import { showSpan } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'

/** A fact that must be known, with where it comes from and how old it is. */
export interface AlertLine {
  readonly title: string
  readonly text: string
  readonly source?: string
  /** FHIR date. */
  readonly asOf?: string
  /** How old that is now. */
  readonly age?: string
}

/** An answer that one role owes. */
export interface Answer {
  readonly role: string
  readonly owner?: string
  readonly state: 'open' | 'overdue' | 'answered'
  readonly due?: string
}

export interface AlertShown {
  readonly id: string
  readonly person: string
  readonly patient?: string
  readonly description?: string
  readonly stay?: string
  readonly state: 'open' | 'overdue' | 'answered' | 'told'
  /** The Task that the reader can acknowledge. */
  readonly acknowledge?: string
  readonly due?: string
  /** How long the alert has been there. */
  readonly since?: string
  /** The same in seconds. */
  readonly waitedSeconds?: number
  /** That the specialist team was not reached, and whom to ring: what was said last, while they have not answered. In English. */
  readonly unreached?: string
  /** Of an alert without lines: whom to ring instead, with their number where it is known. */
  readonly ring?: string
  /** Seven at most. */
  readonly lines: readonly AlertLine[]
  /** What did not fit into seven, and what was noted since; one step away. */
  readonly notes: readonly string[]
  readonly answers: readonly Answer[]
  /** The reader's own organisation was asked, and by its rota nobody of it is on. */
  readonly nobodyOn?: true
}

const ANSWERED: ReadonlySet<string> = new Set(['accepted', 'in-progress', 'completed'])
/** How the alert service begins what it says of a rota on which nobody is; a page shows it as it stands, in English. */
const NOBODY_ON = 'Nobody is on duty at'
/** How it begins what it says on an alert whose specialist team was not reached. */
const UNREACHED = 'The specialist team has not answered.'
/** What it notes on an answer that somebody gave. */
const ACKNOWLEDGED = 'Acknowledged.'
const LINE_SOURCE = 'https://handrail.example/fhir/StructureDefinition/line-source'

/**
 * @param lines what stands on the board, in its order: alerts, and answers whose alert the reader may not see
 * @param tasks every Task that came with them
 * @param organization whose answers the reader can give
 */
export function showAlerts(
  lines: readonly Task[],
  tasks: readonly Task[],
  organization: string | undefined,
  resolved: Resolved,
  words: Words,
  now: Date,
): readonly AlertShown[] {
  const answersOf = (line: Task) =>
    kindOf(line) === 'alert-answer'
      ? [line]
      : tasks.filter((task) => task.partOf?.some(({ reference }) => reference === `Task/${line.id ?? ''}`))
  return lines.map((line) => showAlert(line, answersOf(line), organization, resolved, words, now))
}

function showAlert(
  alert: Task,
  answers: readonly Task[],
  organization: string | undefined,
  resolved: Resolved,
  words: Words,
  now: Date,
): AlertShown {
  // Two teams of one organisation may each owe an answer: what is still open comes first.
  const own = answers
    .filter(({ owner }) => owner?.reference === organization)
    .toSorted((one, other) => Number(ANSWERED.has(one.status)) - Number(ANSWERED.has(other.status)))[0]
  const patient = resolved.get(alert.for?.reference ?? '') as Patient | undefined
  const stay = resolved.get(alert.encounter?.reference ?? '') as Encounter | undefined
  const due = own === undefined ? undefined : dueOf(own)
  const unreached = unreachedIn(alert, answers)
  const ring = alert.input === undefined || alert.input.length === 0 ? ringIn(alert, answers, resolved) : undefined
  const status = stay === undefined ? undefined : words.status.stay[stay.status as keyof typeof words.status.stay]
  return {
    id: alert.id ?? '',
    person: nameOf(patient?.name) ?? words.person.unnamed,
    state: own === undefined ? 'told' : stateOf(own, now),
    lines: (alert.input ?? []).map((input) => toLine(input, { resolved, words, now })),
    ...(unreached === undefined ? {} : { unreached }),
    ...(ring === undefined ? {} : { ring }),
    notes: (alert.note ?? []).map(({ text }) => text).filter((text) => text !== unreached),
    answers: answers.map((one) => {
      const [owner, by] = [calledOf(one.owner, resolved), dueOf(one)]
      const role = codeOf(one.performerType?.[0], 'answering-role') ?? 'unknown'
      return {
        role: words.alerts.role[role as keyof typeof words.alerts.role] ?? words.alerts.role.unknown,
        state: stateOf(one, now),
        ...(owner === undefined ? {} : { owner }),
        ...(by === undefined ? {} : { due: by }),
      }
    }),
    ...(patient?.id === undefined ? {} : { patient: patient.id }),
    ...(alert.description === undefined ? {} : { description: alert.description }),
    ...(status === undefined ? {} : { stay: status }),
    ...(own?.id === undefined || ANSWERED.has(own.status) ? {} : { acknowledge: own.id }),
    ...(due === undefined ? {} : { due }),
    ...(own !== undefined && codeOf(own.performerType?.[0], 'answering-role') === 'specialist' && saysNobodyOn([alert, ...answers])
      ? { nobodyOn: true as const }
      : {}),
    ...(alert.authoredOn === undefined ? {} : spanSince(new Date(alert.authoredOn), now, words)),
  }
}

const spanSince = (from: Date, now: Date, { lang }: Words): Pick<AlertShown, 'since' | 'waitedSeconds'> => ({
  since: showSpan(from, now, lang),
  waitedSeconds: Math.max(0, Math.floor((now.getTime() - from.getTime()) / 1000)),
})

/** What the reader's own organisation has answered: said once, on the page that follows. */
export interface Taken {
  readonly person: string
  /** FHIR instant. */
  readonly at: string
}

/** @param answer the Task that was acknowledged; anything else, or one that waits again, says nothing */
export function takenOf(answer: Task, organization: string | undefined, resolved: Resolved, words: Words): Taken | undefined {
  const at = answer.note?.findLast(({ text, time }) => text === ACKNOWLEDGED && time !== undefined)?.time
  if (kindOf(answer) !== 'alert-answer' || answer.owner?.reference !== organization || !ANSWERED.has(answer.status) || at === undefined)
    return undefined
  const patient = resolved.get(answer.for?.reference ?? '') as Patient | undefined
  return { person: nameOf(patient?.name) ?? words.person.unnamed, at }
}

/** HAZ-A130: a ward that waits for a call reads whom to ring without opening anything. */
function unreachedIn({ note = [] }: Task, answers: readonly Task[]): string | undefined {
  const asked = answers.filter(({ performerType }) => codeOf(performerType?.[0], 'answering-role') === 'specialist')
  const waits = asked.some(({ status }) => status === 'requested' || status === 'received')
  return waits ? note.map(({ text }) => text).findLast((text) => text.startsWith(UNREACHED)) : undefined
}

/** HAZ-A136: outside a demonstration an alert has no lines until a rule is approved, and "ring the specialist team" is no number. */
function ringIn(alert: Task, answers: readonly Task[], resolved: Resolved): string | undefined {
  const asked = answers.find(({ performerType }) => codeOf(performerType?.[0], 'answering-role') === 'specialist')
  const team = resolved.get(asked?.owner?.reference ?? alert.owner?.reference ?? '') as Organization | undefined
  const number = team?.telecom?.find(({ system, value }) => (system ?? 'phone') === 'phone' && value !== undefined)?.value
  return team?.name === undefined ? number : [team.name, ...(number === undefined ? [] : [number])].join(', ')
}

const saysNobodyOn = (tasks: readonly Task[]): boolean =>
  tasks.some(({ input = [], note = [] }) =>
    [...input.map(({ valueString }) => valueString), ...note.map(({ text }) => text)].some((text) => text?.includes(NOBODY_ON) === true),
  )

function stateOf(answer: Task, now: Date): Answer['state'] {
  if (ANSWERED.has(answer.status)) return 'answered'
  const due = dueOf(answer)
  return due !== undefined && Date.parse(due) < now.getTime() ? 'overdue' : 'open'
}

function toLine(
  { type, valueString, extension }: TaskInput,
  { resolved, words, now }: { resolved: Resolved; words: Words; now: Date },
): AlertLine {
  const from = extension?.find(({ url }) => url === LINE_SOURCE)?.extension ?? []
  const reference = from.find(({ url }) => url === 'source')?.valueReference
  const source = calledOf(reference, resolved) ?? from.find(({ url }) => url === 'words')?.valueString
  const asOf = from.find(({ url }) => url === 'as-of')?.valueDate
  return {
    title: type.text ?? '',
    text: valueString ?? '',
    ...(source === undefined ? {} : { source }),
    ...(asOf === undefined ? {} : { asOf, age: showSpan(new Date(`${asOf}T12:00:00Z`), now, words.lang) }),
  }
}

/** Where the facts of the lines come from. */
export const sourcesIn = (lines: readonly Task[]): readonly string[] =>
  lines
    .flatMap(({ input = [] }) => input.flatMap(({ extension = [] }) => extension.flatMap((one) => one.extension ?? [])))
    .flatMap(({ valueReference }) => valueReference?.reference ?? [])
