/** Reads a person's own requests for help: each with its plain word, who has it, by when, and how to reach them. */
import type { Communication, Organization, ServiceRequest, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { PersonalRecord, Resolved } from '../../clients/record.ts'
import { readParts, type Parts } from '../../knowledge/parameters.ts'
import { meanwhileIn, type Meanwhile } from '../../knowledge/meanwhile.ts'
import { calledOf, dueOf, isOpen, outputOf, wordsOf } from '../../knowledge/reading.ts'
import type { AskingSession } from '../../session/own-record.ts'
import type { Words } from '../../words/words.ts'
import { isTaken, needReferenceOf, tellStep } from '../inbox/steps.ts'
import { feedbackIn, type Feedback } from './feedback.ts'

export type PlainStatus = keyof Words['referrals']['plain']

/** Somebody who has it now. */
export interface Holder {
  readonly name?: string
  readonly status: string
  readonly due?: string
  readonly taken: boolean
  /** Telephone numbers and addresses as the directory has them. */
  readonly reach: readonly string[]
}

/** One request for help. */
export interface Referral {
  readonly id: string
  readonly title: string
  readonly askedAt?: string
  readonly by?: string
  /** Whole days since it was first asked. */
  readonly days?: number
  readonly plain: PlainStatus
  /** Sent, and not over. */
  readonly open: boolean
  /** Made by whoever looks at it: they may take it back. */
  readonly own: boolean
  /** Being written by whoever looks at it, who has not sent it yet. */
  readonly unsent: boolean
  /** Met, so that it can be asked for again. */
  readonly met: boolean
  readonly notes: readonly string[]
  readonly holders: readonly Holder[]
  readonly steps: readonly (ReturnType<typeof tellStep> & { readonly at?: string })[]
  readonly feedback: readonly Feedback[]
  /** What there is until somebody has taken it on. */
  readonly meanwhile?: Meanwhile
  /** References of the organisations that were asked. */
  readonly asked: readonly string[]
}

const SHOWN = 50
const PLAIN: ReadonlySet<string> = new Set<PlainStatus>([
  'sent',
  'being-looked-at',
  'more-information-needed',
  'accepted',
  'waiting',
  'on-hold',
  'not-suitable',
  'finished',
])

/** Whose requests they are, and who looks: the person, or a carer. */
export type Viewer = Pick<AskingSession, 'self' | 'by'>

/** The newest requests, open ones first. */
export async function loadReferrals(
  record: PersonalRecord,
  { self, by }: Viewer,
  words: Words,
): Promise<{ readonly referrals: readonly Referral[]; readonly more: boolean }> {
  const [requests, tasks] = await Promise.all([
    record.find<ServiceRequest>('ServiceRequest', { patient: self, _sort: '-authored', _count: String(SHOWN) }),
    record.findAll<Task>('Task', { patient: self }),
  ])
  const shown = requests.all.filter(({ status }) => status !== 'entered-in-error')
  const resolved = await record.resolve([...shown.map(({ requester }) => requester?.reference), ...tasks.all.flatMap(partiesOf)])
  const referrals = await Promise.all(
    shown.map((one) => showReferral(record, { request: one, tasks: tasks.all, messages: [], resolved, words, by })),
  )
  return { referrals: referrals.toSorted((one, other) => Number(other.open) - Number(one.open)), more: requests.more }
}

/** One request with what was said about it. @throws NOT_FOUND when it is none of this person's */
export async function loadReferral(record: PersonalRecord, id: string, by: string, words: Words): Promise<Referral> {
  const request = await record.read<ServiceRequest>('ServiceRequest', id)
  const about = { 'based-on': `ServiceRequest/${id}` }
  const [tasks, messages] = await Promise.all([record.findAll<Task>('Task', about), record.findAll<Communication>('Communication', about)])
  const resolved = await record.resolve([request.requester?.reference, ...tasks.all.flatMap(partiesOf)])
  return showReferral(record, { request, tasks: tasks.all, messages: messages.all, resolved, words, by })
}

const partiesOf = (task: Task): readonly (string | undefined)[] => [
  task.owner?.reference,
  outputOf(task, 'next-owner')?.valueReference?.reference,
]

interface Material {
  readonly request: ServiceRequest
  readonly tasks: readonly Task[]
  readonly messages: readonly Communication[]
  readonly resolved: Resolved
  readonly words: Words
  readonly by: string
}

async function showReferral(
  record: PersonalRecord,
  { request, tasks, messages, resolved, words, by: viewer }: Material,
): Promise<Referral> {
  const reference = `ServiceRequest/${request.id ?? ''}`
  const own = tasks
    .filter((task) => needReferenceOf(task) === reference)
    .toSorted((one, other) => (one.authoredOn ?? '').localeCompare(other.authoredOn ?? ''))
  const over = request.status === 'completed' || request.status === 'revoked' || request.status === 'draft'
  const status = over ? undefined : await statusOf(record, reference)
  const word = status?.coding('status')?.code
  const meanwhile = meanwhileIn(own)
  const [by, days] = [calledOf(request.requester, resolved), status?.number('days')]
  return {
    id: request.id ?? '',
    title: wordsOf(request.code) ?? words.timeline.referral,
    plain: plainOf(request, word),
    open: !over,
    own: request.requester?.reference === viewer,
    unsent: request.status === 'draft' && request.requester?.reference === viewer,
    met: request.status === 'completed',
    notes: (request.note ?? []).flatMap(({ text }) => text ?? []),
    holders: own.filter(isOpen).map((task) => holderOf(task, resolved, words)),
    steps: own.map((task) => ({ ...tellStep(task, resolved, words), ...(task.authoredOn === undefined ? {} : { at: task.authoredOn }) })),
    feedback: messages.flatMap((one) => feedbackIn(one)),
    asked: [...new Set(own.flatMap(({ owner }) => (owner?.reference?.startsWith('Organization/') === true ? [owner.reference] : [])))],
    ...(request.authoredOn === undefined || request.status === 'draft' ? {} : { askedAt: request.authoredOn }),
    ...(meanwhile === undefined ? {} : { meanwhile }),
    ...(by === undefined ? {} : { by }),
    ...(days === undefined ? {} : { days }),
  }
}

/** A request that is still being written is with nobody, and must never look as if somebody had it. HAZ-R70 */
export function plainOf({ status }: Pick<ServiceRequest, 'status'>, word: string | undefined): PlainStatus {
  if (status === 'draft') return 'not-sent'
  if (status === 'completed' || status === 'revoked') return 'finished'
  return word !== undefined && PLAIN.has(word) ? (word as PlainStatus) : 'sent'
}

/** The plain status; nothing for a request that no pathway routes, or that this reader may not ask about. */
async function statusOf(record: PersonalRecord, reference: string): Promise<Parts | undefined> {
  try {
    return readParts(await record.ask(reference, '$status'))
  } catch (error) {
    if (error instanceof Refusal && ['NOT_FOUND', 'NOT_ALLOWED', 'RECORD_REFUSED'].includes(error.code)) return undefined
    throw error
  }
}

function holderOf(task: Task, resolved: Resolved, words: Words): Holder {
  const [{ owner: name, status }, due] = [tellStep(task, resolved, words), dueOf(task)]
  const organization = resolved.get(task.owner?.reference ?? '') as Organization | undefined
  const reach = (organization?.telecom ?? []).flatMap(({ system, value }) =>
    value !== undefined && (system === 'phone' || system === 'email') ? [value] : [],
  )
  return { status, taken: isTaken(task), reach, ...(name === undefined ? {} : { name }), ...(due === undefined ? {} : { due }) }
}
