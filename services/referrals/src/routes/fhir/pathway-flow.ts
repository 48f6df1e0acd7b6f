/**
 * `GET /$pathway-flow?from=&until=`: how referrals of a time really went, laid over the stages of the pathway. For commissioners, who are given counts of
 * steps and nothing of persons, and for the operator. Small numbers are shown as they are: whoever publishes them hides them first.
 */
import type { Parameters, ParametersParameter, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { flowOf, type Flow } from '../../domain/flow/flow.ts'
import { needIdOf } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { periodIn, type AskedPeriod } from './period.ts'

export const pathwayFlow: FastifyPluginAsync<Dependencies> = async (app, { record, directory, stages, pathway }) => {
  app.get<{ Querystring: AskedPeriod }>('/$pathway-flow', async ({ query, caller }, reply) => {
    if (caller.role !== 'commissioner' && caller.role !== 'admin') throw refuse.FLOW_NOT_YOURS()
    const { from, until } = periodIn(query)
    // With the hub's own token: a commissioner sees no referral, and is given none.
    const requests = await record.search<ServiceRequest | Task>('ServiceRequest', {
      category: [...pathway.categories].join(','),
      authored: `ge${from}`,
      _revinclude: 'Task:based-on',
    })
    const tasks = Map.groupBy(
      requests.filter((one) => one.resourceType === 'Task'),
      (task) => needIdOf(task) ?? '',
    )
    const needs = requests
      .filter((one) => one.resourceType === 'ServiceRequest')
      .filter(({ authoredOn = '' }) => authoredOn.slice(0, 10) <= until)
      .map((request) => ({ request, tasks: tasks.get(request.id ?? '') ?? [] }))
    return sendResource(reply, toParameters(flowOf(needs, stages, directory), { from, until }))
  })
}

function toParameters(flow: Flow, { from, until }: { from: string; until: string }): Parameters {
  const link = (name: string, parts: Readonly<Record<string, string | number>>): ParametersParameter => ({
    name,
    part: Object.entries(parts).map(([part, value]) =>
      typeof value === 'number' ? { name: part, valueUnsignedInt: value } : { name: part, valueCode: value },
    ),
  })
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'period', valuePeriod: { start: from, end: until } },
      { name: 'needs', valueUnsignedInt: flow.needs },
      { name: 'ended', valueUnsignedInt: flow.ended },
      ...flow.links.map((one) => link('link', { ...one })),
      ...flow.missing.map((one) => link('missing', { ...one })),
    ],
  }
}
