/** One's own listings in the directory: still true, in one tap. Feature D5. */
import type { HealthcareService } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { confirmedOnOf, isStale, stoppedSourcesOf } from '../../knowledge/listing.ts'
import { ours, wordsOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'

interface Listing {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

export const listing: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<Listing>('/listing', async (request, reply) => {
    const session = lister(signedIn(request))
    const { all } = await record(session.token).findAll<HealthcareService>('HealthcareService', { organization: session.organization })
    const now = clock.now()
    return reply.page('listing/view', {
      title: reply.words.listing.title,
      done: request.query.done === 'confirmed' ? reply.words.listing.done : undefined,
      services: all.map((one) => ({
        id: one.id,
        version: one.meta?.versionId,
        name: one.name,
        active: one.active !== false,
        kinds: (one.type ?? []).map(wordsOf),
        says: [one.comment, one.extraDetails].filter((words) => words !== undefined),
        phones: (one.telecom ?? []).map(({ value }) => value),
        confirmedOn: confirmedOnOf(one),
        stale: isStale(one, now),
        stopped: stoppedSourcesOf(one),
      })),
    })
  })

  app.post<Listing>('/listing/:id/confirm', async (request, reply) => {
    const session = lister(signedIn(request))
    const mine = record(session.token)
    const service = await mine.read<HealthcareService>('HealthcareService', request.params.id)
    if (service.providedBy?.reference !== session.organization) throw refuse.NOT_FOUND()
    const confirmed = {
      url: ours('service-confirmed'),
      extension: [
        { url: 'on', valueDate: dayOf(clock.now()) },
        { url: 'by', valueString: session.name },
      ],
    }
    const extension = [...(service.extension ?? []).filter(({ url }) => url !== confirmed.url), confirmed]
    await mine.patch(`HealthcareService/${service.id ?? ''}`, textIn(request.body, 'version'), { extension })
    return reply.redirect('/listing?done=confirmed', 303)
  })
}

/** @throws NOT_ALLOWED to whoever acts for no organisation */
function lister(session: Session): Session & { readonly organization: string } {
  if (!givesCare(session) || session.organization === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, organization: session.organization }
}
