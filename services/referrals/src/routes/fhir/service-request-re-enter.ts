/** `POST /ServiceRequest/:id/$re-enter`: a need that was met comes back, with everything that is known of it. One tap, once. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { reEnter } from '../../domain/answers/re-enter.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { readParameters } from './parameters.ts'

export const serviceRequestReEnter: FastifyPluginAsync<Dependencies> = async (app, { needs, record }) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$re-enter', async ({ params, body, caller }, reply) => {
    const words = readParameters(body, ['words']).string('words')
    const by = caller.organization ?? (caller.patient === undefined ? undefined : `Patient/${caller.patient}`)
    const { need, circumstances } = await needs.read(params.id, caller)
    if (isSubsetted(need.request)) throw refuse.REFERRAL_IN_PART()
    const given = { ...(words === undefined ? {} : { words }), ...(by === undefined ? {} : { by }) }
    const own = record.as({ get: async () => caller.token })
    const reference = await own.create(reEnter(need, given, circumstances))
    return sendResource(reply.code(201), await own.read<ServiceRequest>(reference))
  })
}
