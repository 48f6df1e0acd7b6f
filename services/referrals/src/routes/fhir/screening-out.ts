/**
 * `GET /$screening-out?from=&until=`: what each rule of matching did in these days, in all and by area, band of age and condition: how often it spoke for or
 * against a listing, excluded one, or was overruled. The operator gets the counts of any days; a commissioner one quarter that has ended, under the
 * small-number rule. Features C-21, E4; HAZ-C01
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { exactly, isEndedQuarter, published } from '../../domain/matching/screening-out.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { periodIn, type AskedPeriod } from './period.ts'

/** Why nothing is told by it. The English and Welsh indices are open and the lookup from postcodes to their areas is licensed data that no hub comes with. */
const NOT_COUNTED = { facet: 'deprivation', because: 'No table that leads from a postcode to an index of deprivation is loaded.' }

export const screeningOut: FastifyPluginAsync<Dependencies> = async (app, { ruleEffects, clock }) => {
  app.get<{ Querystring: AskedPeriod }>('/$screening-out', async ({ query, caller }, reply) => {
    if (caller.role !== 'commissioner' && caller.role !== 'admin') throw refuse.FLOW_NOT_YOURS()
    const { from, until } = periodIn(query)
    const isOperator = caller.role === 'admin'
    if (!isOperator && !isEndedQuarter(from, until, clock.now().toISOString().slice(0, 10))) throw refuse.QUARTER_WANTED()
    await ruleEffects.write()
    const effects = await ruleEffects.between(from, until)
    const told = (isOperator ? exactly(effects) : published(effects)).map(({ rule, effect, group, times }) => ({
      name: 'effect',
      part: [
        { name: 'rule', valueCode: rule },
        { name: 'effect', valueCode: effect },
        // Absent: of everything.
        ...(group === undefined ? [] : [{ name: group.facet, valueString: group.value }]),
        ...(times === undefined ? [{ name: 'hidden', valueBoolean: true }] : [{ name: 'times', valueDecimal: times }]),
      ],
    }))
    const notCounted = {
      name: 'notCounted',
      part: [
        { name: 'by', valueCode: NOT_COUNTED.facet },
        { name: 'because', valueString: NOT_COUNTED.because },
      ],
    }
    const parameter = [{ name: 'period', valuePeriod: { start: from, end: until } }, ...told, notCounted]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
