/** Paging for urgent answers: reads the Task as it is, asks the rota, tells, and writes. Any number of times. HAZ-R51 */
import type { Organization, Task } from '@medplum/fhirtypes'
import type { UrgentAnswerLadder } from '@handrail/fhir-profiles/urgent-answer'
import { CODES } from '@platform/nhs/systems'
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import { isWaiting, noRota, paged, pageStep } from '../domain/page.ts'
import { kindOf, referenceTo } from '../domain/vocabulary.ts'
import type { Notices } from './notices.ts'
import type { FhirRecord } from './record.ts'
import type { Register } from './register.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What it works with. */
export interface PageSources {
  readonly record: FhirRecord
  readonly register: Pick<Register, 'onDuty'>
  readonly subscriptions: Pick<Subscriptions, 'reach'>
  readonly notices: Pick<Notices, 'tellOfPage'>
  readonly urgentAnswer: UrgentAnswerLadder
  readonly clock: Clock
  readonly log: Log
}

/** What a form says: somebody is on, nobody is known to be, or somebody has it already. */
export interface Paged {
  readonly task: Task
  readonly state: 'on' | 'nobody' | 'answered'
  readonly says: string
}

/** Pages. */
export interface Pages {
  /** Takes every step of this Task that is due; nothing when it is no urgent answer. */
  page(task: string): Promise<Paged | undefined>
  /** Pages for what a response to a questionnaire has opened. */
  pageFor(response: string): Promise<void>
  /** Takes every step that is due by now. */
  pageDue(): Promise<void>
}

const KIND = 'urgent-answer'
const MOST_STEPS = 8 // the ladder has three; the clock of a demonstration may have jumped over all of them

/** Opens it. */
export function pagesOf({ record, register, subscriptions, notices, urgentAnswer, clock, log }: PageSources): Pages {
  const page: Pages['page'] = async (reference) => {
    let task = await record.read<Task>(reference)
    if (task === undefined || kindOf(task) !== KIND) return undefined
    for (let taken = 0; taken < MOST_STEPS; taken += 1) {
      const step = pageStep(task, urgentAnswer, clock.now())
      if (step === undefined) break
      task = await take(task, step)
    }
    if (!isWaiting(task)) return { task, state: 'answered', says: task.note?.at(-1)?.text ?? '' }
    // What was said last is what the form says: a step that is not due yet is not taken for the asking.
    const says = task.note?.at(-1)?.text ?? ''
    return { task, state: says.startsWith('On duty') ? 'on' : 'nobody', says }
  }

  const take = async (task: Task, step: NonNullable<ReturnType<typeof pageStep>>): Promise<Task> => {
    const owner = task.owner?.reference ?? ''
    const at = clock.now()
    const { found, says = noRota(await organizationAt(owner), at) } = await register.onDuty(owner, step.duties, at)
    if (found.state === 'on') await subscriptions.reach(found.entry)
    const asked = found.state === 'on' ? [found.entry.reference, found.entry.organization] : []
    // Told before it is written down: after a crash between the two somebody is told twice, and never not at all.
    await notices.tellOfPage({
      focus: referenceTo(task),
      kind: step.step === 'named-role' ? 'raised' : 'escalated',
      audience: [...new Set([owner, ...asked])],
      at,
    })
    log.info({ event: 'page.sent', task: referenceTo(task), step: step.step, onDuty: found.state })
    const written = await record.change<Task>(referenceTo(task), (current) =>
      pageStep(current, urgentAnswer, at)?.step === step.step ? paged(current, step, { found, says, at }) : current,
    )
    return written ?? task
  }

  const organizationAt = async (reference: string): Promise<Organization | undefined> =>
    reference.startsWith('Organization/') ? record.read<Organization>(reference) : undefined

  const pageEach = async (tasks: readonly Task[]): Promise<void> => {
    for (const task of tasks.filter(isWaiting))
      await page(referenceTo(task)).catch((error: unknown) =>
        log.warn({ event: 'page.failed', task: referenceTo(task), reason: summariseError(error) }),
      )
  }

  return {
    page,
    pageFor: async (response) => pageEach(await record.search<Task>('Task', { focus: response, code: `${CODES.TASK_KIND}|${KIND}` })),
    pageDue: async () => pageEach(await record.search<Task>('Task', { code: `${CODES.TASK_KIND}|${KIND}`, status: 'requested,received' })),
  }
}
