/** Advice about a person: what was asked of whom, what they said, and what can be done next. Pure. Feature B6. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import { calledOf, codes, isOpen, kindOf, needReferenceIn, wordsOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'
import { tellStep } from '../inbox/steps.ts'

/** One question with everything that was said to it. */
export interface Thread {
  readonly request: string
  readonly question: string
  readonly from?: string
  /** FHIR dateTime of the asking. */
  readonly at?: string
  readonly status: string
  readonly steps: readonly { readonly owner?: string; readonly status: string; readonly said?: string; readonly at?: string }[]
  /** Id of the step that the reader's own organisation answers: a question to it, or the advice it asked for. */
  readonly own?: { readonly step: string; readonly is: 'question' | 'advice' }
}

/** Whether a request is for advice and for nobody to take the person on. */
export const asksForAdvice = ({ category = [] }: ServiceRequest): boolean =>
  category.some(({ coding = [] }) => coding.some(({ system, code }) => system === codes('request-category') && code === 'advice'))

/** Newest question first; drafts are nobody's business yet. */
export function threadsOf(
  requests: readonly ServiceRequest[],
  tasks: readonly Task[],
  { resolved, words, organization }: { readonly resolved: Resolved; readonly words: Words; readonly organization: string | undefined },
): readonly Thread[] {
  const asked = requests.filter((one) => one.status !== 'draft' && asksForAdvice(one))
  return asked
    .toSorted((one, other) => (other.authoredOn ?? '').localeCompare(one.authoredOn ?? ''))
    .map((request) => {
      const steps = tasks
        .filter((task) => needReferenceIn(task) === `ServiceRequest/${request.id ?? ''}`)
        .toSorted((one, other) => (one.authoredOn ?? '').localeCompare(other.authoredOn ?? ''))
      const own = steps.find((task) => isOpen(task) && task.owner?.reference === organization)
      const from = calledOf(request.requester, resolved)
      return {
        request: request.id ?? '',
        question: wordsOf(request.code) ?? '',
        status: words.status.need[request.status as keyof typeof words.status.need] ?? request.status,
        steps: steps.map((task) => ({
          ...tellStep(task, resolved, words),
          // Whoever asked has the advice: what is waited for is no answer.
          ...(isOpen(task) && kindOf(task) === 'next-step' ? { status: words.advice.toRead } : {}),
          ...(task.authoredOn === undefined ? {} : { at: task.authoredOn }),
        })),
        ...(from === undefined ? {} : { from }),
        ...(request.authoredOn === undefined ? {} : { at: request.authoredOn }),
        ...(own?.id === undefined
          ? {}
          : { own: { step: own.id, is: kindOf(own) === 'advice' ? ('question' as const) : ('advice' as const) } }),
      }
    })
}
