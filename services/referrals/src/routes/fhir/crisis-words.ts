/**
 * `GET /$crisis-words`: what a page says where somebody may need help at once. To ring 999 in an emergency, always; then what a named clinician has
 * approved, each line with its nations: where somebody lives is not asked, so that none is kept from them. Decision 160; HAZ-C14
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { crisisLines } from '../../domain/assessment/crisis.ts'
import { sendResource } from './answer.ts'
import { crisisPart } from './crisis-part.ts'

export const crisisWords: FastifyPluginAsync<Dependencies> = async (app, { approvedWords, clock }) => {
  app.get('/$crisis-words', async (_request, reply) => {
    const parameter = crisisLines(approvedWords.current().crisis, clock.now()).map(crisisPart)
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
