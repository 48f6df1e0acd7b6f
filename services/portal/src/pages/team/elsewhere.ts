/**
 * Who of an organisation signs in at an issuer of somebody else: the list, registering one more, and taking one back. For who administers the
 * organisation. Decision 301.
 */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import type { Page } from '../../rendering/pages.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Words } from '../../words/words.ts'
import { administrator, LONGEST, ROLES } from './administrator.ts'

interface Asked {
  readonly Querystring: { readonly done?: string }
}

/** Printable and without spaces, as an issuer gives it. OpenID Connect Core 1.0, section 2 */
const SUBJECT = /^[!-~]{1,255}$/

export const teamElsewhere: FastifyPluginAsync<PageDependencies> = async (app, { issuer }) => {
  app.get<Asked>('/team/elsewhere', async (request, reply) => {
    const { token } = administrator(signedIn(request))
    const { done } = request.query
    const { elsewhere: words } = reply.words.team
    const told = { registered: words.registered, ended: words.ended, nobody: words.nobody }[done ?? '']
    return show(reply, token, { values: {}, ...(told === undefined ? {} : { done: told }) })
  })

  app.post('/team/elsewhere', async (request, reply) => {
    const { token } = administrator(signedIn(request))
    const values = {
      issuer: textIn(request.body, 'issuer'),
      subject: textIn(request.body, 'subject'),
      name: textIn(request.body, 'name'),
      title: textIn(request.body, 'title'),
      role: textIn(request.body, 'role'),
    }
    const { wrong, role } = readRegistration(values, reply.words)
    if (role === undefined || wrong.list.length > 0) return again(reply, token, values, wrong)
    try {
      await issuer.register(token, { ...values, role })
    } catch (error) {
      if (!isRefusedThere(error)) throw error
      wrong.add('subject', reply.words.team.elsewhere.subjectTaken)
      return again(reply, token, values, wrong)
    }
    return reply.redirect('/team/elsewhere?done=registered', 303)
  })

  app.post('/team/elsewhere/end', async (request, reply) => {
    const { token } = administrator(signedIn(request))
    const of = { issuer: textIn(request.body, 'issuer'), subject: textIn(request.body, 'subject') }
    try {
      await issuer.endSubject(token, of)
    } catch (error) {
      if (!isRefusedThere(error)) throw error
      return reply.redirect('/team/elsewhere?done=nobody', 303)
    }
    return reply.redirect('/team/elsewhere?done=ended', 303)
  })

  const again = (reply: FastifyReply, token: string, values: object, wrong: Problems) =>
    show(reply.code(422), token, { values, errors: wrong.list, of: wrong.of })

  async function show(reply: FastifyReply, token: string, view: Partial<Page>): Promise<FastifyReply> {
    const { title, elsewhere: words } = reply.words.team
    const { issuers, subjects } = await issuer.elsewhere(token)
    const called = new Map(issuers.map((one) => [one.issuer, one.name]))
    return reply.page('team/elsewhere', {
      title: words.title,
      back: { href: '/team', text: title },
      issuers: issuers.map((one) => ({ value: one.issuer, text: one.name })),
      registered: subjects.map((one) => ({ ...one, at: called.get(one.issuer) ?? one.issuer })),
      of: {},
      ...view,
    })
  }
}

interface Entered {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly title: string
  readonly role: string
}

/** What is wrong with what was entered, and the role that was chosen. */
function readRegistration(values: Entered, { team: words }: Words): { readonly wrong: Problems; readonly role?: (typeof ROLES)[number] } {
  const wrong = problems()
  if (values.issuer === '') wrong.add('issuer', words.elsewhere.issuerMissing)
  if (values.subject === '') wrong.add('subject', words.elsewhere.subjectMissing)
  else if (!SUBJECT.test(values.subject)) wrong.add('subject', words.elsewhere.subjectWrong)
  if (values.name === '') wrong.add('name', words.nameMissing)
  else if (values.name.length > LONGEST) wrong.add('name', words.long)
  if (values.title === '') wrong.add('title', words.workMissing)
  else if (values.title.length > LONGEST) wrong.add('title', words.long)
  const role = ROLES.find((one) => one === values.role)
  if (role === undefined) wrong.add('role', words.roleMissing)
  return { wrong, ...(role === undefined ? {} : { role }) }
}

const isRefusedThere = (error: unknown): boolean => error instanceof Refusal && error.code === 'INVITATION_REFUSED'
