/** What happens to a need, one answer after the other: each is decided, written, and what follows from it is settled. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { aReferral, circumstances, stored, WEDNESDAY } from './a-need.ts'
import { refuseStep } from '../src/domain/answers/refuse-step.ts'
import { triageStep, type Triage } from '../src/domain/answers/triage-step.ts'
import { isOpen, kindOf, type Need } from '../src/domain/need.ts'
import { settle } from '../src/domain/settle.ts'
import type { Write } from '../src/domain/write.ts'

export const THURSDAY = new Date('2026-11-05T10:00:00.000Z')
export const FRIDAY = new Date('2026-11-06T10:00:00.000Z')
export const MONDAY = new Date('2026-11-09T10:00:00.000Z')
export const KIND = 'https://handrail.example/fhir/CodeSystem/service-kind'
export const REASON = 'https://handrail.example/fhir/CodeSystem/refusal-reason'

/** Makes the writes, and settles what follows from them. */
export const settled = (need: Need, writes: readonly Write[], at: Date): Need => {
  const after = stored(need, writes, at)
  return stored(after, settle(after, circumstances(at)), new Date(at.getTime() + 1))
}
/** A request that has just come. */
export const arrived = (given: Partial<ServiceRequest> = {}): Need => settled({ request: aReferral(given), tasks: [] }, [], WEDNESDAY)
/** The first step that is open. */
export const open = (need: Need): Task => need.tasks.find(isOpen)!
/** Whoever has the open step decides. */
export const triage = (need: Need, answer: Triage, at = THURSDAY): Need =>
  settled(need, triageStep(need, open(need).id!, answer, circumstances(at)), at)
/** Each step as kind, status, owner and when it is due. */
export const inShort = ({ tasks }: Need) =>
  tasks.map((task) => [kindOf(task), task.status, task.owner?.reference?.slice(13), task.restriction?.period?.end?.slice(0, 16)])
/** A step is refused, with a next one in three days. */
export const refused = (need: Need, task: Task, code: string, at: Date): Need => {
  const due = new Date(at.getTime() + 3 * 86_400_000)
  const answer = { reason: { system: REASON, code }, words: 'No.', owner: 'Organization/community-team', action: 'Ring her.', due }
  return settled(need, refuseStep(need, task.id!, answer, circumstances(at)), at)
}
