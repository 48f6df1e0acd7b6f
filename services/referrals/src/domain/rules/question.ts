/** A step that asked a question waits for the answer, and goes on with a new due time when it has come; a question nobody waits for ends. */
import type { Task } from '@medplum/fhirtypes'
import { childrenOf, isHeldForAnswer, isOpen, kindOf, localId, outputOf, type Need } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import { cancelStep } from '../step.ts'
import { STEP_KINDS, TASK_STATUS, type StepKind } from '../vocabulary.ts'
import type { Change } from '../write.ts'
import { beginDue, withDue } from './begin.ts'

/** Steps whose questions are all answered, and questions whose step has ended. */
export function question(need: Need, circumstances: Circumstances): readonly Change[] {
  const resumed = need.tasks.filter(isHeldForAnswer).flatMap((task) => {
    const questions = childrenOf(task, need).filter((child) => kindOf(child) === 'more-information')
    return questions.length === 0 || questions.some(isOpen) ? [] : [resume(need, task, questions, circumstances)]
  })
  return [...resumed, ...idleQuestions(need).map((task) => cancelStep(task, { because: 'asked-no-more', at: circumstances.at }))]
}

/** Open questions of steps that have ended. */
function idleQuestions({ tasks }: Need): readonly Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return tasks.filter((task) => {
    if (kindOf(task) !== 'more-information' || !isOpen(task)) return false
    const asking = byId.get(localId(task.partOf?.[0], 'Task'))
    return asking !== undefined && !isOpen(asking)
  })
}

function resume({ request }: Need, task: Task, questions: readonly Task[], circumstances: Circumstances): Change {
  const { statusReason: _answered, ...others } = task
  const kind: StepKind = STEP_KINDS.find((one) => one === kindOf(task)) ?? 'next-step'
  const answers = questions.flatMap((one) => {
    const text = outputOf(one, 'answer')?.valueString ?? outputOf(one, 'outcome')?.valueString
    return text === undefined || task.note?.some((note) => note.text === text) === true
      ? []
      : [{ text, time: circumstances.at.toISOString() }]
  })
  const before = task.statusReason?.coding?.find(({ system }) => system === TASK_STATUS)?.code
  const status = before === 'accepted' || before === 'in-progress' ? before : 'requested'
  const due =
    status === 'requested'
      ? dueFor(circumstances, kind, request.priority, task.owner?.reference)
      : beginDue({ request, tasks: [] }, circumstances, task.owner?.reference)
  return {
    change: {
      ...withDue(others, due),
      status,
      lastModified: circumstances.at.toISOString(),
      ...(answers.length === 0 ? {} : { note: [...(task.note ?? []), ...answers] }),
    },
  }
}
