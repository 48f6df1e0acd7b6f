/**
 * The pages that people use, as a browser asks for them: signed in at the issuer, with the cookie of the portal. What is timed is an answer from
 * its request to its last byte; what is weighed is a first view, the page with every file that it names.
 */
import { get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { signIn, type Visitor } from '@infra/local/demo/world/visitor'
import { openConnection, requestBytes } from '../http-connection.ts'
import { succeeded } from '../load.ts'
import type { SeededPerson } from '../seeding.ts'

/** A page as somebody opens it. */
export interface BenchPage {
  /** `timeline-20`: what its line is called, behind `page-`. */
  readonly name: string
  /** Who of the demonstration opens it; absent: nobody is signed in. */
  readonly who?: string
  /** In turn. */
  readonly paths: readonly string[]
}

/** Everybody's first page, and the pages behind it. */
export async function benchPages(
  url: string,
  people: { readonly of20: readonly SeededPerson[]; readonly of500: readonly SeededPerson[] },
): Promise<BenchPage[]> {
  const about = (some: readonly SeededPerson[], rest = ''): readonly string[] => some.map(({ id }) => `/people/${id}${rest}`)
  const of = (who: string, pages: Readonly<Record<string, readonly string[]>>): BenchPage[] =>
    Object.entries(pages).map(([name, paths]) => ({ name, who, paths }))
  const triager = await signIn(url, 'triager')
  const commissioner = await signIn(url, 'commissioner')
  return [
    { name: 'sign-in', paths: ['/'] },
    ...of('physiotherapist', {
      'home-clinician': ['/'],
      people: ['/people'],
      'timeline-20': about(people.of20),
      'timeline-500': about(people.of500),
      'record-session': about(people.of20, '/record-session'),
      refer: about(people.of20, '/refer'),
      emergency: about(people.of20, '/emergency'),
      board: ['/board'],
    }),
    ...of('triager', { inbox: ['/inbox'], 'inbox-step': await linksIn(triager, '/inbox', /^\/inbox\/[^/?]+$/) }),
    ...of('therapy-centre-worker', { 'home-worker': ['/'], group: ['/group'], 'own-report': ['/our-report'], listing: ['/listing'] }),
    ...of('ward-nurse', { 'home-ward': ['/'], alerts: ['/alerts'] }),
    ...of('ada', {
      'home-person': ['/'],
      'my-record': ['/my-record'],
      'my-referrals': ['/my-referrals'],
      diary: ['/diary'],
      'about-me': ['/about-me'],
      share: ['/share'],
      agreements: ['/agreements'],
      'who-looked': ['/who-looked'],
    }),
    ...of('commissioner', { 'home-commissioner': ['/'], figures: [await figuresOf(commissioner)] }),
    ...of('operator', { 'operator-state': ['/operator-state'] }),
  ]
}

/** Distinct links of a page that look so. @throws Error when it has none */
async function linksIn(visitor: Visitor, path: string, shape: RegExp): Promise<readonly string[]> {
  const { links } = await visitor.open(path)
  const found = [...new Set(links.filter((link) => shape.test(link)))]
  if (found.length === 0) throw new Error(`The page ${path} has no link to open.`)
  return found
}

/** Where the form of the published figures leads with its first choices. */
async function figuresOf(commissioner: Visitor): Promise<string> {
  const { action, fields } = (await commissioner.open('/figures')).form('/figures')
  return (await commissioner.open(`${action}?${new URLSearchParams(fields).toString()}`)).path
}

/** How long the answers for one page took, in milliseconds. */
export type PageTimes = ReadonlyMap<BenchPage, readonly number[]>

/** Who of the sixteen opens a page in the role it asks for; nobody where it asks for none. */
export type VisitorOf = (who: string | undefined, user: number) => Pick<Visitor, 'cookie' | 'keep'> | undefined

/** How pages are opened. */
export interface Walk {
  /** So many people at once, each signed in for themselves. */
  readonly users: number
  readonly forMs: number
  /** How long each reads a page before opening the next, in milliseconds. 0: nobody reads. */
  readonly readMs: number
}

/**
 * Everybody goes through all pages of every role, from another one on.
 *
 * @throws Error with status and body as soon as a page is not shown
 */
export async function walkThrough(
  port: number,
  pages: readonly BenchPage[],
  visitors: VisitorOf,
  { users, forMs, readMs }: Walk,
): Promise<PageTimes> {
  const times = new Map<BenchPage, number[]>(pages.map((page) => [page, []]))
  const deadline = performance.now() + forMs
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      const connection = await openConnection(port)
      try {
        await wait((readMs * user) / users) // not all in the same moment
        for (let turn = 0; performance.now() < deadline; turn += 1) {
          const page = pages[(user * 7 + turn) % pages.length] as BenchPage
          const path = page.paths[(user + turn) % page.paths.length] ?? '/'
          const begun = performance.now()
          const visitor = visitors(page.who, user)
          const { head } = succeeded(await connection.send(requestOf(path, visitor?.cookie() ?? '')))
          times.get(page)?.push(performance.now() - begun)
          visitor?.keep([...head.matchAll(SET_COOKIE)].map(([, field = '']) => field)) // a sign-in is renewed every minute
          await wait(readMs)
        }
      } finally {
        connection.close()
      }
    }),
  )
  return times
}

const SET_COOKIE = /^set-cookie: *(.*?)\r?$/gim

const BROWSER = { accept: 'text/html', 'accept-encoding': 'gzip, deflate, br', 'accept-language': 'en-GB' }

const requestOf = (path: string, cookie: string): Buffer =>
  requestBytes({ method: 'GET', path, headers: { ...BROWSER, ...(cookie === '' ? {} : { cookie }) } })

/** What a first view transfers, in bytes: the page and every style, script and picture that it names, with their headers. */
export async function firstViewBytes(url: string, path: string, cookie: string): Promise<number> {
  const page = await transferOf(new URL(path, url), cookie)
  const text = await (await fetch(new URL(path, url), { headers: { cookie } })).text()
  const files = [...text.matchAll(/<(?:link|script|img)\b[^>]*?\b(?:href|src)="(\/[^"]*)"/g)].map(([, file = '']) => file)
  const transfers = await Promise.all([...new Set(files)].map((file) => transferOf(new URL(file, url), cookie)))
  return transfers.reduce((sum, one) => sum + one, page)
}

/** Bytes that come over the wire for one request on a connection of its own. */
const transferOf = (url: URL, cookie: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { ...BROWSER, cookie } }, (response) => {
      response.resume().on('end', () => resolve(response.socket.bytesRead))
      response.on('error', reject)
    }).on('error', reject)
  })
