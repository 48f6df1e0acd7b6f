/**
 * `GET /$screening-out?from=&until=`: what each rule of matching did in these days, in all and by area, band of age, condition, and how deprived and rural the place is: how often it spoke for or
 * against a listing, excluded one, or was overruled. The operator gets the counts of any days; a commissioner one quarter that has ended, under the
 * small-number rule. Features C-21, E4; HAZ-C01
 */
import type { FastifyPluginAsync } from 'fastify'
import { INDEX_OF } from '@platform/nhs/place-groups'
import type { Dependencies } from '../../dependencies.ts'
import { exactly, isEndedQuarter, published } from '../../domain/matching/screening-out.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { periodIn, type AskedPeriod } from './period.ts'

/** Why nothing is told by it, and what mends it. The hub comes with no table: the lookups from postcodes to areas are others' data. */
const NOT_COUNTED = {
  facet: 'deprivation',
  because:
    'No table that leads from a postcode to an index of deprivation is loaded: whoever runs the hub loads one by "npm run admin -- places import".',
}

export const screeningOut: FastifyPluginAsync<Dependencies> = async (app, { ruleEffects, places, clock }) => {
  app.get<{ Querystring: AskedPeriod }>('/$screening-out', async ({ query, caller }, reply) => {
    if (caller.role !== 'commissioner' && caller.role !== 'admin') throw refuse.FLOW_NOT_YOURS()
    const { from, until } = periodIn(query)
    const isOperator = caller.role === 'admin'
    if (!isOperator && !isEndedQuarter(from, until, clock.now().toISOString().slice(0, 10))) throw refuse.QUARTER_WANTED()
    await ruleEffects.write()
    const [effects, tables] = await Promise.all([ruleEffects.between(from, until), places.tables()])
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
    // The tables as they are now: each count was made with those of its day.
    const countedBy = tables.map(({ nation, name, edition, licence }) => ({
      name: 'places',
      part: [
        { name: 'nation', valueCode: nation },
        { name: 'index', valueCode: INDEX_OF[nation] },
        { name: 'name', valueString: name },
        { name: 'edition', valueString: edition },
        { name: 'licence', valueString: licence },
      ],
    }))
    const about = tables.length === 0 ? [notCounted] : countedBy
    const parameter = [{ name: 'period', valuePeriod: { start: from, end: until } }, ...told, ...about]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
