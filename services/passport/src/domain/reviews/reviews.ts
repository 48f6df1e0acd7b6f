/**
 * Which reviews there are of a person, from the rules in `fhir-profiles/rules/review-*.json` and the entries of the record. Pure: rules
 * and facts are given. Hazard HAZ-P31 (a treatment is not looked at again).
 */
import type { ReviewLine, ReviewRule } from '@handrail/fhir-profiles/review-rules'
import { dueWindow, settles, starts, type DueWindow, type ReviewEntry } from '@handrail/fhir-profiles/review-windows'
import { deviceOf, happenedOn, type Kept, type PersonFacts } from './facts.ts'

/** One thing that is to be looked at again, because of one entry. */
export interface Review {
  /** The same for the same rule, line, entry and due date, and for nothing else: the Task's key. */
  readonly key: string
  readonly rule: ReviewRule
  readonly line: ReviewLine
  readonly entry: Kept<ReviewEntry>
  readonly window: DueWindow
  /** The later entry by which it is answered; absent: it stands. */
  readonly settledBy?: string
}

/** Every review that some entry of the person starts, those that a later entry settles included. Retired rules start none. */
export function reviewsOf(rules: readonly ReviewRule[], facts: PersonFacts): readonly Review[] {
  return rules
    .filter(({ status }) => status !== 'retired')
    .flatMap((rule) => rule.lines.flatMap((line) => facts.entries.flatMap((entry) => reviewOf(rule, line, entry, facts) ?? [])))
}

function reviewOf(rule: ReviewRule, line: ReviewLine, entry: Kept<ReviewEntry>, facts: PersonFacts): Review | undefined {
  const device = deviceOf(entry.resource, facts.devices)
  const material = { entry: entry.resource, ...(device && { device }) }
  if (!starts(line, material)) return undefined
  const window = dueWindow(line, material)
  const settledBy = facts.entries.find((other) => other !== entry && settles(line, other.resource) && isLater(other, entry, line))
  return {
    key: `review:${rule.id}:${line.id}:${entry.reference}:${window.kind === 'known' ? window.dueOn : window.kind}`,
    rule,
    line,
    entry,
    window,
    ...(settledBy && { settledBy: settledBy.reference }),
  }
}

/** Of several that start a line on one day (three muscles in one sitting) one counts, so that it is looked at once. */
function isLater(other: Kept<ReviewEntry>, entry: Kept<ReviewEntry>, line: ReviewLine): boolean {
  const [its, day] = [happenedOn(other.resource), happenedOn(entry.resource)]
  if (its !== day) return its > day
  return starts(line, { entry: other.resource }) && other.reference > entry.reference
}
