/**
 * `GET /$screening-out?from=&until=`: what each rule of matching did in these days, by area: how often it spoke for or against a listing, excluded one, or
 * was overruled. For commissioners and the operator. Counts of listings that were compared, and nothing of persons. Features C-21, E4
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { periodIn, type AskedPeriod } from './period.ts'

export const screeningOut: FastifyPluginAsync<Dependencies> = async (app, { ruleEffects }) => {
  app.get<{ Querystring: AskedPeriod }>('/$screening-out', async ({ query, caller }, reply) => {
    if (caller.role !== 'commissioner' && caller.role !== 'admin') throw refuse.FLOW_NOT_YOURS()
    const { from, until } = periodIn(query)
    await ruleEffects.write()
    const effects = (await ruleEffects.between(from, until)).map(({ rule, effect, area, times }) => ({
      name: 'effect',
      part: [
        { name: 'rule', valueCode: rule },
        { name: 'effect', valueCode: effect },
        // Absent: whoever asked gave no position or postcode.
        ...(area === '' ? [] : [{ name: 'area', valueString: area }]),
        { name: 'times', valueDecimal: times },
      ],
    }))
    const parameter = [{ name: 'period', valuePeriod: { start: from, end: until } }, ...effects]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
