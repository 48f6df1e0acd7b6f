/** `POST /$link-open`: the code of a link is entered. A right one gives a session for half an hour; five wrong ones lock the link for good. HAZ-R31 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { enterCode, WRONG_CODES_THAT_LOCK } from '../../domain/link/link.ts'
import { refuse } from '../../errors.ts'
import { codeHash, hashOf } from '../../store/link-secrets.ts'
import { sendResource } from './answer.ts'
import { tokenHashIn, wentParameters } from './link-door.ts'
import { complete, readParameters } from './parameters.ts'

export const linkOpen: FastifyPluginAsync<Dependencies> = async (app, { links, linkSecrets, clock, log }) => {
  app.post('/$link-open', { config: { open: true } }, async ({ body }, reply) => {
    const given = readParameters(body, ['token', 'code'])
    const hash = tokenHashIn(given)
    const { code } = complete({ code: given.string('code') })
    const session = linkSecrets.token()
    const entered = await links.change(hash, (link) => enterCode(link, codeHash(hash, code), hashOf(session), clock.now()))
    if (entered === undefined) throw refuse.LINK_UNKNOWN()
    if ('no' in entered) return sendResource(reply, wentParameters(entered.no))
    const { went, next } = entered
    log.info({ event: `link.${went}`, task: next.task, organization: next.organization })
    if (went === 'opened') return sendResource(reply, wentParameters(went, { name: 'session', valueString: session }))
    return sendResource(reply, wentParameters(went, { name: 'left', valueUnsignedInt: WRONG_CODES_THAT_LOCK - next.wrongCodes }))
  })
}
