/** `POST /fhir/Task/{id}/$page`: pages whoever is on duty now, as far as that is due, and says who that is or that nobody is. HAZ-R51 */
import type { Parameters } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../../errors.ts'
import type { Pages } from '../../store/pages.ts'
import { readParameters, sendResource } from './parameters.ts'

/** What it works with. */
export interface TaskPageDependencies {
  readonly pages: Pages
}

/**
 * The one who asks need not be able to see the Task: whoever fills in an assessment asks for it by the reference that the answer gave, and
 * reads whom to ring. Of the person it says nothing.
 */
export const taskPage: FastifyPluginAsync<TaskPageDependencies> = async (app, { pages }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$page', async ({ params, body }, reply) => {
    if (body !== undefined && body !== null) readParameters(body, [])
    if (!/^[A-Za-z0-9\-.]{1,64}$/.test(params.id)) throw refuse.NOT_FOUND()
    const found = await pages.page(`Task/${params.id}`)
    if (found === undefined) throw refuse.NOT_FOUND()
    const answer: Parameters = {
      resourceType: 'Parameters',
      parameter: [{ name: 'state', valueCode: found.state }, ...(found.says === '' ? [] : [{ name: 'says', valueString: found.says }])],
    }
    return sendResource(reply, answer)
  })
}
