/** `reply.page(...)`: a template in the frame that every page has. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { formOwner } from '../session/sessions.ts'
import { endOf, type SessionTimes } from '../session/session-end.ts'
import { givesCare, isThePerson, operatesHub, seesFigures, type Session } from '../session/session.ts'
import { approvedText, type ApprovedName } from '../words/approved.ts'
import { LANGUAGES, wordsIn, type Words } from '../words/words.ts'
import { icon, script, stylesheet, type Asset } from './assets.ts'
import { openViews } from './views.ts'

/** What every page says of itself. */
export interface Page {
  readonly title: string
  readonly back?: { readonly href: string; readonly text: string }
  /** Problems with a form, each naming its field: shown on top, where the focus goes first. */
  readonly errors?: readonly FormProblem[]
  readonly [name: string]: unknown
}

/** One problem, and the field it is about. */
export interface FormProblem {
  /** `#id` of the field. */
  readonly href: string
  readonly text: string
}

declare module 'fastify' {
  interface FastifyReply {
    /** Sends `pages/<page>/<view>.njk`. */
    page(page: string, view: Page): FastifyReply
  }
}

const NAVIGATION = (words: Words, session: Session | undefined): readonly { href: string; text: string }[] => {
  if (session === undefined) return []
  const { home, inbox, alerts, people, timeline, referrals, trail, aboutMe, diary, share, agree } = words
  const first = { href: '/', text: home.nav }
  if (isThePerson(session)) {
    return [
      first,
      { href: '/my-record', text: timeline.nav },
      { href: '/my-referrals', text: referrals.nav },
      { href: '/diary', text: diary.nav },
      { href: '/about-me', text: aboutMe.nav },
      { href: '/share', text: share.nav },
      ...(session.role === 'patient'
        ? [
            { href: '/agreements', text: agree.nav },
            { href: '/who-looked', text: trail.nav },
          ]
        : [{ href: '/acting-for', text: words.actingFor.nav }]),
    ]
  }
  if (operatesHub(session)) return [first, { href: '/operator-state', text: words.operator.nav }]
  if (seesFigures(session))
    return [first, { href: '/figures', text: words.reports.nav }, { href: '/unit-costs', text: words.reports.costsLink }]
  if (!givesCare(session)) return [first]
  return [
    first,
    { href: '/inbox', text: inbox.nav },
    { href: '/alerts', text: alerts.nav },
    { href: '/board', text: words.board.nav },
    { href: '/people', text: people.nav },
    ...(session.role === 'worker'
      ? [
          { href: '/group', text: words.group.nav },
          { href: '/our-report', text: words.reports.own.nav },
        ]
      : []),
    ...(session.role === 'ward' ? [] : [{ href: '/listing', text: words.listing.nav }]),
    ...(session.administers === true ? [{ href: '/team', text: words.team.nav }] : []),
  ]
}

export const pages = fastifyPlugin(
  async (app, { demo, times }: { demo: boolean; times: SessionTimes }) => {
    const render = openViews()
    const [style, sign, ending] = [stylesheet(), icon(), script('session')]
    for (const asset of [style, sign, ending])
      app.get(asset.path, (request, reply) => sendAsset(asset, request.headers['accept-encoding'] ?? '', reply))

    app.decorateReply('page', function (this: FastifyReply, page: string, view: Page) {
      const { words } = this
      const { session, url } = this.request
      const path = url.split('?')[0] ?? '/'
      const navigation = NAVIGATION(words, session).map((item) => {
        const within = item.href !== '/' && path.startsWith(`${item.href}/`)
        return { ...item, ...(path === item.href ? { current: 'page' } : within ? { current: 'true' } : {}) }
      })
      const frame = {
        w: words,
        others: otherLanguages(words, url),
        demo,
        who: session,
        ...(session?.renewal === undefined ? {} : { ending: endingOf(session, times, ending.path) }),
        say: (name: ApprovedName) => approvedText(name, words.lang),
        navigation,
        stylePath: style.path,
        iconPath: sign.path,
        csrf: this.generateCsrf({ userInfo: formOwner(this.request) }),
      }
      if (session?.renewal !== undefined) allowOwnScripts(this)
      this.type('text/html; charset=utf-8').header('cache-control', 'no-store')
      return sendPacked(render(`pages/${page}.njk`, { ...frame, ...view }), this.request.headers['accept-encoding'] ?? '', this)
    })
  },
  { name: 'portal-pages', dependencies: ['portal-sessions', 'portal-language'] },
)

/** What every page loads. */
export const framePaths: readonly string[] = [stylesheet().path, icon().path]

/** How long before its end a sign-in is said to end, in milliseconds. */
const WARNED_BEFORE_MS = 120_000

const endingOf = (session: Session, { idleMs }: SessionTimes, path: string) => ({
  path,
  subject: session.subject,
  minutes: Math.round(idleMs / 60_000),
  warnedBeforeMs: WARNED_BEFORE_MS,
  inMs: Math.max(0, endOf(session) * 1000 - Date.now()),
})

/** A page for somebody who is signed in may load the scripts of this server, and these may ask this server. Nothing inline. */
export function allowOwnScripts(reply: FastifyReply): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '')
  if (!policy.includes('script-src')) reply.header('content-security-policy', `${policy};script-src 'self';connect-src 'self'`)
}

/** Where the same page is in the other languages. */
const otherLanguages = ({ lang }: Words, url: string) =>
  LANGUAGES.filter((language) => language !== lang).map((language) => ({
    language,
    name: wordsIn(language).language,
    href: `/language/${language}?to=${encodeURIComponent(url)}`,
  }))

/** About what one packet holds: less than that is not sent sooner for being packed. */
const PACKED_FROM_CHARACTERS = 1_400
/** Of 11: for a page is packed each time it is shown. The next step takes half as long again for a twentieth less. */
const PAGE_QUALITY = 3

/** Packs a page for whoever reads on a phone. The token of its forms is masked anew each time, so its length tells nothing of it. */
function sendPacked(page: string, accepted: string, reply: FastifyReply): FastifyReply {
  reply.header('vary', 'accept-encoding')
  if (page.length < PACKED_FROM_CHARACTERS) return reply.send(page)
  if (/\bbr\b/.test(accepted))
    return reply.header('content-encoding', 'br').send(
      brotliCompressSync(page, {
        params: { [constants.BROTLI_PARAM_QUALITY]: PAGE_QUALITY, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
      }),
    )
  if (/\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(gzipSync(page))
  return reply.send(page)
}

function sendAsset({ type, plain, gzip, brotli }: Asset, accepted: string, reply: FastifyReply): FastifyReply {
  reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').header('vary', 'accept-encoding')
  if (/\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(brotli)
  if (/\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(gzip)
  return reply.send(plain)
}
