/** `npm run admin -- rule`: what alert rules say, and who has approved them. A rule that nobody approved is silent outside a demonstration. */
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import { lengthening } from '@services/alerts/domain/ladder'
import { ruleApprovalsIn } from '@services/alerts/store/rule-approvals'
import { loadAlertRules } from '@services/alerts/store/rules'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readApproval } from '../approval.ts'

export const name = 'rule'

export const summary = 'List the alert rules with their approval, or write down that a clinical lead approved one: list | approve ID'

const HELP = `npm run admin -- rule [list | approve ID --by "NAME, ROLE" --review DATE [--on DATE]]

  list             one line for each rule: id, approved or draft, by whom, until when (the default)
  approve ID       writes down that a named clinical lead has read this rule as it stands and agrees to its words

  --by TEXT        name and role of the clinical lead
  --review DATE    when the words are to be looked at again, YYYY-MM-DD
  --on DATE        when they agreed (today)

An approval is of the words as they are in fhir-profiles/rules now: a changed rule wants another one. A running hub takes it up with the next alert.
`

/** Of a rule that would take a step of the ladder later than the pathway: whoever approves it is to know. HAZ-A102 */
const NOT_LENGTHENED = { ladder: 'not lengthened: a later step has no effect' }

const REVIEW_PASSED = { review: 'passed: it still speaks, and says so' }

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const asked = readApproval(name, typed, 'rule')
  if (asked.action === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  await using hub = await openHubDatabase('admin')
  const approvals = ruleApprovalsIn(hub.database, { demo: false })
  const rules = await loadAlertRules()
  if (asked.action === 'approve') {
    const rule = rules.find((each) => each.id === asked.id)
    if (rule === undefined) throw new CannotStart(`There is no rule "${asked.id}": "npm run admin -- rule list" names them.`)
    await approvals.approve({ rule, ...asked.approval() })
  }
  const approved = await approvals.of(rules)
  const longer = new Set(lengthening((await loadPathway()).alerts.ladder, rules))
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())
  for (const rule of rules) {
    const approval = approved(rule)
    const isDraft = approval === undefined || approval === 'demonstration'
    const said = isDraft
      ? { state: 'draft' }
      : { state: 'approved', ...approval, ...((approval.reviewBy ?? today) < today ? REVIEW_PASSED : {}) }
    process.stdout.write(
      `${JSON.stringify({ rule: rule.id, title: rule.title, lines: rule.lines.length, author: rule.author, ...(longer.has(rule) ? NOT_LENGTHENED : {}), ...said })}\n`,
    )
  }
  return 0
}
