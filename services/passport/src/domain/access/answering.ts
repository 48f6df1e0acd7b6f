/**
 * Which Tasks about a request let their owner see the person and the request. Whoever answers for an open Task about a request reads
 * that request as if it named him; so nobody passes on a request that he does not see, and nobody gives himself one. Pure.
 */
import type { Relationship } from './relationship.ts'

/** What is so when a Task about a request is written. */
export interface AnsweringFacts {
  /** Requests (ids of ServiceRequests) that the writer sees, or writes with the Task; everything for whoever sees all of them. */
  readonly sees: (request: string) => boolean
  /** Requests that are open, and that the writer's organisation answers for by another open Task. */
  readonly answersFor: (request: string) => boolean
  /** Whether this Task let this party see them until now. */
  readonly stood: (party: string) => boolean
}

/**
 * Leaves out of a Task's relationships what it may not make. An organisation that opens a Task for itself (its own waiting list, the
 * next step of its own) goes on seeing a request that it answers for; a Task that it opens about any other opens nothing.
 *
 * @param author who first wrote the Task
 */
export function answering(relationships: readonly Relationship[], author: string, facts: AnsweringFacts): readonly Relationship[] {
  const { sees, answersFor, stood } = facts
  return relationships.filter(
    ({ party, referral }) => referral === undefined || stood(party) || (party === author ? answersFor(referral) : sees(referral)),
  )
}
