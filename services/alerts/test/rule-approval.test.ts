/** Outside a demonstration a rule speaks once a named clinical lead has approved exactly its words. HAZ-A13 */
import type { PlanDefinition } from '@medplum/fhirtypes'
import t from 'tap'
import { openDatabase } from '@platform/service/database'
import { testDatabase } from '@platform/testing/database'
import { toAlertRule } from '../src/domain/alert-rule.ts'
import { ruleApprovalsIn } from '../src/store/rule-approvals.ts'
import { NIGHT, testHospital } from './a-hospital.ts'

const aRule = (text: string, given: Partial<PlanDefinition> = {}) =>
  toAlertRule({
    resourceType: 'PlanDefinition',
    id: 'alert-example',
    status: 'draft',
    action: [{ title: 'Call', dynamicValue: [{ path: 'text', expression: { language: 'text/fhirpath', expression: `'${text}'` } }] }],
    ...given,
  })
const SIGNED: Partial<PlanDefinition> = { status: 'active', endorser: [{ name: 'Dr Example' }], approvalDate: '2026-11-01' }
const LEAD = { by: 'Dr Example, clinical lead', on: '2026-11-01', reviewBy: '2027-11-01', at: NIGHT }

t.test(
  'HAZ-A13: a file that says of itself that it was approved is silent until it was, and again once its words are others',
  async (t) => {
    const { url } = await testDatabase(t)
    await using database = await openDatabase(url, { name: 'test' })
    const approvals = ruleApprovalsIn(database, { demo: false })
    const [rule, edited] = [aRule('Call the centre.', SIGNED), aRule('Call nobody.', SIGNED)]
    const silent = async () => (await approvals.missing([rule, edited])).map(({ wording }) => wording)
    t.strictSame(await silent(), [rule.wording, edited.wording])
    t.equal((await approvals.of([rule]))(rule), undefined)

    await approvals.approve({ rule, ...LEAD })
    t.strictSame(await silent(), [edited.wording])
    t.match((await approvals.of([rule]))(rule), { by: 'Dr Example, clinical lead' })
    t.equal((await approvals.of([edited]))(edited), undefined)
    t.equal((await ruleApprovalsIn(database, { demo: true }).of([edited]))(edited), 'demonstration')
  },
)

t.test('HAZ-A13: the operator sees which rules are silent and who approved the others, and nobody else does', async (t) => {
  const hospital = await testHospital(t, { registered: false, approved: false })
  const { rules, approvals } = hospital.dependencies
  const [rule] = rules
  if (rule === undefined) throw new Error('There is no rule.')
  await approvals.approve({ rule, ...LEAD })
  const ask = async (role: string) =>
    hospital.app.inject({ url: '/operator/alert-rules', headers: { authorization: await hospital.bearer('operator', role) } })
  t.equal((await ask('professional')).statusCode, 403)
  const { rules: shown } = (await ask('admin')).json<{ rules: { rule: string; speaks: boolean; approval?: object }[] }>()
  t.equal(shown.length, rules.length)
  t.match(shown[0], { rule: rule.id, speaks: true, approval: { by: LEAD.by, on: LEAD.on, reviewBy: LEAD.reviewBy } })
  t.ok(shown.slice(1).every(({ speaks, approval }) => !speaks && approval === undefined))
})
