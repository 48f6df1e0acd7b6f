/** A person at the portal: signs in as anybody does, or has no account, opens pages, fills in forms. No browser and no script: the pages need none. */
import { NotSo } from '../story.ts'
import { readPage, type Page } from './page.ts'

/** What is filled in, by the name of the field; several of a group of boxes may be ticked. */
export type Filled = Readonly<Record<string, string | readonly string[]>>

/** Somebody with a browser. */
export interface Visitor {
  /** Opens a page. @throws NotSo when it is not shown */
  open(path: string): Promise<Page>
  /** Opens it, whatever the answer is. */
  tryOpen(path: string): Promise<Page>
  /** Fills in a form of the page and sends it; answers the page that comes then. */
  send(page: Page, actionEnd: string, fields?: Filled): Promise<Page>
  /** The header `cookie` by which the portal knows this person. */
  cookie(): string
  /** Keeps what an answer set that came over a connection of the caller's own: the fields `set-cookie`. */
  keep(fields: readonly string[]): void
}

const PAGE_WITHIN_MS = 30_000
const MOST_REDIRECTS = 10

/** Somebody with a browser and no account. */
export function anybody(url: string): Visitor {
  const cookies = new Map<string, string>()
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const keepAll = (fields: readonly string[]): void => {
    for (const field of fields) keep(cookies, field)
  }

  async function request(address: string, body?: URLSearchParams): Promise<Page> {
    let [to, sent] = [new URL(address, url), body]
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await fetch(to, {
        ...(sent === undefined ? {} : { method: 'POST', body: sent }),
        headers: { accept: 'text/html', cookie: cookie() },
        redirect: 'manual',
        signal: AbortSignal.timeout(PAGE_WITHIN_MS),
      })
      keepAll(response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null) return readPage(await response.text(), response.status, to.pathname)
      await response.body?.cancel()
      ;[to, sent] = [new URL(location, to), undefined]
    }
    throw new NotSo(`The address ${address} leads round in circles.`)
  }

  const shown = (page: Page): Page => {
    if (page.status === 200) return page
    throw new NotSo(`The page ${page.path} is not shown (${String(page.status)}): ${page.text.slice(0, 300)}`)
  }
  return {
    cookie,
    keep: keepAll,
    open: async (path) => shown(await request(path)),
    tryOpen: (path) => request(path),
    send: (page, actionEnd, fields = {}) => {
      const form = page.form(actionEnd)
      const sent = Object.entries({ ...form.fields, ...fields }).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
      return request(form.action, new URLSearchParams(sent))
    },
  }
}

/** Signs in with the button of a person of the demonstration. @throws NotSo when that does not lead to the first page */
export async function signIn(url: string, person: string): Promise<Visitor> {
  const visitor = anybody(url)
  const first = await visitor.open('/')
  const home = await visitor.send(first, '/sign-in', { person })
  if (home.status !== 200 || !home.text.startsWith('Hello, ')) throw new NotSo(`Signing in as ${person} did not lead to the first page.`)
  return visitor
}

/** RFC 6265, as far as a visit needs it: one host, and a cookie that is ended is gone. */
function keep(cookies: Map<string, string>, set: string): void {
  const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(set) ?? []
  const ended = /;\s*max-age=0\b/i.test(set) || Date.parse(/;\s*expires=([^;]+)/i.exec(set)?.[1] ?? '') < Date.now()
  if (ended) cookies.delete(name)
  else cookies.set(name, value)
}
