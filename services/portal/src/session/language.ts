/** The language a person reads: as they chose it, else as their record says, else as their browser asks, else English. */
import type { FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { LANGUAGES, wordsIn, type Language, type Words } from '../words/words.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Every word of the pages, in the language of whoever reads. */
    readonly words: Words
  }
}

const CHOSEN = 'handrail_portal_language'
const ONE_YEAR_S = 31_536_000

/** Gives `reply.words`, and serves `GET /language/<en|cy>?to=<path>`, which keeps the choice and goes back. */
export const language = fastifyPlugin(
  async (app, { secure }: { /** Whether people reach the hub by https. */ secure: boolean }) => {
    app.decorateReply('words', {
      getter(this: FastifyReply) {
        const { cookies, headers, session } = this.request
        const chosen = (cookies as typeof cookies | undefined)?.[CHOSEN]
        return wordsIn(isLanguage(chosen) ? chosen : (session?.reads ?? asked(headers['accept-language'])))
      },
    })
    app.get<{ Params: { language: string }; Querystring: { to?: string } }>('/language/:language', (request, reply) => {
      const { language: chosen } = request.params
      if (isLanguage(chosen)) reply.setCookie(CHOSEN, chosen, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: ONE_YEAR_S })
      return reply.redirect(ownPath(request.query.to ?? '/'), 303)
    })
  },
  { name: 'portal-language', dependencies: ['portal-sessions'] },
)

const isLanguage = (value: unknown): value is Language => LANGUAGES.some((one) => one === value)

/** Welsh where the browser names it before English. */
function asked(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((part) => isLanguage(part))
  return isLanguage(wanted) ? wanted : 'en'
}

/** A path of these pages, so that nothing that is clicked here leads anywhere else. */
export const ownPath = (to: string): string =>
  /^\/(?![/\\])[!-~]*$/.test(to) && !to.startsWith('/sign') && !to.startsWith('/language') ? to : '/'
