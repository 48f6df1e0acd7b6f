/** `POST /ServiceRequest/:id/$withdraw`: the request is taken back, and nobody need do anything more. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { withdrawNeed } from '../../domain/answers/withdraw-need.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

export const serviceRequestWithdraw: FastifyPluginAsync<Dependencies> = async (app, { needs, record }) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$withdraw', async ({ params, body, caller }, reply) => {
    const { reason } = complete({ reason: readParameters(body, ['reason']).words('reason') })
    const need = await needs.decide(params.id, caller, (whole, { at }) => withdrawNeed(whole, { reason }, at))
    const asStored = await record.as({ get: async () => caller.token }).read<ServiceRequest>(`ServiceRequest/${params.id}`)
    return sendResource(reply, asStored ?? need.request)
  })
}
