/** Everything a person has received, in one shape, whoever gave it. Pure. */
import type { Encounter, Observation, Procedure, Reference, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import { calledOf, codeIn, dueOf, isOpen, organizationOf, outputOf, ours, wordsOf } from '../../knowledge/reading.ts'
import { showMoment } from '../../rendering/dates.ts'
import { chosenIn, type Words } from '../../words/words.ts'
import { isTaken, needReferenceOf, tellStep, toldOfStay } from '../inbox/steps.ts'

/** One entry of the timeline. */
export interface Entry {
  readonly id: string
  readonly what: 'session' | 'stay' | 'referral' | 'measure' | 'other'
  /** What it is, in words, where `what` is `other`. */
  readonly kind?: string
  /** FHIR date or dateTime, as exact as it was recorded. */
  readonly at: string
  readonly title: string
  readonly sector?: string
  readonly organisation?: string
  readonly author?: string
  /** How far it is checked, in words; stays and requests have no such level. */
  readonly checked?: string
  /** Where it stands: of a request, of a stay; of a session only that it was missed. */
  readonly status?: string
  readonly open: boolean
  /** A request that its sender has not sent yet. */
  readonly draft?: boolean
  readonly details: readonly string[]
  readonly note?: string
  /** When it was typed in, where that was another day. */
  readonly recordedAt?: string
  readonly steps: readonly {
    readonly owner?: string
    readonly status: string
    readonly said?: string
    readonly next?: string
    readonly due?: string
    readonly open: boolean
    readonly taken: boolean
  }[]
}

/** What the record holds about a person, as far as the reader may see it. */
export interface Received {
  readonly procedures: readonly Procedure[]
  readonly encounters: readonly Encounter[]
  readonly requests: readonly ServiceRequest[]
  readonly tasks: readonly Task[]
  readonly observations: readonly Observation[]
}

/** Newest first. */
export function entriesOf(
  { procedures, encounters, requests, tasks, observations }: Received,
  resolved: Resolved,
  words: Words,
): readonly Entry[] {
  const entries = [
    ...procedures.filter(({ status }) => status !== 'entered-in-error').map((one) => session(one, resolved, words)),
    ...encounters.filter(({ status }) => status !== 'entered-in-error').map((one) => stay(one, tasks, resolved, words)),
    ...requests.filter(({ status }) => status !== 'entered-in-error').map((one) => referral(one, tasks, resolved, words)),
    ...observations.filter(({ status }) => status !== 'entered-in-error').map((one) => measure(one, resolved, words)),
  ]
  return newestFirst(entries)
}

/** Newest first. */
export function newestFirst(entries: readonly Entry[]): readonly Entry[] {
  // A day alone sorts with the end of that day: nobody knows that it was before what else happened.
  const key = ({ at }: Entry) => (at.includes('T') ? new Date(at).toISOString() : `${at}~`)
  return entries.toSorted((one, other) => (key(one) < key(other) ? 1 : key(one) > key(other) ? -1 : 0))
}

/** Everything the entries name. */
export const referencesIn = ({ procedures, encounters, requests, tasks, observations }: Received): readonly (string | undefined)[] => [
  ...procedures.flatMap(({ performer = [], recorder, location }) => [
    ...performer.flatMap(({ actor, onBehalfOf }) => [actor?.reference, onBehalfOf?.reference]),
    recorder?.reference,
    location?.reference,
  ]),
  ...encounters.map(({ serviceProvider }) => serviceProvider?.reference),
  ...requests.map(({ requester }) => requester?.reference),
  ...tasks.flatMap((task) => [task.owner?.reference, outputOf(task, 'next-owner')?.valueReference?.reference]),
  ...observations.flatMap(({ performer = [] }) => performer.map(({ reference }) => reference)),
]

function session(procedure: Procedure, resolved: Resolved, words: Words): Entry {
  const [first] = procedure.performer ?? []
  const dose = procedure.extension?.find(({ url }) => url === ours('dose'))?.extension ?? []
  const minutes = dose.find(({ url }) => url === 'minutes')?.valuePositiveInt
  const effort = dose.find(({ url }) => url === 'effort')?.valueUnsignedInt
  const at = procedure.performedPeriod?.start ?? procedure.performedDateTime ?? ''
  const recordedAt = procedure.extension?.find(({ url }) => url === ours('recorded-at'))?.valueDateTime
  const missed =
    procedure.status === 'not-done'
      ? [words.timeline.missed, wordsOf(procedure.statusReason)].filter((part) => part !== undefined).join(': ')
      : undefined
  return {
    ...whoDid(first?.onBehalfOf, first?.actor, resolved),
    ...sectorOf(codeIn(procedure, 'sector')),
    id: procedure.id ?? '',
    what: 'session',
    at,
    title: wordsOf(procedure.code) ?? words.timeline.session,
    checked: checkedWords(codeIn(procedure, 'checked-level'), words),
    ...(missed === undefined ? {} : { status: missed }),
    open: false,
    details: [
      ...(minutes === undefined ? [] : [words.timeline.minutes(minutes)]),
      ...chosenIn(words, 'approach', codeIn(procedure, 'approach')),
      ...chosenIn(words, 'delivery-mode', codeIn(procedure, 'delivery-mode')),
      ...(effort === undefined ? [] : [words.timeline.effort(effort)]),
    ],
    ...noteOf(procedure.note),
    ...(recordedAt !== undefined && recordedAt.slice(0, 10) !== at.slice(0, 10) ? { recordedAt } : {}),
    steps: [],
  }
}

/** With whoever was told of it, and whether they have answered. */
function stay(encounter: Encounter, tasks: readonly Task[], resolved: Resolved, words: Words): Entry {
  const { status, period, location = [], serviceProvider } = encounter
  const place = location.findLast(({ status: where }) => where !== 'completed')?.location.display ?? location.at(-1)?.location.display
  const organization = organizationOf(serviceProvider, resolved)
  return {
    ...whoDid(serviceProvider, undefined, resolved),
    ...sectorOf(codeIn(organization, 'sector')),
    id: encounter.id ?? '',
    what: 'stay',
    at: period?.start ?? encounter.meta?.lastUpdated ?? '',
    title: words.timeline.stay,
    status: words.status.stay[status as keyof typeof words.status.stay] ?? status,
    open: ['arrived', 'triaged', 'in-progress', 'onleave'].includes(status),
    details: place === undefined ? [] : [place],
    ...(period?.end === undefined ? {} : { note: `${words.timeline.until} ${showMoment(period.end, words.lang)}` }),
    steps: stepsOf(toldOfStay(tasks, `Encounter/${encounter.id ?? ''}`), resolved, words),
  }
}

const stepsOf = (tasks: readonly Task[], resolved: Resolved, words: Words): Entry['steps'] =>
  tasks
    .toSorted((one, other) => (one.authoredOn ?? '').localeCompare(other.authoredOn ?? ''))
    .map((task) => {
      const due = dueOf(task)
      return {
        ...tellStep(task, resolved, words),
        open: isOpen(task),
        taken: isTaken(task),
        ...(due === undefined || !isOpen(task) ? {} : { due }),
      }
    })

function referral(request: ServiceRequest, tasks: readonly Task[], resolved: Resolved, words: Words): Entry {
  const own = tasks.filter((task) => needReferenceOf(task) === `ServiceRequest/${request.id ?? ''}`)
  const organization = organizationOf(request.requester, resolved)
  return {
    ...whoDid(request.requester, undefined, resolved),
    ...sectorOf(codeIn(request, 'sector') ?? codeIn(organization, 'sector')),
    id: request.id ?? '',
    what: 'referral',
    at: request.authoredOn ?? request.meta?.lastUpdated ?? '',
    title: wordsOf(request.code) ?? words.timeline.referral,
    status: words.status.need[(request.status ?? 'unknown') as keyof typeof words.status.need] ?? words.status.need.unknown,
    open: request.status === 'active' || request.status === 'on-hold',
    draft: request.status === 'draft',
    details: [],
    ...noteOf(request.note),
    steps: stepsOf(own, resolved, words),
  }
}

function measure(observation: Observation, resolved: Resolved, words: Words): Entry {
  const { performer = [], valueQuantity, valueString, valueInteger, valueCodeableConcept } = observation
  const provider = performer.find(({ reference }) => reference?.startsWith('Organization/'))
  const author = performer.find(({ reference }) => reference?.startsWith('Organization/') !== true)
  const quantity = valueQuantity?.value === undefined ? undefined : `${valueQuantity.value} ${valueQuantity.unit ?? ''}`.trim()
  const value = quantity ?? valueString ?? valueInteger?.toString() ?? wordsOf(valueCodeableConcept)
  return {
    ...whoDid(provider, author, resolved),
    ...sectorOf(codeIn(organizationOf(provider, resolved), 'sector')),
    id: observation.id ?? '',
    what: 'measure',
    at: observation.effectiveDateTime ?? observation.effectivePeriod?.start ?? observation.issued ?? '',
    title: wordsOf(observation.code) ?? words.timeline.measure,
    checked: checkedWords(codeIn(observation, 'checked-level'), words),
    open: false,
    details: value === undefined ? [] : [`${words.timeline.value}: ${value}`],
    ...noteOf(observation.note),
    steps: [],
  }
}

function whoDid(provider: Reference | undefined, actor: Reference | undefined, resolved: Resolved): Pick<Entry, 'organisation' | 'author'> {
  const [organisation, author] = [calledOf(provider, resolved), calledOf(actor, resolved)]
  return { ...(organisation === undefined ? {} : { organisation }), ...(author === undefined || author === organisation ? {} : { author }) }
}

const sectorOf = (sector: string | undefined): { sector?: string } => (sector === undefined ? {} : { sector })

const checkedWords = (level: string | undefined, { checked }: Words): string =>
  checked[(level ?? 'unknown') as keyof typeof checked] ?? checked.unknown

const noteOf = (notes: readonly { readonly text?: string }[] | undefined): { note?: string } => {
  const text = (notes ?? []).flatMap((one) => (one.text === undefined ? [] : [one.text])).join('\n')
  return text === '' ? {} : { note: text }
}
