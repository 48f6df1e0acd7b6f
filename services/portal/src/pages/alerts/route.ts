/** Hospital alerts: who is in hospital, what to know, and "I have it". */
import type { Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { codes, OPEN_STATUSES } from '../../knowledge/reading.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Words } from '../../words/words.ts'
import { referencesIn, showAlerts, type AlertShown } from './alerts.ts'

const KINDS = ['hospital-alert', 'alert-answer'].map((code) => `${codes('task-kind')}|${code}`).join(',')

/** The open alerts that the reader may see, unacknowledged first. */
export async function loadAlerts(
  record: PersonalRecord,
  { organization }: Session,
  words: Words,
  now: Date,
): Promise<readonly AlertShown[]> {
  const { all } = await record.find<Task>('Task', { code: KINDS, status: `${OPEN_STATUSES},completed` })
  const open = new Set(OPEN_STATUSES.split(','))
  const current = all.filter((task) => open.has(task.status) || task.partOf !== undefined)
  return showAlerts(current, organization, await record.resolve(referencesIn(current)), words, now)
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
    return reply.redirect(textIn(request.body, 'from') === 'board' ? '/board' : '/alerts?done=acknowledged', 303)
  })
}
