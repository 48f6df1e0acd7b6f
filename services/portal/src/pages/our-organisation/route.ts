/** Four things that whoever administers an organisation sets up, and how each stands. Row I2, design page "The first ten minutes". */
import type { HealthcareService, Organization } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { isStale } from '../../knowledge/listing.ts'
import { codeIn } from '../../knowledge/reading.ts'
import { signedIn } from '../../session/sessions.ts'
import { administrator } from '../team/administrator.ts'

export const ourOrganisation: FastifyPluginAsync<PageDependencies> = async (app, { record, issuer, clock }) => {
  app.get('/our-organisation', async (request, reply) => {
    const { token, organization } = administrator(signedIn(request))
    if (organization === undefined) throw refuse.NOT_ALLOWED()
    const mine = record(token)
    const [{ all: services }, resolved, colleagues] = await Promise.all([
      mine.findAll<HealthcareService>('HealthcareService', { organization }),
      mine.resolve([organization]),
      issuer.colleagues(token),
    ])
    const known = resolved.get(organization) as Organization | undefined
    const inUse = services.filter(({ active }) => active !== false)
    const now = clock.now()
    return reply.page('our-organisation/view', {
      title: reply.words.ourOrganisation.title,
      organisation: known?.name,
      listed: inUse.length,
      confirmed: inUse.filter((one) => !isStale(one, now)).length,
      colleagues,
      grade: codeIn(known, 'grade'),
    })
  })
}
