/** `POST /$link-renew`: a link whose seven days are over asks for another, which goes to the same verified mailbox. Whoever holds the old one sees nothing by it. */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { standingOf } from '../../domain/link/link.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { tokenHashIn, wentParameters } from './link-door.ts'
import { readParameters } from './parameters.ts'

export const linkRenew: FastifyPluginAsync<Dependencies> = async (app, { links, deliveries, clock }) => {
  app.post('/$link-renew', { config: { open: true } }, async ({ body }, reply) => {
    const at = clock.now()
    const link = await links.read(tokenHashIn(readParameters(body, ['token'])))
    if (link === undefined) throw refuse.LINK_UNKNOWN()
    const standing = standingOf(link, at)
    // A revoked or locked one is for who sent it to renew. Making the next one revokes this, so that it renews once.
    if (standing !== 'expired') return sendResource(reply, wentParameters(standing))
    return sendResource(reply, wentParameters((await deliveries.again(link.task, 'link', at)) ? 'sent' : 'revoked'))
  })
}
