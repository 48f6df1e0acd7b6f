/** What came for a referral from somebody who was not asked, as the hub keeps it on the step of whoever decides. Pure. HAZ-R87 */
import type { Task } from '@medplum/fhirtypes'
import type { Words } from '../words/words.ts'
import { kindOf, ours } from './reading.ts'

/** One that waits. */
export interface ShownAnswer {
  /** `Communication/<id>`: what is named where it is taken. */
  readonly message: string
  /** FHIR instant. */
  readonly at: string
  readonly from: readonly string[]
  readonly says: string
  /** Whether it speaks of the request itself, and not of an answer to it. */
  readonly isChange: boolean
  readonly reason?: string
  readonly words?: string
}

/** As many wait under one step; the hub keeps no more. */
export const MOST_KEPT = 5

const CHANGES: ReadonlySet<string> = new Set(['update', 'withdraw', 'entered-in-error'])

/** In the order in which they came. */
export function keptAnswersOf(task: Task, { keptAnswers: said, choices }: Words): readonly ShownAnswer[] {
  if (kindOf(task) !== 'answer-of-another') return []
  return (task.extension ?? []).flatMap(({ url, extension: parts = [] }) => {
    const part = (name: string) => parts.find((one) => one.url === name)
    const [message, at, act] = [part('message')?.valueReference?.reference, part('at')?.valueInstant, part('says')?.valueCode ?? '']
    if (url !== ours('kept-answer') || message === undefined || at === undefined) return []
    const [service, organization] = [part('service')?.valueIdentifier?.value, part('organization')?.valueIdentifier?.value]
    const from = [
      ...(service === undefined ? [] : [said.service(service)]),
      ...(organization === undefined ? [] : [said.organization(organization)]),
    ]
    const [code, words] = [part('reason')?.valueCode, part('words')?.valueString]
    const reason = code === undefined ? undefined : choices['refusal-reason'][code as keyof (typeof choices)['refusal-reason']]
    return {
      message,
      at,
      from: from.length === 0 ? [said.unnamed] : from,
      says: said.acts[act as keyof typeof said.acts] ?? said.acts.unknown,
      isChange: CHANGES.has(act),
      ...(reason === undefined ? {} : { reason }),
      ...(words === undefined ? {} : { words }),
    }
  })
}
