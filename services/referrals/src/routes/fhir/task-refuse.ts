/** `POST /Task/:id/$refuse`: somebody who was asked says no, with everything that keeps the person from vanishing. HAZ-R01 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { refuseStep } from '../../domain/answers/refuse-step.ts'
import { sendResource } from './answer.ts'
import { NEXT_STEP } from './next-step-parameters.ts'
import { complete, readParameters, refusalReasonIn } from './parameters.ts'

export const taskRefuse: FastifyPluginAsync<Dependencies> = async (app, { needs, refusalReasons }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$refuse', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['reason', 'words', ...NEXT_STEP])
    const { nextOwner, nextAction, ...answer } = complete({
      reason: refusalReasonIn(given, refusalReasons),
      words: given.string('words'),
      nextOwner: given.reference('nextOwner'),
      nextAction: given.string('nextAction'),
      due: given.instant('due'),
    })
    const refusal = { ...answer, owner: nextOwner, action: nextAction }
    const [task] = await needs.answer(params.id, caller, (need, circumstances) => refuseStep(need, params.id, refusal, circumstances))
    return sendResource(reply, task)
  })
}
