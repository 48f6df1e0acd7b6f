/**
 * `POST /Organization/:id/$link-route`: how an organisation without an account is reached. `mailTo`, `codeBy` and `codeTo` propose it, and a code goes to
 * `codeTo`; `code` then verifies it. By the operator, on the telephone with the organisation, or by the organisation itself.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { WRONG_CODES_THAT_LOCK } from '../../domain/link/link.ts'
import { isEmail, isSameMailbox, isTelephone } from '../../domain/link/addresses.ts'
import { refuse } from '../../errors.ts'
import { codeHash } from '../../store/link-secrets.ts'
import { sendResource } from './answer.ts'
import { wentParameters } from './link-door.ts'
import { complete, readParameters } from './parameters.ts'

export const organizationLinkRoute: FastifyPluginAsync<Dependencies> = async (app, { links, directory, clock }) => {
  app.post<{ Params: { id: string } }>('/Organization/:id/$link-route', async ({ params, body, caller }, reply) => {
    const organization = `Organization/${params.id}`
    const given = readParameters(body, ['mailTo', 'codeBy', 'codeTo', 'code'])
    if (caller.role !== 'admin' && caller.organization !== organization) throw refuse.ROUTE_NOT_YOURS({ reference: organization })
    if (directory.listing(organization)?.active !== true) throw refuse.NEXT_OWNER_UNKNOWN({ reference: organization })
    const code = given.string('code')
    if (code !== undefined) {
      const at = clock.now()
      const hash = codeHash(organization, code)
      const went = await links.check(
        organization,
        (check) => {
          if (at.getTime() >= check.until.getTime() || check.wrong >= WRONG_CODES_THAT_LOCK) return 'over'
          return check.hash === hash ? 'verified' : 'wrong'
        },
        at,
      )
      return sendResource(reply, wentParameters(went ?? 'over'))
    }
    const { mailTo, codeBy, codeTo } = complete({
      mailTo: given.string('mailTo'),
      codeBy: given.code('codeBy'),
      codeTo: given.string('codeTo'),
    })
    const place = (name: string) => ({ expression: `Parameters.parameter.where(name = '${name}')` })
    if (!isEmail(mailTo)) throw refuse.ADDRESS_UNREADABLE({}, place('mailTo'))
    if (codeBy !== 'sms' && codeBy !== 'email') throw refuse.ADDRESS_UNREADABLE({}, place('codeBy'))
    if (!(codeBy === 'sms' ? isTelephone(codeTo) : isEmail(codeTo))) throw refuse.ADDRESS_UNREADABLE({}, place('codeTo'))
    if (isSameMailbox(codeTo, mailTo)) throw refuse.SECOND_WAY_IS_THE_FIRST({}, place('codeTo'))
    await links.propose({ organization, mailTo, codeBy, codeTo })
    return sendResource(reply, wentParameters('sent'))
  })
}
