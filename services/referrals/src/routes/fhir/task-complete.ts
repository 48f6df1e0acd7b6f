/** `POST /Task/:id/$complete`: what came of it. The need is met, or the next step is named. */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { completeStep } from '../../domain/answers/complete-step.ts'
import { sendResource } from './answer.ts'
import { NEXT_STEP, readNextStep } from './next-step-parameters.ts'
import { complete, readParameters } from './parameters.ts'

export const taskComplete: FastifyPluginAsync<Dependencies> = async (app, { needs }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$complete', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['outcome', ...NEXT_STEP])
    const { outcome } = complete({ outcome: given.words('outcome') })
    const next = readNextStep(given)
    const completion = { outcome, ...(next === undefined ? {} : { next }) }
    const [task] = await needs.answer(params.id, caller, (need, circumstances) => completeStep(need, params.id, completion, circumstances))
    return sendResource(reply, task)
  })
}
