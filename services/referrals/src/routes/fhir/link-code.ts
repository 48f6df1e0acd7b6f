/**
 * `POST /$link-code`: somebody with the link asks for its code. It goes by the second way that the organisation verified; the answer says whether it
 * goes, and to nobody where to. Open: the token is the key, and shows nothing by itself. HAZ-R31
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { askCode } from '../../domain/link/link.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { tokenHashIn, wentParameters } from './link-door.ts'
import { readParameters } from './parameters.ts'

export const linkCode: FastifyPluginAsync<Dependencies> = async (app, { links, clock }) => {
  app.post('/$link-code', { config: { open: true } }, async ({ body }, reply) => {
    const hash = tokenHashIn(readParameters(body, ['token']))
    const link = await links.read(hash)
    if (link === undefined) throw refuse.LINK_UNKNOWN()
    // The organisation is giving itself other ways: until these are verified no code goes, and nobody is to wait for one.
    if ((await links.route(link.organization))?.verifiedAt === undefined) return sendResource(reply, wentParameters('revoked'))
    const asked = await links.change(hash, (current) => askCode(current, clock.now()))
    if (asked === undefined) throw refuse.LINK_UNKNOWN()
    return sendResource(reply, wentParameters('no' in asked ? asked.no : 'sent'))
  })
}
