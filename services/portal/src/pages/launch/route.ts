/**
 * Opened from a local record, on the patient who is open there. The launch brings which patient is meant; who asks is who signs in here, and
 * the record answers them alone. Nothing of the patient stands in an address. Row K1; hazards HAZ-E20, HAZ-E21; decision 300.
 */
import type { Organization, Patient } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { launches, type LaunchAtHand } from '../../session/launches.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { byNumber } from '../people/find.ts'

export const launch: FastifyPluginAsync<PageDependencies> = async (app, { localRecords, record, seal, secure, newId }) => {
  const { keepDeparture, departure, keepArrival, arrival, forget } = launches(seal, secure)
  app.addHook('onClose', () => localRecords.close())

  app.get('/launch', async ({ query }, reply) => {
    const { address, kept } = await localRecords.depart(textIn(query, 'iss'), textIn(query, 'launch'))
    await keepDeparture(reply, kept)
    return reply.redirect(address, 303)
  })

  app.get('/launch/arrived', async (request, reply) => {
    const kept = await departure(request)
    if (kept === undefined) throw refuse.LAUNCH_EXPIRED()
    const launched = await localRecords.arrive(new URLSearchParams(request.url.split('?')[1] ?? ''), kept)
    await keepArrival(reply, { ...launched, name: newId() })
    request.log.info({ event: 'portal.launched', from: kept.iss })
    return reply.redirect('/launch/person', 303)
  })

  app.get('/launch/person', async (request, reply) => {
    const { session, launched } = await atHand(request)
    if (!(await isOfTheirs(session, launched))) return elsewhere(reply, session, launched)
    return reply.page('launch/view', { title: reply.words.launch.title, launched })
  })

  // A form, so that nobody is looked for by a link that somebody else made.
  app.post('/launch/person', async (request, reply) => {
    const { session, launched } = await atHand(request)
    if (textIn(request.body, 'launch') !== launched.name) throw refuse.LAUNCH_EXPIRED()
    if (!(await isOfTheirs(session, launched))) return elsewhere(reply, session, launched)
    const { criteria, fits } = byNumber(launched.nhsNumber, launched.bornOn)
    const [only, ...others] = (await record(session.token).find<Patient>('Patient', criteria)).all.filter(fits)
    if (only === undefined || others.length > 0)
      return reply.page('launch/nobody', { title: reply.words.launch.nobody, launched, several: others.length > 0 })
    forget(reply)
    return reply.redirect(`/people/${only.id ?? ''}`, 303)
  })

  /** @throws NOT_SIGNED_IN, LAUNCH_EXPIRED */
  async function atHand(request: FastifyRequest): Promise<{ session: Session; launched: LaunchAtHand }> {
    const session = signedIn(request)
    const launched = await arrival(request)
    if (launched === undefined) throw refuse.LAUNCH_EXPIRED()
    return { session, launched }
  }

  /** Whether who is signed in gives care for the organisation whose local record this is. */
  async function isOfTheirs(session: Session, { organization }: LaunchAtHand): Promise<boolean> {
    if (!givesCare(session) || session.organization === undefined) return false
    const { all } = await record(session.token).find<Organization>('Organization', { identifier: organization })
    return all.length === 1 && session.organization === `Organization/${all[0]?.id ?? ''}`
  }

  const elsewhere = (reply: FastifyReply, session: Session, { from }: LaunchAtHand): FastifyReply =>
    reply.code(403).page('launch/elsewhere', { title: reply.words.launch.elsewhere, from, session })
}
