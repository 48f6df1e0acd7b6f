/** Hospital alerts: who is in hospital, what to know, and "I have it". */
import type { Bundle, Resource } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Criteria, PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Words } from '../../words/words.ts'
import { showAlerts, sourcesIn, takenOf, type AlertShown, type Taken } from './alerts.ts'

/**
 * The open alerts that the reader may see, in the order of the board: what waits for the reader's own organisation first. `Task/$hospital-board`.
 *
 * @param wishes `ward` and `waiting`, as the operation takes them
 */
export async function loadAlerts(
  record: PersonalRecord,
  { organization }: Session,
  words: Words,
  now: Date,
  wishes: Criteria = {},
): Promise<readonly AlertShown[]> {
  const { entry = [] } = await record.ask<Bundle>('Task', '$hospital-board', wishes)
  const found = entry.flatMap(({ resource }) => resource ?? [])
  const lines = entry.flatMap(({ resource, search }) => (resource?.resourceType === 'Task' && search?.mode === 'match' ? [resource] : []))
  const tasks = found.filter((resource) => resource.resourceType === 'Task')
  const brought = new Map<string, Resource>(found.map((resource) => [`${resource.resourceType}/${resource.id ?? ''}`, resource]))
  const missing = await record.resolve(sourcesIn(lines).filter((reference) => !brought.has(reference)))
  return showAlerts(lines, tasks, organization, new Map([...brought, ...missing]), words, now)
}

/** What the board is narrowed to; anything else in an address or a form is passed over. */
export function wishesIn(given: unknown): Criteria {
  const [ward, waiting] = [textIn(given, 'ward').slice(0, 50), textIn(given, 'waiting')]
  return { ...(ward === '' ? {} : { ward }), ...(waiting === 'own' || waiting === 'any' ? { waiting } : {}) }
}

/** What was acknowledged just now, for the page that follows. @param id of the answer, as an address may say it */
export async function loadTaken(record: PersonalRecord, id: string, { organization }: Session, words: Words): Promise<Taken | undefined> {
  if (id === '') return undefined
  const answer = (await record.resolve([`Task/${id}`])).get(`Task/${id}`)
  if (answer?.resourceType !== 'Task') return undefined
  return takenOf(answer, organization, await record.resolve([answer.for?.reference]), words)
}

interface OneAlert {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

export const alerts: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<OneAlert>('/alerts', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    const list = await loadAlerts(record(session.token), session, reply.words, clock.now())
    const done = request.query.done === 'acknowledged' ? reply.words.alerts.done : undefined
    return reply.page('alerts/view', { title: reply.words.alerts.title, alerts: list, done })
  })

  app.post<OneAlert>('/alerts/:id/acknowledge', async (request, reply) => {
    const session = signedIn(request)
    const parameter = session.fhirUser === undefined ? [] : [{ name: 'by', valueReference: { reference: session.fhirUser } }]
    await record(session.token).operate(`Task/${request.params.id}`, '$acknowledge', { resourceType: 'Parameters', parameter })
    if (textIn(request.body, 'from') !== 'board') return reply.redirect('/alerts?done=acknowledged', 303)
    return reply.redirect(`/board?${new URLSearchParams({ ...wishesIn(request.body), taken: request.params.id }).toString()}`, 303)
  })
}
