/** Who administers an organisation invites somebody into it, by a link that works once. Row I2. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import type { Page } from '../../rendering/pages.ts'
import { signedIn } from '../../session/sessions.ts'
import { administrator, LONGEST, ROLES } from './administrator.ts'
import { invited, showInvitation } from './invitation.ts'

export const team: FastifyPluginAsync<PageDependencies> = async (app, { issuer }) => {
  app.get('/team', (request, reply) => {
    administrator(signedIn(request))
    return form(reply, { values: {} })
  })

  app.post('/team', async (request, reply) => {
    const { token } = administrator(signedIn(request))
    const values = {
      name: textIn(request.body, 'name'),
      title: textIn(request.body, 'title'),
      role: textIn(request.body, 'role'),
      contact: textIn(request.body, 'contact'),
    }
    const { team: words } = reply.words
    const wrong = problems()
    if (values.name === '') wrong.add('name', words.nameMissing)
    if (values.title === '') wrong.add('title', words.workMissing)
    if (values.name.length > LONGEST) wrong.add('name', words.long)
    if (values.title.length > LONGEST) wrong.add('title', words.long)
    const role = ROLES.find((one) => one === values.role)
    if (role === undefined) wrong.add('role', words.roleMissing)
    if (wrong.list.length > 0 || role === undefined) return form(reply.code(422), { values, errors: wrong.list, of: wrong.of })
    const { name, title, contact } = values
    const made = await invited(issuer.invite(token, { name, title, role, ...(contact === '' ? {} : { contact }) }))
    if (made === undefined) {
      wrong.add('contact', words.contactRefused)
      return form(reply.code(422), { values, errors: wrong.list, of: wrong.of })
    }
    return showInvitation(reply, made, { href: '/team', text: words.title })
  })

  const form = (reply: FastifyReply, view: Partial<Page>): FastifyReply =>
    reply.page('team/view', { title: reply.words.team.title, of: {}, ...view })
}
