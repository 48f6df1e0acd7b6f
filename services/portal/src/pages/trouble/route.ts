/** What a person sees when something is refused or fails. Plain words; the code and the cause stay in the log. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { signInAgain } from '../../session/sessions.ts'
import type { Words } from '../../words/words.ts'

interface Trouble {
  readonly status: number
  readonly title: string
  readonly text: string
  readonly reference?: string
}

export const trouble = fastifyPlugin<PageDependencies>(
  async (app) => {
    const show = (reply: FastifyReply, { status, ...said }: Trouble) => reply.code(status).page('trouble/view', said)

    app.setErrorHandler((thrown: FastifyError | Refusal, request, reply) => {
      const error = thrown.code?.startsWith('FST_CSRF') ? formRefused(request, thrown) : thrown
      if (error instanceof Refusal && (error.code === 'NOT_SIGNED_IN' || error.code === 'SESSION_ENDED'))
        return toSignIn(request, reply, reply.words)
      const said = troubleOf(error, reply.words)
      const event = said.status >= 500 ? 'portal.fault' : 'portal.refused'
      request.log[said.status >= 500 ? 'error' : 'info']({ event, code: error.code, reference: request.id, error })
      return show(reply, { ...said, ...(said.status >= 500 ? { reference: request.id } : {}) })
    })
    app.setNotFoundHandler((_request, reply) =>
      show(reply, { status: 404, title: reply.words.trouble.notFound, text: reply.words.trouble.notFoundText }),
    )
  },
  { name: 'portal-trouble' },
)

/** A form that is not ours; of a sign-in that ran out it is told that first. */
const formRefused = ({ sessionEnded }: FastifyRequest, cause: unknown): Refusal =>
  sessionEnded ? refuse.SESSION_ENDED({}, { cause }) : refuse.FORM_NOT_OURS({}, { cause })

/**
 * A page that was asked for is shown after the sign-in. A form that was sent is not sent by itself: its fields stay in the page, for the
 * same person to send after another sign-in.
 */
function toSignIn(request: FastifyRequest, reply: FastifyReply, { trouble: said }: Words): FastifyReply {
  const ended = request.session !== undefined || request.sessionEnded
  request.endedSubject ??= request.session?.subject
  if (ended) reply.forgetSession()
  request.session = undefined
  if (request.method !== 'GET')
    return reply.code(401).page('trouble/view', { title: said.ended, text: said.endedText, again: sentAgain(request) })
  return reply.redirect(ended ? signInAgain(request) : `/?${new URLSearchParams({ to: request.url }).toString()}`, 303)
}

/** The form as it was sent, but for its guard; nothing where it did not come from a page of ours, or carried a file. */
function sentAgain({ formIsOurs, body, url }: FastifyRequest) {
  if (!formIsOurs || typeof body !== 'object' || body === null) return undefined
  const values = Object.entries(body).flatMap(([name, value]) => [value].flat().map((one: unknown) => ({ name, value: one })))
  return { action: url, fields: values.filter(({ name, value }) => name !== '_csrf' && typeof value === 'string') }
}

/** A launch from a local record that came to nothing, each with words of its own. */
const LAUNCH_STATUS = {
  LAUNCH_RECORD_UNKNOWN: 403,
  LAUNCH_REFUSED: 403,
  LAUNCH_NOT_PROVEN: 403,
  LAUNCH_NOT_STAFF: 403,
  LAUNCH_WITHOUT_PATIENT: 422,
  LAUNCH_EXPIRED: 403,
  LOCAL_RECORD_UNAVAILABLE: 503,
} as const

const isOfLaunch = (code: string): code is keyof typeof LAUNCH_STATUS => code in LAUNCH_STATUS

function troubleOf(error: FastifyError | Refusal, { trouble: said, launch }: Words): Trouble {
  if (isOfLaunch(error.code)) return { status: LAUNCH_STATUS[error.code], ...launch.trouble[error.code] }
  const status = { unavailable: 503, fault: 500 }
  switch (error.code) {
    case 'NOT_FOUND':
      return { status: 404, title: said.notFound, text: said.notFoundText }
    case 'NOT_ALLOWED':
      return { status: 403, title: said.notAllowed, text: said.notAllowedText }
    case 'CHANGED_MEANWHILE':
      return { status: 409, title: said.changed, text: said.changedText }
    case 'FORM_NOT_OURS':
      return { status: 403, title: said.form, text: said.formText }
    case 'SIGN_IN_FAILED':
      return { status: 403, title: said.signIn, text: said.signInText }
    case 'RECORD_UNAVAILABLE':
    case 'ISSUER_UNAVAILABLE':
      return { status: status.unavailable, title: said.unavailable, text: said.unavailableText }
    case 'RECORD_REFUSED':
      return { status: 422, title: said.refused, text: error.message }
  }
  const asked = error instanceof Refusal ? undefined : error.statusCode
  if (asked !== undefined && asked < 500) return { status: asked, title: said.refused, text: said.unreadable }
  return { status: status.fault, title: said.fault, text: said.faultText }
}
