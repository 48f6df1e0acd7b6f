/**
 * `GET /$red-flag-cues`: the cues that a named clinician has approved and that are in force today, for a form in which a referrer ticks one (`reasonCode` of
 * the code system red-flag). An unapproved cue is given to nobody. Decision 160
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { holds } from '../../domain/approved-words.ts'
import { RED_FLAG } from '../../domain/vocabulary.ts'
import { sendResource } from './answer.ts'

export const redFlagCues: FastifyPluginAsync<Dependencies> = async (app, { approvedWords, clock }) => {
  app.get('/$red-flag-cues', async (_request, reply) => {
    const inForce = approvedWords.current().cues.filter(({ approval }) => holds(approval, clock.now()))
    const parameter = inForce.map(({ id, says, nations, source, approval }) => ({
      name: 'cue',
      part: [
        { name: 'code', valueCoding: { system: RED_FLAG, code: id, display: says } },
        ...nations.map((nation) => ({ name: 'nation', valueCode: nation })),
        { name: 'source', valueString: source },
        { name: 'approvedBy', valueString: approval.by },
        { name: 'approvedOn', valueDate: approval.on },
      ],
    }))
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
