/**
 * Requests to addresses that others have given us: only where the operator allows it, checked on the address that is really connected to, so that
 * no name and no redirect leads into our own network. OWASP Server-Side Request Forgery Prevention.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'
import { asTheSystemSays, type ResolveName } from './names.ts'

/** Where requests may go. */
export interface OutboundPolicy {
  /** `host:port` each, host a name or an address. When there are any, nothing else is reached. */
  readonly allow: readonly string[]
  /** Loopback too, as in the demonstration. */
  readonly loopback: boolean
}

/** What is asked. */
export interface OutboundRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** How long the whole answer may take, in milliseconds. @default 10_000 */
  readonly withinMs?: number
  /** The longest answer that is read, in bytes; of a longer one nothing is given. @default 16 MiB */
  readonly atMostBytes?: number
  /** How many redirects are followed, each checked like the first address; only of GET, and never from https to http. @default 0 */
  readonly redirects?: number
  /** `whole`: what ends early is an error. `head`: with status and headers it is answered, and of the text counts what has come. @default 'whole' */
  readonly wants?: 'whole' | 'head'
}

/** What was answered. */
export interface OutboundAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Asks allowed addresses. */
export interface Outbound extends Disposable {
  /**
   * Tells somebody something. Once they have said that they took it, they have, whatever becomes of the rest of their answer: to say it again would be
   * to say it twice.
   *
   * @returns the answer, of its text what came in time, at most 64 KiB; a redirect is an answer like any other and is not followed
   * @throws what `forbidden` gives, or an error when nobody answers in time
   */
  post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    options?: { readonly withinMs?: number },
  ): Promise<OutboundAnswer>
  /**
   * @returns status, headers and text
   * @throws what `forbidden` gives, AnswerTooLong, or an error when nobody answers in time
   */
  ask(url: string, request?: OutboundRequest): Promise<OutboundAnswer>
}

/** An address that may not be reached from here. */
export class EndpointForbidden extends Error {
  override readonly name = 'EndpointForbidden'
  readonly code = 'ENDPOINT_FORBIDDEN'
  readonly remedy = 'Use a public address, or ask the operator to add host and port to OUTBOUND_ALLOW.'
}

/** More came than is read. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'
  readonly code = 'ANSWER_TOO_LONG'
  readonly remedy = 'Ask the publisher for smaller pages.'
}

/** Nobody answered in time. */
export class NoAnswerInTime extends Error {
  override readonly name = 'NoAnswerInTime'
  readonly code = 'NO_ANSWER_IN_TIME'
  readonly remedy = 'See whether the address answers, and how soon.'
}

const ANSWER_WITHIN_MS = 10_000
/** Of what is answered to something that was told, more is not read. */
const LONGEST_REPLY_BYTES = 64 * 1024
const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024
const AT_ONCE_TO_ONE_HOST = 64
/** A connection that is not used for so long is closed. */
const IDLE_MS = 30_000

/**
 * Networks that are no public address: RFC 6890, RFC 4193, RFC 4291, RFC 6598, and the metadata service of clouds. Of IPv6 all but 2000::/3, and of that
 * what carries an IPv4 address inside, which a router may take out again (Teredo, 6to4), or is for documents.
 */
const PRIVATE: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['192.88.99.0', 24],
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

// A list each: one list takes every IPv4 address for an IPv6 one that begins with zeros.
const forbiddenNetworks = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [network, bits] of PRIVATE) {
  const kind = isIPv6(network) ? 'ipv6' : 'ipv4'
  forbiddenNetworks[kind].addSubnet(network, bits, kind)
}
const loopbacks = new BlockList()
loopbacks.addSubnet('127.0.0.0', 8, 'ipv4')
loopbacks.addAddress('::1', 'ipv6')

/** Whether an address may be connected to. */
export function mayReach(address: string, host: string, port: string, { allow, loopback }: OutboundPolicy): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  const kind = isIPv6(plain) ? 'ipv6' : 'ipv4'
  if (isIP(plain) === 0) return false
  if (allow.length > 0) return allow.includes(`${host}:${port}`) || allow.includes(`${plain}:${port}`)
  if (loopbacks.check(plain, kind)) return loopback
  return !forbiddenNetworks[kind].check(plain, kind)
}

/**
 * Opens a way out under a policy.
 *
 * @param forbidden the refusal for an address that may not be reached, in the words of whoever asks
 * @param resolve what a name means; default: what the system says
 * @param atOnceToOneHost connections to one host and port; whoever says more sees to it that what is there is not flooded; default: 64
 */
export function outbound(
  policy: OutboundPolicy,
  forbidden: () => Error = () => new EndpointForbidden(SAYS),
  resolve: ResolveName = asTheSystemSays,
  atOnceToOneHost: number = AT_ONCE_TO_ONE_HOST,
): Outbound {
  // A connection that is kept was made to an address that was checked; another name never shares it.
  const kept = { keepAlive: true, maxSockets: atOnceToOneHost, maxFreeSockets: AT_ONCE_TO_ONE_HOST, timeout: IDLE_MS }
  const agents = { 'http:': new HttpAgent(kept), 'https:': new HttpsAgent(kept) }

  const once = async (url: string, request: OutboundRequest): Promise<OutboundAnswer> => {
    const target = URL.parse(url)
    if (target === null || (target.protocol !== 'https:' && target.protocol !== 'http:') || target.username !== '') throw forbidden()
    const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port
    const host = hostOf(target)
    const family = isIP(host)
    const { withinMs = ANSWER_WITHIN_MS } = request
    const began = performance.now()
    const addresses = family === 0 ? await inTime(resolve(host), withinMs) : [{ address: host, family }]
    const reachable = addresses.filter(({ address }) => mayReach(address, host, port, policy))
    if (reachable.length === 0) throw forbidden()
    return send(target, { ...request, withinMs: withinMs - (performance.now() - began) }, agents[target.protocol], reachable)
  }

  const ask = async (url: string, request: OutboundRequest = {}): Promise<OutboundAnswer> => {
    let at = url
    for (let left = request.redirects ?? 0; ; left -= 1) {
      const answer = await once(at, request)
      const { location } = answer.headers
      const isRedirect = answer.status >= 301 && answer.status <= 308 && answer.status !== 304 && location !== undefined
      if (!isRedirect || left <= 0 || (request.method ?? 'GET') !== 'GET') return answer
      const next = URL.parse(location, at)
      if (next === null || (at.startsWith('https:') && next.protocol !== 'https:')) throw forbidden()
      at = next.href
    }
  }

  return {
    ask,
    post: async (url, body, headers, options = {}) =>
      once(url, { method: 'POST', body, headers, ...options, atMostBytes: LONGEST_REPLY_BYTES, wants: 'head' }),
    [Symbol.dispose]: () => {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Name or address, an IPv6 one without brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

const SAYS = 'The address may not be reached from here.'

/** A name that nobody can say the meaning of in time is late as well. */
async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new NoAnswerInTime('Nobody said in time what the name means.')), withinMs)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

/** Connects to the addresses that were checked, not to what the name means by then. */
function send(
  target: URL,
  { method = 'GET', body, headers = {}, withinMs = ANSWER_WITHIN_MS, atMostBytes = LONGEST_ANSWER_BYTES, wants = 'whole' }: OutboundRequest,
  agent: HttpAgent,
  addresses: readonly { address: string; family: number }[],
): Promise<OutboundAnswer> {
  const checked = ((_host, options, done) => {
    const [first] = addresses
    if (typeof options === 'object' && options.all === true) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family ?? 4)
  }) as LookupFunction
  const open = target.protocol === 'https:' ? httpsRequest : httpRequest
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  // One by one: Node takes longer to read them off a URL than for the rest of the request.
  const { protocol, port, pathname, search } = target
  const where = { protocol, host: hostOf(target), ...(port === '' ? {} : { port }), path: `${pathname}${search}` }
  return new Promise((resolveAnswer, reject) => {
    /** What the end of the connection means: nothing that helps, until enough of the answer has come. */
    let broken: (error: Error) => void = reject
    const request = open({ ...where, method, lookup: checked, headers: { ...headers, ...length }, agent }, (response) => {
      const parts: Buffer[] = []
      let bytes = 0
      const answered = () => {
        clearTimeout(late)
        resolveAnswer({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString('utf8') })
      }
      response.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes > atMostBytes) request.destroy(new AnswerTooLong(`The answer is longer than ${atMostBytes} bytes.`))
        else parts.push(part)
      })
      if (wants === 'head') broken = answered
      response.on('end', answered)
      response.on('error', (error) => broken(error))
    })
    // Of the whole answer: one that trickles in is late as well.
    const late = setTimeout(() => request.destroy(new NoAnswerInTime('No answer in time.')), withinMs)
    request.on('close', () => clearTimeout(late))
    request.on('error', (error) => broken(error))
    request.end(body)
  })
}
