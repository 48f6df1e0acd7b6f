/**
 * `/link/:token`: a receiver that has no account answers a referral. Opening the address asks the hub nothing, so that a mail scanner changes nothing; every
 * act is a form. What was opened is kept sealed in a cookie of this address for half an hour. HAZ-R31
 */
import type { ParametersParameter } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Words } from '../../words/words.ts'
import { enteredRefusal, readRefusal, toParameters } from '../refusal/refusal-form.ts'
import { showLink } from './shown.ts'

interface OneLink {
  readonly Params: { readonly token: string }
  readonly Querystring: { readonly done?: string; readonly sent?: string }
}

interface Opened {
  readonly token: string
  readonly session: string
}

const COOKIE = 'handrail_link'
const OPEN_FOR_S = 1_800
const LONGEST = 2_000

export const link: FastifyPluginAsync<PageDependencies> = async (app, { links, seal, catalogue, clock, secure }) => {
  // The address is the key: it is told to no other site and kept by no search engine.
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex')
  })

  app.get<OneLink>('/link/:token', async (request, reply) => {
    const session = await opened(request)
    if (session === undefined) return start(reply, request.params.token, { does: request.query.sent === undefined ? 'ask' : 'enter' })
    return guarded(request, reply, () =>
      show(reply, request.params.token, session, request.query.done === undefined ? {} : { said: reply.words.link.done }),
    )
  })

  app.post<OneLink>('/link/:token/code', (request, reply) =>
    guarded(request, reply, async () => {
      const { token } = request.params
      const went = await links.code(token)
      return went === 'sent' ? reply.redirect(`/link/${token}?sent=yes`, 303) : closed(reply.code(409), token, went)
    }),
  )

  app.post<OneLink>('/link/:token/open', (request, reply) =>
    guarded(request, reply, async () => {
      const { token } = request.params
      const { link: words } = reply.words
      const code = textIn(request.body, 'code').replaceAll(/\s/g, '')
      const again = (text: string) =>
        start(reply.code(422), token, { does: 'enter', errors: [{ href: '#code', text }], of: { code: { text } } })
      if (code === '') return again(words.codeMissing)
      const { went, session, left = 0 } = await links.open(token, code)
      if (session !== undefined) {
        const until = Math.floor(Date.now() / 1000) + OPEN_FOR_S
        const sealed = await seal.seal('link', { token, session } satisfies Opened, until)
        reply.setCookie(COOKIE, sealed, { path: `/link/${token}`, httpOnly: true, sameSite: 'lax', secure, maxAge: OPEN_FOR_S })
        return reply.redirect(`/link/${token}`, 303)
      }
      if (went === 'wrong') return again(words.wrong(left))
      if (went === 'no-code') return again(words.noCode)
      return closed(reply.code(409), token, went)
    }),
  )

  app.post<OneLink>('/link/:token/renew', (request, reply) =>
    guarded(request, reply, async () => closed(reply, request.params.token, await links.renew(request.params.token))),
  )

  app.post<OneLink>('/link/:token/accept', (request, reply) =>
    answering(request, reply, async (session) => {
      const by = textIn(request.body, 'by')
      if (by !== '') return send(request, reply, session, [code('accept'), { name: 'by', valueString: by }])
      const wrong = problems()
      wrong.add('by', reply.words.link.byMissing)
      return show(reply.code(422), request.params.token, session, { errors: wrong.list, of: wrong.of })
    }),
  )

  for (const does of ['refuse', 'complete'] as const)
    app.get<OneLink>(`/link/:token/${does}`, (request, reply) =>
      answering(request, reply, (session) => ask(reply, request.params.token, session, does, { values: {} })),
    )

  app.post<OneLink>('/link/:token/refuse', (request, reply) =>
    answering(request, reply, async (session) => {
      const { token } = request.params
      const { nextOwners } = await links.read(token, session)
      const by = textIn(request.body, 'by')
      const entered = enteredRefusal(request.body)
      const listed = nextOwners.map(({ reference, name }) => ({ reference, name, sector: '' }))
      const { given, wrong } = readRefusal(entered, { reasons: catalogue.refusalReasons, listed, today: dayOf(clock.now()) }, reply.words)
      if (by === '') wrong.add('by', reply.words.link.byMissing)
      if (given === undefined || by === '')
        return ask(reply.code(422), token, session, 'refuse', { values: { ...entered, by }, errors: wrong.list, of: wrong.of })
      return send(request, reply, session, [code('refuse'), { name: 'by', valueString: by }, ...(toParameters(given).parameter ?? [])])
    }),
  )

  app.post<OneLink>('/link/:token/complete', (request, reply) =>
    answering(request, reply, async (session) => {
      const [by, outcome] = [textIn(request.body, 'by'), textIn(request.body, 'outcome').slice(0, LONGEST)]
      const wrong = problems()
      if (outcome === '') wrong.add('outcome', reply.words.link.outcomeMissing)
      if (by === '') wrong.add('by', reply.words.link.byMissing)
      if (wrong.list.length > 0)
        return ask(reply.code(422), request.params.token, session, 'complete', {
          values: { by, outcome },
          errors: wrong.list,
          of: wrong.of,
        })
      return send(request, reply, session, [code('complete'), { name: 'by', valueString: by }, { name: 'outcome', valueString: outcome }])
    }),
  )

  /** What was opened in this browser by this very link; nothing when it was another, or too long ago. */
  async function opened(request: FastifyRequest<OneLink>): Promise<string | undefined> {
    const kept = await seal.open<Opened>('link', request.cookies[COOKIE])
    return kept?.token === request.params.token ? kept.session : undefined
  }

  function start(reply: FastifyReply, token: string, view: Partial<Page> & { does: 'ask' | 'enter' | 'renew' | 'none' }): FastifyReply {
    const { link: words } = reply.words
    const titles = { ask: words.title, enter: words.enterTitle, renew: words.closedTitle, none: words.closedTitle }
    return reply.page('link/start', { title: titles[view.does], base: `/link/${token}`, of: {}, ...view })
  }

  /** What the hub said instead of opening it. */
  function closed(reply: FastifyReply, token: string, went: string): FastifyReply {
    const said = saidOf(went, reply.words)
    return start(reply, token, { does: went === 'expired' ? 'renew' : went === 'too-soon' ? 'enter' : 'none', said })
  }

  async function show(reply: FastifyReply, token: string, session: string, view: Partial<Page>): Promise<FastifyReply> {
    const read = await links.read(token, session)
    const shown = showLink(read, reply.words)
    return reply.page('link/view', {
      title: reply.words.link.shownTitle(read.organization),
      base: `/link/${token}`,
      shown,
      values: {},
      of: {},
      ...view,
    })
  }

  async function ask(
    reply: FastifyReply,
    token: string,
    session: string,
    does: 'refuse' | 'complete',
    view: Partial<Page>,
  ): Promise<FastifyReply> {
    const { nextOwners } = await links.read(token, session)
    const { link: words, back } = reply.words
    const title = does === 'refuse' ? words.refuseTitle : words.completeTitle
    const more = { base: `/link/${token}`, does, nextOwners, reasons: catalogue.refusalReasons, of: {} }
    return reply.page('link/answer', { title, back: { href: `/link/${token}`, text: back }, ...more, ...view })
  }

  async function send(
    request: FastifyRequest<OneLink>,
    reply: FastifyReply,
    session: string,
    given: readonly ParametersParameter[],
  ): Promise<FastifyReply> {
    const { token } = request.params
    await links.answer(token, session, given)
    return reply.redirect(`/link/${token}?done=yes`, 303)
  }

  const answering = (request: FastifyRequest<OneLink>, reply: FastifyReply, work: (session: string) => Promise<FastifyReply>) =>
    guarded(request, reply, async () => {
      const session = await opened(request)
      return session === undefined ? reply.redirect(`/link/${request.params.token}`, 303) : work(session)
    })

  /** A code that has to be entered again begins anew; a link that leads nowhere is said in its own words. */
  async function guarded(
    request: FastifyRequest<OneLink>,
    reply: FastifyReply,
    work: () => FastifyReply | Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { token } = request.params
      if (error.code === 'LINK_SESSION_OVER') {
        reply.clearCookie(COOKIE, { path: `/link/${token}` })
        return start(reply.code(401), token, { does: 'ask' })
      }
      if (error.code !== 'NOT_FOUND') throw error
      const { link: words } = reply.words
      return reply.code(404).page('trouble/view', { title: words.nowhere, text: words.nowhereText })
    }
  }
}

const code = (valueCode: string): ParametersParameter => ({ name: 'answer', valueCode })

const saidOf = (went: string, { link: { went: words } }: Words): string => words[went as keyof typeof words] ?? words.unknown
