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
    // The record's policy lets a carer take back what they asked for in the person's name, and write no step. Decision 380
    const leavesSteps = caller.role === 'carer'
    const need = await needs.decide(params.id, caller, (whole, { at }) => withdrawNeed(whole, { reason, leavesSteps }, at))
    const asStored = await record.as({ get: async () => caller.token }).read<ServiceRequest>(`ServiceRequest/${params.id}`)
    return sendResource(reply, asStored ?? need.request)
  })
}
