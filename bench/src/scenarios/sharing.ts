/** Links: many readers open manifests of links that were given out before, each opening audited before it is answered. */
import type { Parameters } from '@medplum/fhirtypes'
import { requestBytes } from '../http-connection.ts'
import { inTurn } from '../load.ts'
import type { Scenario } from '../scenario.ts'
import { measured } from '../statistics.ts'
import type { Ceilings, Town } from '../world.ts'

/** What the scenario works on: a town, and a token of its operator, who gives out links in the name of the readers. */
export interface SharingBench extends Pick<Town, 'hub' | 'readers' | 'load' | 'settle'> {
  readonly adminToken: string
}

/** A link takes 60 openings a minute; so many links take whatever a round asks of them. */
const LINKS = 300
const AT_ONCE = 8

/** Gives out the links, then measures their openings beside a bare handler that reads one row by key. */
export async function sharingScenarios(bench: SharingBench & Pick<Ceilings, 'ceiling'>): Promise<Scenario[]> {
  const { load, ceiling, settle, readers } = bench
  const sharing = readers.slice(0, LINKS)
  const paths: string[] = []
  for (let from = 0; from < sharing.length; from += AT_ONCE)
    paths.push(...(await Promise.all(sharing.slice(from, from + AT_ONCE).map(({ id }) => manifestPath(bench, id)))))
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ recipient: 'A reader' })
  const ours = inTurn(paths.map((path) => requestBytes({ method: 'POST', path, headers, body })))
  const bare = inTurn(sharing.flatMap(({ sessionIds }) => sessionIds.slice(0, 1)).map((id) => requestBytes({ method: 'GET', path: `/read/${id}` }))) // prettier-ignore
  return [
    {
      name: 'shl-manifest-16',
      unit: 'requests/s',
      concurrency: 16,
      ours: async (forMs) => measured(await load.run(ours, 16, { forMs })),
      ceiling: async (forMs) => measured(await ceiling.run(bare, 16, { forMs })),
      settle,
    },
  ]
}

/** A link to somebody's therapies, whose content was encrypted when it was made. */
async function manifestPath({ hub, adminToken }: SharingBench, patient: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${String(hub.port)}/fhir/Patient/${patient}/$share-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'section', valueCode: 'therapies' }] }),
  })
  if (answer.status !== 200) throw new Error(`A link was refused with ${String(answer.status)}.`)
  const { parameter = [] } = (await answer.json()) as Parameters
  const link = parameter.find(({ name }) => name === 'link')?.valueUri ?? ''
  const { url } = JSON.parse(Buffer.from(link.split('shlink:/')[1] ?? '', 'base64url').toString('utf8')) as { url: string }
  return new URL(url).pathname
}
