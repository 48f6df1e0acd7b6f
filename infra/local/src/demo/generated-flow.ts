/** The flow over the pathway of a demonstration, published as a hub would have published it: of people who do not exist, too many for the record. */
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import type { Database } from '@platform/service/database'
import { missingIn, type FlowLink } from '@services/referrals/domain/flow/flow'
import { publishedFlow } from '@services/referrals/domain/flow/published-flow'
import { publishedFlowsIn } from '@services/referrals/store/published-flows'

/** Each quarter of the figures, with the day on which it was published. */
const QUARTERS = [
  ['2026-Q1', '2026-04-29'],
  ['2026-Q2', '2026-07-29'],
  ['2026-Q3', '2026-10-29'],
] as const

/** From, to, sector, people; each of them went once, in the last quarter a few more than in the first. */
const LINKS: readonly (readonly [from: string, to: string, sector: string, people: number])[] = [
  ['outside', 'access', 'nhs', 164],
  ['access', 'specialist', 'nhs', 58],
  ['access', 'mind', 'nhs', 23],
  ['access', 'community', 'nhs', 71],
  ['specialist', 'access', 'nhs', 17],
  ['community', 'access', 'third-sector', 26],
  ['community', 'access', 'leisure', 4],
  ['community', 'specialist', 'third-sector', 3],
  ['mind', 'community', 'nhs', 9],
]

/** Publishes what is not published yet. */
export async function fillFlow(database: Database): Promise<void> {
  const { stages } = (await loadPathway()).referrals
  const published = publishedFlowsIn(database)
  for (const [nth, [quarter, day]] of QUARTERS.entries()) {
    const links = LINKS.map(([from, to, sector, some]): FlowLink => {
      const people = some < 8 ? some : some + nth * 6
      return { from, to, sector, people, steps: people, refused: 0 }
    })
    const needs = 212 + nth * 20
    const flow = { needs, people: needs, ended: 0, links, missing: missingIn(links, stages) }
    await published.ofQuarter(quarter, new Date(`${day}T06:00:00Z`), async () => publishedFlow(flow, stages))
  }
}
