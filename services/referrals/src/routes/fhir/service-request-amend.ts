/** `POST /ServiceRequest/:id/$amend`: the request changes while it is open, as a new version with its reason. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { amendNeed } from '../../domain/answers/amend-need.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

export const serviceRequestAmend: FastifyPluginAsync<Dependencies> = async (app, { needs, record }) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$amend', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['request', 'reason'])
    const { request, reason } = complete({ request: given.resourceOrReference('request'), reason: given.words('reason') })
    if (typeof request === 'string' || request.resourceType !== 'ServiceRequest') {
      throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'request')" })
    }
    const need = await needs.decide(params.id, caller, (whole, { at }) => amendNeed(whole, { amended: request, reason }, at))
    const asStored = await record.as({ get: async () => caller.token }).read<ServiceRequest>(`ServiceRequest/${params.id}`)
    return sendResource(reply, asStored ?? need.request)
  })
}
