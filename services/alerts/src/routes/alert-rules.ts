/**
 * `GET /operator/alert-rules`: which rules may speak, who approved them, and which would lengthen the ladder and do not. Nothing here is about a person. HAZ-A13
 */
import type { FastifyPluginAsync } from 'fastify'
import type { AlertRule } from '../domain/alert-lines.ts'
import { lengthening, type LadderStep } from '../domain/ladder.ts'
import { refuse } from '../errors.ts'
import type { RuleApprovals } from '../store/rule-approvals.ts'

/** What it shows. */
export interface AlertRulesDependencies {
  readonly rules: readonly AlertRule[]
  readonly approvals: Pick<RuleApprovals, 'of'>
  readonly pathway: { readonly alerts: { readonly ladder: readonly LadderStep[] } }
}

export const alertRules: FastifyPluginAsync<AlertRulesDependencies> = async (app, { rules, approvals, pathway }) => {
  const longer = new Set(lengthening(pathway.alerts.ladder, rules))
  app.get('/operator/alert-rules', async ({ caller }, reply) => {
    if (caller.role !== 'admin') throw refuse.OPERATOR_ONLY()
    const approved = await approvals.of(rules)
    const all = rules.map((rule) => {
      const approval = approved(rule)
      const by = approval === undefined || approval === 'demonstration' ? {} : { approval }
      return {
        rule: rule.id,
        title: rule.title,
        speaks: approval !== undefined,
        ...by,
        ...(longer.has(rule) ? { ladder: 'not-lengthened' } : {}),
      }
    })
    return reply.header('cache-control', 'no-store').send({ rules: all })
  })
}
