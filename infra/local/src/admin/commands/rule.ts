/** `npm run admin -- rule`: what alert rules say, and who has approved them. A rule that nobody approved is silent outside a demonstration. */
import { ruleApprovalsIn } from '@services/alerts/store/rule-approvals'
import { loadAlertRules } from '@services/alerts/store/rules'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped } from '../options.ts'

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

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['by', 'review', 'on'])
  const [action = 'list', id, ...more] = words
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if ((action !== 'list' && action !== 'approve') || more.length > 0 || (action === 'list') !== (id === undefined))
    throw new CannotStart('Say "list", or "approve" with the id of one rule; --help says more.')
  await using hub = await openHubDatabase('admin')
  const approvals = ruleApprovalsIn(hub.database, { demo: false })
  const rules = await loadAlertRules()
  if (action === 'approve') {
    const rule = rules.find((each) => each.id === id)
    if (rule === undefined) throw new CannotStart(`There is no rule "${id ?? ''}": "npm run admin -- rule list" names them.`)
    const { by, review, on = new Date().toISOString().slice(0, 10) } = options
    if (by === undefined || by.trim() === '') throw new CannotStart('Say with --by who approves: name and role.')
    if (review === undefined || !isDate(review) || !isDate(on) || review <= on)
      throw new CannotStart('Say with --review when the words are looked at again, as YYYY-MM-DD and later than the approval.')
    await approvals.approve({ rule, by: by.trim(), on, reviewBy: review, at: new Date() })
  }
  const approved = await approvals.of(rules)
  for (const rule of rules) {
    const approval = approved(rule)
    const said = approval === undefined || approval === 'demonstration' ? { state: 'draft' } : { state: 'approved', ...approval }
    process.stdout.write(
      `${JSON.stringify({ rule: rule.id, title: rule.title, lines: rule.lines.length, author: rule.author, ...said })}\n`,
    )
  }
  return 0
}

const isDate = (text: string): boolean => DATE.test(text) && !Number.isNaN(Date.parse(text))
