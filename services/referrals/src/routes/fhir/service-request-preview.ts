/**
 * `POST /ServiceRequest/:id/$preview`: exactly what a receiver would be sent, to whom, by which channel. For a receiver that is reached by BaRS it is the
 * message itself; for one in the hub the request and its Task. Nothing is written. The channel is the Bundle's tag.
 */
import type { Bundle } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { listedOwner } from '../../domain/answers/answered-step.ts'
import { askToAnswer } from '../../domain/rules/ask.ts'
import { DELIVERY_CHANNEL } from '../../domain/vocabulary.ts'
import { afterwards } from '../../domain/write.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

export const serviceRequestPreview: FastifyPluginAsync<Dependencies> = async (app, { needs, record, leavingFor }) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$preview', async ({ params, body, caller }, reply) => {
    const { receiver } = complete({ receiver: readParameters(body, ['receiver']).reference('receiver') })
    const { need, writes } = await needs.preview(params.id, caller, (whole, circumstances) => {
      const owner = listedOwner(receiver, circumstances, 'receiver')
      return [askToAnswer(whole, owner, circumstances, `need/${params.id}/ask/${owner}`)]
    })
    // As it would be once this receiver is asked: its own service is the one that is named.
    const asked = { ...need.request, performer: [{ reference: receiver }] }
    const after = afterwards({ request: asked, tasks: [] }, writes, () => 'preview')
    const own = record.as({ get: async () => caller.token })
    const leaving = await leavingFor(after, own.read)
    const opened = writes.flatMap((write) => ('open' in write ? [{ resource: write.open }] : []))
    const shown: Bundle = leaving?.message ?? { resourceType: 'Bundle', type: 'collection', entry: [{ resource: need.request }, ...opened] }
    const tag = [{ system: DELIVERY_CHANNEL, code: leaving?.channel ?? 'hub' }]
    return sendResource(reply, { ...shown, meta: { ...shown.meta, tag } })
  })
}
