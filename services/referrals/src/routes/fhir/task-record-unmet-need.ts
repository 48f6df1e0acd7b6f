/** `POST /Task/:id/$record-unmet-need`: nobody can give it. The need enters the unmet-need ledger, and stays open. HAZ-R10 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { recordUnmetNeed } from '../../domain/answers/record-unmet-need.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters, unmetNeedReasonIn } from './parameters.ts'

export const taskRecordUnmetNeed: FastifyPluginAsync<Dependencies> = async (app, { needs, unmetNeedReasons }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$record-unmet-need', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['reason', 'words', 'area', 'owner', 'due'])
    const { reason, words } = complete({ reason: unmetNeedReasonIn(given, unmetNeedReasons), words: given.string('words') })
    const [area, owner, reviewBy] = [given.string('area'), given.reference('owner'), given.instant('due')]
    const entry = {
      reason,
      words,
      ...(area === undefined ? {} : { area }),
      ...(owner === undefined ? {} : { owner }),
      ...(reviewBy === undefined ? {} : { reviewBy }),
    }
    const tasks = await needs.answer(params.id, caller, (need, circumstances) => recordUnmetNeed(need, params.id, entry, circumstances))
    return sendResource(reply, { resourceType: 'Bundle', type: 'collection', entry: tasks.map((resource) => ({ resource })) })
  })
}
