/**
 * Answers that came for a referral from somebody who was not asked: each is kept as it came until a person decides about it, and the step that it speaks of keeps
 * its state and its clock. One open Task for each step says what came, whoever sends however often. Decision 570; HAZ-R87, HAZ-R88
 */
import type { Communication, Extension, Identifier, ServiceRequest, Task } from '@medplum/fhirtypes'
import { refuse } from '../errors.ts'
import { coordinatorOf } from './coordinator.ts'
import { isOpen, kindOf, localId, outputOf, type Need } from './need.ts'
import { dueFor, type Circumstances } from './pathway.ts'
import { cancelStep, openStep, output, unusedKey, withOutputs } from './step.ts'
import { ANSWER_DECISION, KEPT_ANSWER, KEPT_ANSWER_KEY } from './vocabulary.ts'
import type { Change, Write } from './write.ts'

/** What came, in short. */
export interface KeptAnswer {
  /** `Communication/<id>`: the message as it came. */
  readonly message: string
  /** SHA-256 of its bytes: the same message is one. */
  readonly mark: string
  readonly says: KeptAct
  /** Code of refusal-reason, for a no. */
  readonly reason?: string
  readonly words?: string
  /** As the sender says it. */
  readonly service?: Identifier
  readonly organization?: Identifier
  readonly at: Date
}

/** What can come so. */
export type KeptAct = 'taken-up' | 'refused' | 'done' | 'did-not-attend' | 'update' | 'withdraw' | 'entered-in-error'

/** Most answers that wait under one Task: whoever sends on hears that it is not kept. */
export const MOST_KEPT = 5

/** What waits under a Task. */
export const keptIn = ({ extension = [] }: Task): readonly KeptAnswer[] =>
  extension.flatMap(({ url, extension: parts = [] }) => {
    if (url !== KEPT_ANSWER) return []
    const part = (name: string) => parts.find((one) => one.url === name)
    const [message, mark] = [part('message')?.valueReference?.reference, part('mark')?.valueString]
    const [says, at] = [part('says')?.valueCode as KeptAct | undefined, part('at')?.valueInstant]
    if (message === undefined || mark === undefined || says === undefined || at === undefined) return []
    const [reason, words] = [part('reason')?.valueCode, part('words')?.valueString]
    const [service, organization] = [part('service')?.valueIdentifier, part('organization')?.valueIdentifier]
    return {
      message,
      mark,
      says,
      at: new Date(at),
      ...(reason === undefined ? {} : { reason }),
      ...(words === undefined ? {} : { words }),
      ...(service === undefined ? {} : { service }),
      ...(organization === undefined ? {} : { organization }),
    }
  })

const toExtension = ({ message, mark, says, reason, words, service, organization, at }: KeptAnswer): Extension => ({
  url: KEPT_ANSWER,
  extension: [
    { url: 'message', valueReference: { reference: message } },
    { url: 'mark', valueString: mark },
    { url: 'says', valueCode: says },
    ...(reason === undefined ? [] : [{ url: 'reason', valueCode: reason }]),
    ...(words === undefined ? [] : [{ url: 'words', valueString: words }]),
    ...(service === undefined ? [] : [{ url: 'service', valueIdentifier: service }]),
    ...(organization === undefined ? [] : [{ url: 'organization', valueIdentifier: organization }]),
    { url: 'at', valueInstant: at.toISOString() },
  ],
})

const isKept = (task: Task): boolean => kindOf(task) === 'answer-of-another'

/** The step that a Task of kept answers is about; none where they are about the need. */
export const stepOfKept = (task: Task): string | undefined => localId(task.partOf?.[0], 'Task')

/** What is to become of one more: it is here already, or is put to a person, or there are as many as anybody can look at. */
export function placeFor({ tasks }: Need, step: string | undefined, mark: string): 'known' | 'room' | 'full' {
  const about = tasks.filter((task) => isKept(task) && stepOfKept(task) === step)
  if (about.some((task) => keptIn(task).some((one) => one.mark === mark))) return 'known'
  return about.some((task) => isOpen(task) && keptIn(task).length >= MOST_KEPT) ? 'full' : 'room'
}

/** Who decides about it. @throws COORDINATOR_UNKNOWN while nobody is listed who could */
export function deciderOf({ request }: Need, circumstances: Circumstances): string {
  const owner = coordinatorOf(request, circumstances)
  if (owner === undefined) throw refuse.COORDINATOR_UNKNOWN()
  return owner
}

/**
 * The writes that put an answer before whoever coordinates the need; none where it is there.
 *
 * @param step that it speaks of; none where it speaks of the need
 * @throws BARS_ANSWER_OF_ANOTHER where as many wait as anybody can look at, COORDINATOR_UNKNOWN
 */
export function keepAnswer(need: Need, step: string | undefined, kept: KeptAnswer, circumstances: Circumstances): readonly Write[] {
  const place = placeFor(need, step, kept.mark)
  if (place === 'known') return []
  if (place === 'full') throw refuse.BARS_ANSWER_OF_ANOTHER()
  const { at } = circumstances
  const { request, tasks } = need
  const waiting = tasks.find((task) => isKept(task) && isOpen(task) && stepOfKept(task) === step)
  const extension = toExtension(kept)
  if (waiting !== undefined)
    return [{ change: { ...waiting, extension: [...(waiting.extension ?? []), extension], lastModified: at.toISOString() } }]
  const owner = deciderOf(need, circumstances)
  const after = tasks.find(({ id }) => id !== undefined && id === step)
  const opened = openStep(request, {
    kind: 'answer-of-another',
    key: unusedKey(need, `answer-of-another:${step ?? 'need'}/${request.id ?? ''}`),
    owner,
    at,
    due: dueFor(circumstances, 'answer-of-another', request.priority, owner),
    action: `${CAME[step === undefined ? 'need' : 'step']} ${fromWhom(kept)}. Find out whether it is theirs: take it, or set it aside. Until then nothing has changed.`,
    ...(after === undefined ? {} : { after }),
  })
  return [{ ...opened, open: { ...opened.open, extension: [extension] } }]
}

const CAME = {
  step: 'An answer has come for this referral from a service that was not asked:',
  need: 'A change or a withdrawal of this referral has come from a service that did not send it:',
} as const

/** Who says that they are answering, by their ids alone: a sender writes what it likes into a name. */
const fromWhom = ({ service, organization }: KeptAnswer): string =>
  [
    service?.value === undefined ? 'a service without an id' : `DoS service ${service.value}`,
    ...(organization?.value === undefined ? [] : [`organisation ${organization.value}`]),
  ].join(', ')

/** Codes of answer-decision. */
export type AnswerDecision = 'taken' | 'set-aside'

/**
 * The writes of a decision about kept answers; none where it was decided so before.
 *
 * @param effect what follows where it is taken, decided on the need without this Task
 * @throws TASK_UNKNOWN, ANSWER_NOT_KEPT, TASK_CLOSED where it was decided otherwise, and whatever the effect throws
 */
export function decideAnswer(
  need: Need,
  taskId: string,
  { decision, words }: { readonly decision: AnswerDecision; readonly words?: string },
  effect: (need: Need, step: string | undefined) => readonly Write[],
  { at }: Circumstances,
): readonly Write[] {
  const task = need.tasks.find(({ id }) => id === taskId)
  if (task === undefined) throw refuse.TASK_UNKNOWN({ id: taskId })
  if (!isKept(task)) throw refuse.ANSWER_NOT_KEPT({ id: taskId })
  if (!isOpen(task)) {
    if (decisionIn(task) === decision) return []
    throw refuse.TASK_CLOSED({ id: taskId, status: task.status })
  }
  const said = { coding: [{ system: ANSWER_DECISION, code: decision }], ...(words === undefined ? {} : { text: words }) }
  const decided: Task = {
    ...withOutputs(task, [output('outcome', { valueCodeableConcept: said })]),
    status: 'completed',
    lastModified: at.toISOString(),
  }
  const others: Need = { ...need, tasks: need.tasks.filter((one) => one !== task) }
  return [{ change: decided }, ...(decision === 'taken' ? effect(others, stepOfKept(task)) : [])]
}

const decisionIn = (task: Task): string | undefined =>
  outputOf(task, 'outcome')?.valueCodeableConcept?.coding?.find(({ system }) => system === ANSWER_DECISION)?.code

/** Ends what waits about a step that has ended: whoever was asked has answered meanwhile, or is asked no more. */
export function standDownKept({ tasks }: Need, { at }: { readonly at: Date }): readonly Change[] {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return tasks.flatMap((task) => {
    const step = isKept(task) && isOpen(task) ? byId.get(stepOfKept(task)) : undefined
    return step === undefined || isOpen(step) ? [] : [cancelStep(task, { because: 'answered-meanwhile', at })]
  })
}

/**
 * The message as it came, for whoever decides. It is about the person and not under the request, and labelled with what it holds: a charity or a leisure centre
 * that is shown a part of the request, or of the person, is not shown the rest by this. HAZ-R30
 *
 * @param to `Organization/<id>` that decides
 */
export function keptMessage(
  { id, subject, meta }: ServiceRequest,
  bytes: Uint8Array,
  {
    mark,
    sha1,
    step,
    organization,
    to,
    at,
  }: Pick<KeptAnswer, 'mark' | 'organization' | 'at'> & {
    readonly sha1: string
    readonly step: string | undefined
    readonly to: string
  },
): { readonly message: Communication; readonly key: string } {
  const key = `${step ?? id ?? ''}/${mark}`
  const message: Communication = {
    resourceType: 'Communication',
    meta: { security: [...(meta?.security ?? []), HOLDS_DIAGNOSES] },
    identifier: [{ system: KEPT_ANSWER_KEY, value: key }],
    status: 'completed',
    topic: { text: 'A message about a referral, from somebody who was not asked' },
    ...(subject.reference === undefined ? {} : { subject: { reference: subject.reference } }),
    received: at.toISOString(),
    recipient: [{ reference: to }],
    ...(organization === undefined ? {} : { sender: { identifier: organization } }),
    payload: [
      {
        contentAttachment: {
          contentType: 'application/fhir+json',
          size: bytes.length,
          hash: sha1,
          data: Buffer.from(bytes).toString('base64'),
        },
      },
    ],
  }
  return { message, key }
}

const HOLDS_DIAGNOSES = { system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'diagnoses' }

/** The bytes of a kept message. */
export const bytesOfKept = ({ payload = [] }: Communication): Uint8Array | undefined => {
  const data = payload[0]?.contentAttachment?.data
  return data === undefined ? undefined : Buffer.from(data, 'base64')
}
