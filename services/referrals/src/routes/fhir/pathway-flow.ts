/**
 * `GET /$pathway-flow?from=&until=`: how the referrals of a time really went, laid over the stages of the pathway. The operator gets the counts of any days as
 * they are; a commissioner one quarter that has been over for four weeks, as it was published. Features E4, E5; HAZ-C01
 */
import type { Parameters, ParametersParameter, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { flowOf, type Flow } from '../../domain/flow/flow.ts'
import { isSettledQuarter, publishedFlow, quarterOf } from '../../domain/flow/published-flow.ts'
import { isEndedQuarter } from '../../domain/matching/screening-out.ts'
import { needIdOf } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import type { KeptFlow } from '../../store/published-flows.ts'
import { sendResource } from './answer.ts'
import { periodIn, type AskedPeriod } from './period.ts'

interface Period {
  readonly from: string
  readonly until: string
}

export const pathwayFlow: FastifyPluginAsync<Dependencies> = async (app, dependencies) => {
  const { clock, publishedFlows, stages } = dependencies
  app.get<{ Querystring: AskedPeriod }>('/$pathway-flow', async ({ query, caller }, reply) => {
    if (caller.role !== 'commissioner' && caller.role !== 'admin') throw refuse.FLOW_NOT_YOURS()
    const period = periodIn(query)
    if (caller.role === 'admin') return sendResource(reply, toExact(await counted(period, dependencies), period))
    const now = clock.now()
    if (!isEndedQuarter(period.from, period.until, now.toISOString().slice(0, 10))) throw refuse.QUARTER_WANTED()
    if (!isSettledQuarter(period.from, period.until, now)) throw refuse.FLOW_NOT_SETTLED()
    const count = async () => publishedFlow(await counted(period, dependencies), stages)
    return sendResource(reply, toPublished(await publishedFlows.ofQuarter(quarterOf(period.from), now, count), period))
  })
}

async function counted({ from, until }: Period, { record, directory, stages, pathway }: Dependencies): Promise<Flow> {
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
    .filter(({ status, authoredOn }) => !UNSENT.has(status) && dayOf(authoredOn) <= until)
    .map((request) => ({ request, tasks: tasks.get(request.id ?? '') ?? [] }))
  return flowOf(needs, stages, directory)
}

/** Never asked of anybody: being written, discarded, or withdrawn as a mistake. */
const UNSENT: ReadonlySet<string | undefined> = new Set(['draft', 'entered-in-error'])

/** The day by which the record finds it, which is that in UTC: one that began at midnight by a summer clock must not be in no quarter. */
const dayOf = (authoredOn = ''): string => (authoredOn.includes('T') ? new Date(authoredOn).toISOString() : authoredOn).slice(0, 10)

const toExact = (flow: Flow, period: Period): Parameters =>
  toParameters(period, [
    { name: 'needs', valueUnsignedInt: flow.needs },
    { name: 'ended', valueUnsignedInt: flow.ended },
    ...flow.links.map(({ from, to, sector, steps, refused }) => line('link', { from, to, sector, steps, refused })),
    ...flow.missing.map((one) => line('missing', { ...one })),
  ])

const toPublished = ({ flow, publishedAt }: KeptFlow, period: Period): Parameters =>
  toParameters(period, [
    { name: 'publishedAt', valueInstant: publishedAt.toISOString() },
    ...flow.stages.map(({ id, title }) => ({
      name: 'stage',
      part: [
        { name: 'code', valueCode: id },
        { name: 'title', valueString: title },
      ],
    })),
    // Absent where it is hidden.
    ...(flow.needs === undefined ? [] : [{ name: 'needs', valueUnsignedInt: flow.needs }]),
    ...flow.links.map(({ from, to, sector, steps }) =>
      line('link', { from, to, sector, ...(steps === undefined ? { hidden: true } : { steps }) }),
    ),
    ...flow.missing.map((one) => line('missing', { ...one })),
  ])

const toParameters = ({ from, until }: Period, parameter: readonly ParametersParameter[]): Parameters => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'period', valuePeriod: { start: from, end: until } }, ...parameter],
})

const line = (name: string, parts: Readonly<Record<string, string | number | true>>): ParametersParameter => ({
  name,
  part: Object.entries(parts).map(([part, value]) =>
    value === true
      ? { name: part, valueBoolean: true }
      : typeof value === 'number'
        ? { name: part, valueUnsignedInt: value }
        : { name: part, valueCode: value },
  ),
})
