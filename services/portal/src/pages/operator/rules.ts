/** Alert rules as the operator reads them. Pure. */
import type { AlertRuleState } from '../../clients/operator.ts'

/** A rule, and whether the day by which somebody was to look at its words again has passed: it still speaks. HAZ-A13 */
export interface RuleShown extends AlertRuleState {
  readonly reviewPassed: boolean
}

const onTheWall = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })

/** Of each, as of now. */
export function withReviews(rules: readonly AlertRuleState[], now: Date): readonly RuleShown[] {
  const today = onTheWall.format(now)
  return rules.map((rule) => ({ ...rule, reviewPassed: rule.approval !== undefined && rule.approval.reviewBy < today }))
}
