/**
 * Publishers that really listen, for tests and the demonstration: OpenActive RPDE feeds and Open Referral UK lists, with the faults that real ones have.
 * What is asked in another way than the standards say is refused, so that no reader passes by leniency.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestScope } from './database.ts'

/** A fault that a feed has from now on, or for one answer. */
export type FeedFault =
  | { readonly kind: 'down'; readonly status?: number; readonly times?: number; readonly retryAfterS?: number }
  | {
      readonly kind: 'broken-json' | 'breaks-off' | 'web-page' | 'goes-backwards' | 'repeats' | 'leads-elsewhere'
      readonly afterItems: number
    }

/** An item of an RPDE feed; `modified` is written as it stands, so that it may have any number of digits. */
export interface RpdeSource {
  readonly id: string
  readonly kind: string
  readonly modified: string
  /** Absent: deleted. */
  readonly data?: unknown
}

/** One RPDE feed. */
export interface RpdeFeed {
  /** Address of its first page. */
  readonly url: string
  pageSize: number
  /** Publishes items: newer versions of what has the same kind and id. */
  publish(...items: readonly RpdeSource[]): void
  /** What it does wrong; nothing mends it. */
  fault(fault: FeedFault | undefined): void
}

/** One Open Referral UK list. */
export interface OpenReferralFeed {
  /** Base address. */
  readonly url: string
  pageSize: number
  /** Whether the list leaves out what `/services/{id}` has. */
  short: boolean
  set(services: readonly Readonly<Record<string, unknown>>[]): void
  fault(fault: FeedFault | undefined): void
}

/** The server. */
export interface FeedServer {
  readonly url: string
  /** `METHOD path?query` of every request so far. */
  readonly requests: readonly string[]
  rpde(name: string): RpdeFeed
  openReferral(name: string, version: '1.0' | '3.0'): OpenReferralFeed
  /** Answers requests under a path of its own: how further kinds of publisher are added. */
  mount(path: string, handle: (request: IncomingMessage, body: string, url: URL) => Answer): void
}

/** What a publisher answers. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

type Handler = (request: IncomingMessage, body: string, url: URL) => Answer

/** Starts a server that stops with the test. */
export async function feedServer(t: TestScope): Promise<FeedServer> {
  const handlers = new Map<string, Handler>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`)
      const url = new URL(request.url ?? '/', base())
      const handler = [...handlers].find(([path]) => url.pathname === path || url.pathname.startsWith(`${path}/`))?.[1]
      send(response, handler?.(request, Buffer.concat(parts).toString(), url) ?? { status: 404, body: '{}' })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    get url() {
      return base()
    },
    requests,
    mount: (path, handle) => void handlers.set(path, handle),
    rpde(name) {
      const feed = rpdeFeed(`${base()}/rpde/${name}`)
      handlers.set(`/rpde/${name}`, feed.handle)
      return feed
    },
    openReferral(name, version) {
      const feed = openReferralFeed(`${base()}/oruk/${name}`, version)
      handlers.set(`/oruk/${name}`, feed.handle)
      return feed
    },
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

/** The answer of a fault that strikes whatever is asked; nothing when it does not strike now. */
function downAnswer(fault: FeedFault | undefined, struck: number): Answer | undefined {
  if (fault?.kind !== 'down' || struck > (fault.times ?? Infinity)) return undefined
  return {
    status: fault.status ?? 503,
    body: '{}',
    ...(fault.retryAfterS === undefined ? {} : { headers: { 'retry-after': String(fault.retryAfterS) } }),
  }
}

function rpdeFeed(url: string): RpdeFeed & { readonly handle: Handler } {
  const items = new Map<string, RpdeSource>()
  let fault: FeedFault | undefined
  let struck = 0
  const isAfter = (item: RpdeSource, modified: string, id: string): boolean => {
    const [mine, theirs] = [BigInt(item.modified), BigInt(modified)]
    return mine > theirs || (mine === theirs && item.id > id)
  }
  const feed = {
    url,
    pageSize: 500,
    publish: (...given: readonly RpdeSource[]) => {
      for (const item of given) items.set(`${item.kind} ${item.id}`, item)
    },
    fault: (given: FeedFault | undefined) => {
      fault = given
      struck = 0
    },
    handle: (_request: IncomingMessage, _body: string, { searchParams, href }: URL): Answer => {
      struck += 1
      const down = downAnswer(fault, struck)
      if (down !== undefined) return down
      const [modified, id] = [searchParams.get('afterTimestamp'), searchParams.get('afterId')]
      const sorted = [...items.values()].toSorted((one, other) => (isAfter(one, other.modified, other.id) ? 1 : -1))
      const from = modified === null ? 0 : sorted.findIndex((item) => isAfter(item, modified, id ?? ''))
      const begins = from === -1 ? sorted.length : from
      const strikes = fault !== undefined && fault.kind !== 'down' && begins >= fault.afterItems
      const kind = strikes ? fault?.kind : undefined
      const shown =
        kind === 'repeats' || kind === 'goes-backwards'
          ? sorted.slice(
              Math.max(0, begins - feed.pageSize - (kind === 'goes-backwards' ? 1 : 0)),
              Math.max(0, begins - (kind === 'goes-backwards' ? 1 : 0)),
            )
          : sorted.slice(begins, begins + feed.pageSize)
      const last = shown.at(-1)
      const onward = new URL(kind === 'leads-elsewhere' ? 'https://elsewhere.example/feed' : url)
      if (last !== undefined) {
        onward.searchParams.set('afterTimestamp', last.modified)
        onward.searchParams.set('afterId', last.id)
        // Of a feed that repeats itself each address is a new one: only the items tell.
        if (kind === 'repeats') onward.searchParams.set('again', String(struck))
      }
      const next = last === undefined ? href : onward.href
      const body = `{"next":${JSON.stringify(next)},"items":[${shown.map(asRpde).join(',')}],"license":"https://creativecommons.org/licenses/by/4.0/"}`
      return spoilt(kind, body)
    },
  }
  return feed
}

const asRpde = ({ id, kind, modified, data }: RpdeSource): string =>
  `{"state":"${data === undefined ? 'deleted' : 'updated'}","kind":${JSON.stringify(kind)},"id":${JSON.stringify(id)},"modified":${modified}${
    data === undefined ? '' : `,"data":${typeof data === 'string' ? data : JSON.stringify(data)}`
  }}`

function spoilt(kind: FeedFault['kind'] | undefined, body: string): Answer {
  if (kind === 'broken-json') return { status: 200, body: body.replace('"state":"updated"', '"state":updated') }
  if (kind === 'breaks-off') return { status: 200, body: body.slice(0, Math.floor(body.length / 2)) }
  if (kind === 'web-page') return { status: 200, body: '<html>We are mending something.</html>', headers: { 'content-type': 'text/html' } }
  return { status: 200, body }
}

function openReferralFeed(url: string, version: '1.0' | '3.0'): OpenReferralFeed & { readonly handle: Handler } {
  let services: readonly Readonly<Record<string, unknown>>[] = []
  let fault: FeedFault | undefined
  let struck = 0
  const feed = {
    url,
    pageSize: 100,
    short: version === '1.0',
    set: (given: readonly Readonly<Record<string, unknown>>[]) => {
      services = given
    },
    fault: (given: FeedFault | undefined) => {
      fault = given
      struck = 0
    },
    handle: (_request: IncomingMessage, _body: string, { pathname, searchParams }: URL): Answer => {
      struck += 1
      const down = downAnswer(fault, struck)
      if (down !== undefined) return down
      const [, id] = /\/services\/(.+)$/.exec(pathname) ?? []
      if (id !== undefined) {
        const found = services.find((service) => service['id'] === decodeURIComponent(id))
        return found === undefined ? { status: 404, body: '{}' } : { status: 200, body: JSON.stringify(found) }
      }
      if (!pathname.endsWith('/services')) return { status: 404, body: '{}' }
      const page = Number(searchParams.get('page') ?? 1)
      const from = (page - 1) * feed.pageSize
      const shown = services
        .slice(from, from + feed.pageSize)
        .map((service) =>
          feed.short
            ? { id: service['id'], name: service['name'], description: service['description'], status: service['status'] }
            : service,
        )
      const total = Math.max(1, Math.ceil(services.length / feed.pageSize))
      const ends = { first: page === 1, last: page >= total, empty: shown.length === 0 }
      const body =
        version === '3.0'
          ? {
              total_items: services.length,
              total_pages: total,
              page_number: page,
              size: shown.length,
              first_page: ends.first,
              last_page: ends.last,
              empty: ends.empty,
              contents: shown,
            }
          : { totalElements: services.length, totalPages: total, number: page, size: shown.length, ...ends, content: shown }
      const strikes = fault !== undefined && fault.kind !== 'down' && from >= fault.afterItems
      return spoilt(strikes ? fault?.kind : undefined, JSON.stringify(body))
    },
  }
  return feed
}
