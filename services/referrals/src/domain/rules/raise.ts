/**
 * A referral that has a red-flag cue says so on each of its open steps, so that whoever lists them puts it on top. Nothing else follows: no
 * owner, no due time and no outcome depends on a cue. Decision 110; HAZ-R50.
 */
import type { Task } from '@medplum/fhirtypes'
import { cuesIn, saysOf, type FoundCue } from '../approved-words.ts'
import { inputsOf, isOpen, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { input } from '../step.ts'
import { RED_FLAG } from '../vocabulary.ts'
import type { Change, Open, Write } from '../write.ts'

/** The same writes with the cues of the need on every step they open. */
export function raised(writes: readonly Write[], need: Need, circumstances: Circumstances): readonly Write[] {
  return writes.map((write) => ('open' in write ? raisedStep(write, need, circumstances) : write))
}

const raisedStep = (write: Open, need: Need, circumstances: Circumstances): Open => {
  const marked = withCues(write.open, foundFor(write.open, need, circumstances))
  return marked === undefined ? write : { ...write, open: marked }
}

/** Open steps that do not yet say what the need says now: it was amended or answered, or a cue was approved since. */
export function raise(need: Need, circumstances: Circumstances): readonly Change[] {
  return need.tasks.filter(isOpen).flatMap((task) => {
    const marked = withCues(task, foundFor(task, need, circumstances))
    return marked === undefined ? [] : [{ change: marked }]
  })
}

const foundFor = (task: Task, { request, tasks }: Need, { pathway, directory, at }: Circumstances): readonly FoundCue[] => {
  const owner = task.owner?.reference
  const nation = owner === undefined ? undefined : directory.listing(owner)?.nation
  return cuesIn(request, pathway.approved().cues, at, nation, tasks)
}

/** The Task with what it does not say yet; nothing when it says all. What it says already stays: somebody may have acted on it. */
function withCues(task: Task, found: readonly FoundCue[]): Task | undefined {
  const said = new Set(
    inputsOf(task, 'red-flag').flatMap(({ valueCodeableConcept }) => (valueCodeableConcept?.coding ?? []).map(({ code }) => code)),
  )
  const missing = found.filter(({ cue }) => !said.has(cue.id))
  if (missing.length === 0) return undefined
  const inputs = missing.map((one) =>
    input('red-flag', { valueCodeableConcept: { coding: [{ system: RED_FLAG, code: one.cue.id }], text: saysOf(one) } }),
  )
  return { ...task, input: [...(task.input ?? []), ...inputs] }
}
