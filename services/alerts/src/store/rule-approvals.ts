/**
 * Who has approved which rule. An approval is of the words as they stood: a changed rule wants another. What a file says of itself (`active`, `endorser`,
 * `approvalDate`) is none, for it still says so when its words were changed. HAZ-A13
 */
import type { Database } from '@platform/service/database'
import type { AlertRule, Approved, RuleApproval } from '../domain/alert-lines.ts'

/** An approval to be written down. */
export interface NewApproval {
  readonly rule: AlertRule
  /** Name and role of the clinical lead. */
  readonly by: string
  readonly on: string
  readonly reviewBy: string
  /** When the operator wrote it down. */
  readonly at: Date
}

/** The approvals. */
export interface RuleApprovals {
  /** What may speak now. In a demonstration drafts speak too. */
  of(rules: readonly AlertRule[]): Promise<Approved>
  /** Rules that nobody has approved as they stand. */
  missing(rules: readonly AlertRule[]): Promise<readonly AlertRule[]>
  approve(approval: NewApproval): Promise<void>
}

const REMEMBERED_MS = 5_000

/** Opens them. */
export function ruleApprovalsIn(database: Database, { demo }: { readonly demo: boolean }): RuleApprovals {
  let held: { readonly approval: ReturnType<typeof read>; readonly at: number } | undefined
  /** Another process may write one down: what was read stands for seconds. */
  const remembered = async () => {
    if (held === undefined || performance.now() - held.at > REMEMBERED_MS) {
      const mine = { approval: read(), at: performance.now() }
      held = mine
      mine.approval.catch(() => (held = held === mine ? undefined : held))
    }
    return held.approval
  }
  const read = async (): Promise<(rule: AlertRule) => RuleApproval | undefined> => {
    const { rows } = await database.query<{ wording: string; by: string; on: string; reviewBy: string }>({
      name: 'rule-approvals',
      text: READ,
    })
    const held = new Map(rows.map(({ wording, ...approval }) => [wording, approval]))
    return (rule) => held.get(rule.wording)
  }
  return {
    async of() {
      const approval = await remembered()
      return (rule) => approval(rule) ?? (demo ? 'demonstration' : undefined)
    },
    async missing(rules) {
      const approval = await read()
      return rules.filter((rule) => approval(rule) === undefined)
    },
    async approve({ rule, by, on, reviewBy, at }) {
      await database.query({ name: 'rule-approve', text: APPROVE, values: [rule.wording, rule.id, by, on, reviewBy, at] })
      held = undefined
    },
  }
}

const READ = `
  SELECT wording, approved_by AS by, to_char(approved_on, 'YYYY-MM-DD') AS on, to_char(review_by, 'YYYY-MM-DD') AS "reviewBy" FROM alerts.rule_approval`
const APPROVE = `
  INSERT INTO alerts.rule_approval (wording, rule, approved_by, approved_on, review_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (wording) DO UPDATE SET
    approved_by = excluded.approved_by, approved_on = excluded.approved_on, review_by = excluded.review_by, recorded_at = excluded.recorded_at`
