// What others had planned with somebody who is in hospital: put on hold when the stay begins, and taken up again only when a named professional says
// so after it. Features, G7. HAZ-A16
import type { Appointment, BundleEntry, Consent, Task } from '@medplum/fhirtypes'
import { CODES, HANDRAIL } from '@platform/nhs/systems'
import { codeOf, concept, kindOf, referenceTo } from './vocabulary.ts'

/** Which stay it was paused for; on the Task of whoever gives the sessions. */
const PAUSED_FOR = `${HANDRAIL}/StructureDefinition/paused-for`
const GOING_ON: ReadonlySet<string> = new Set(['accepted', 'ready', 'in-progress'])

/** What a professional answers for what was paused. Code system `alert-outcome`. */
export const AFTER_PAUSE: ReadonlySet<string> = new Set(['resume', 'change', 'stop'])

/**
 * Sessions of the community that go on now, or wait for the decision after an earlier stay: those of referrals that were taken, by others than the people
 * who answer the alert.
 */
export function toPause(tasks: readonly Task[], answering: readonly string[], encounter: string): readonly Task[] {
  return tasks.filter(
    (task) =>
      kindOf(task) === 'referral' &&
      (GOING_ON.has(task.status) || (task.status === 'on-hold' && pausedFor(task).length > 0)) &&
      !answering.includes(task.owner?.reference ?? '') &&
      !pausedFor(task).includes(encounter),
  )
}

/** Those that were paused for this stay and still are. */
export const pausedIn = (tasks: readonly Task[], encounter: string): readonly Task[] =>
  tasks.filter((task) => task.status === 'on-hold' && pausedFor(task).includes(encounter))

/** Every stay for which it waits: after each of them somebody decides. */
const pausedFor = ({ extension = [] }: Pick<Task, 'extension'>): readonly string[] =>
  extension.flatMap(({ url, valueReference }) => (url === PAUSED_FOR ? (valueReference?.reference ?? []) : []))

/** On hold; whoever gives the sessions reads that the person is in hospital only where the consent says exactly that. */
export function paused(task: Task, encounter: string, { mayKnow }: { readonly mayKnow: boolean }): Task {
  const { extension = [] } = task
  const mark = { url: PAUSED_FOR, valueReference: { reference: encounter } }
  if (task.status === 'on-hold') return { ...task, extension: [...extension, mark] }
  return {
    ...task,
    // What it waited for before is over where its owner has taken it up again since.
    extension: [...extension.filter(({ url }) => url !== PAUSED_FOR), mark],
    status: 'on-hold',
    statusReason: { text: mayKnow ? 'In hospital, do not expect.' : 'Not attending until further notice.' },
  }
}

/** Taken up again after that stay, as it was, unless it waits for another one too; after `stop` it stays on hold for its owner to close. */
export function answered(task: Task, encounter: string, outcome: string | undefined): Task {
  if (outcome === 'stop')
    return { ...task, statusReason: { text: 'Not to be taken up again after the hospital stay: close it with its outcome.' } }
  const { statusReason: _, extension = [], ...rest } = task
  const others = extension.filter(({ url, valueReference }) => url !== PAUSED_FOR || valueReference?.reference !== encounter)
  const note = { text: 'After the hospital stay: go on differently, ask the community team how.' }
  const noted = outcome === 'change' ? { note: [...(task.note ?? []), note] } : {}
  if (pausedFor({ extension: others }).length > 0) return { ...task, extension: others, ...noted }
  return {
    ...rest,
    ...(others.length === 0 ? {} : { extension: others }),
    status: task.executionPeriod?.start === undefined ? 'accepted' : 'in-progress',
    ...noted,
  }
}

/** Whether the person agreed that this organisation is told of the stay. @param day today, by the clock on the wall */
export function mayKnowOfStay(consents: readonly Consent[], owner: string, day: string): boolean {
  return consents.some(({ status, category, provision }) => {
    const about = category.some((each) => codeOf(each, CODES.CONSENT_KIND) === 'share-in-hospital')
    const { start = '', end } = provision?.period ?? {}
    const inForce = start.slice(0, 10) <= day && (end === undefined || day <= end.slice(0, 10))
    const named = provision?.actor?.some(({ reference }) => reference.reference === owner) === true
    return about && status === 'active' && provision?.type !== 'deny' && inForce && named
  })
}

/** What the follow-up asks about: everything that was paused. */
export const askedAbout = (planned: readonly (Task | Appointment)[]): NonNullable<Task['input']> =>
  planned.map((each) => ({
    type: concept(CODES.TASK_INPUT, 'paused', 'Paused during the stay'),
    valueReference: { reference: referenceTo(each) },
  }))

/** A changed Task as an entry of a transaction, guarded by its version. */
export const changed = (task: Task): BundleEntry => ({
  resource: task,
  request: { method: 'PUT', url: referenceTo(task), ifMatch: `W/"${task.meta?.versionId ?? ''}"` },
})
