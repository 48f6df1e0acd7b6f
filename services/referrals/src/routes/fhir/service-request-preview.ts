/** `POST /ServiceRequest/:id/$preview`: exactly what a receiver would be sent. In this version that is the request and its Task in the hub. */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { listedOwner } from '../../domain/answers/answered-step.ts'
import { askToAnswer } from '../../domain/rules/ask.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

export const serviceRequestPreview: FastifyPluginAsync<Dependencies> = async (app, { needs }) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$preview', async ({ params, body, caller }, reply) => {
    const { receiver } = complete({ receiver: readParameters(body, ['receiver']).reference('receiver') })
    const { need, writes } = await needs.preview(params.id, caller, (whole, circumstances) => {
      const owner = listedOwner(receiver, circumstances, 'receiver')
      return [askToAnswer(whole, owner, circumstances, `need/${params.id}/ask/${owner}`)]
    })
    const opened = writes.flatMap((write) => ('open' in write ? [{ resource: write.open }] : []))
    return sendResource(reply, { resourceType: 'Bundle', type: 'collection', entry: [{ resource: need.request }, ...opened] })
  })
}
