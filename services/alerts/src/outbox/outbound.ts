/**
 * Requests to addresses that others have given us: only where the operator allows it, checked on the address that is really connected to, so that
 * no name and no redirect leads into our own network. OWASP Server-Side Request Forgery Prevention.
 */
import { lookup as resolve } from 'node:dns/promises'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'
import { refuse } from '../errors.ts'

/** Where requests may go. */
export interface OutboundPolicy {
  /** `host:port` each, host a name or an address. When there are any, nothing else is reached. */
  readonly allow: readonly string[]
  /** Loopback too, as in the demonstration. */
  readonly loopback: boolean
}

/** Posts to allowed addresses. */
export interface Outbound extends Disposable {
  /**
   * @returns the status; a redirect is an answer like any other and is not followed
   * @throws ENDPOINT_FORBIDDEN, or an error when nobody answers in time
   */
  post(url: string, body: string, headers: Readonly<Record<string, string>>, options?: { readonly withinMs?: number }): Promise<number>
}

const ANSWER_WITHIN_MS = 10_000
/** A connection that is not used for so long is closed. */
const IDLE_MS = 30_000

/** Networks that are no public address: RFC 6890, RFC 4193, RFC 4291, RFC 6598, and the metadata service of clouds. */
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
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['::', 128],
  ['64:ff9b::', 96],
  ['2001:db8::', 32],
]

const forbidden = new BlockList()
for (const [network, bits] of PRIVATE) forbidden.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4')
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
  return !forbidden.check(plain, kind)
}

/** Opens a way out under a policy. */
export function outbound(policy: OutboundPolicy): Outbound {
  // A connection that is kept was made to an address that was checked; another name never shares it.
  const kept = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: IDLE_MS }
  const agents = { 'http:': new HttpAgent(kept), 'https:': new HttpsAgent(kept) }
  return {
    async post(url, body, headers, { withinMs = ANSWER_WITHIN_MS } = {}) {
      const target = URL.parse(url)
      if (target === null || (target.protocol !== 'https:' && target.protocol !== 'http:') || target.username !== '')
        throw refuse.ENDPOINT_FORBIDDEN()
      const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port
      const host = target.hostname.replace(/^\[|\]$/g, '')
      const addresses = await resolve(host, { all: true })
      const reachable = addresses.filter(({ address }) => mayReach(address, host, port, policy))
      if (reachable.length === 0) throw refuse.ENDPOINT_FORBIDDEN()
      return send(target, { body, headers, withinMs, agent: agents[target.protocol] }, reachable)
    },
    [Symbol.dispose]: () => {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Connects to the addresses that were checked, not to what the name means by then. */
function send(
  target: URL,
  {
    body,
    headers,
    withinMs,
    agent,
  }: {
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
    readonly withinMs: number
    readonly agent: HttpAgent
  },
  addresses: readonly { address: string; family: number }[],
): Promise<number> {
  const lookup = ((_host, options, done) => {
    const [first] = addresses
    if (typeof options === 'object' && options.all === true) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family ?? 4)
  }) as LookupFunction
  const open = target.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolveStatus, reject) => {
    const request = open(
      target,
      {
        method: 'POST',
        lookup,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        timeout: withinMs,
        agent,
      },
      (response) => {
        response.resume()
        response.on('end', () => resolveStatus(response.statusCode ?? 0))
        response.on('error', reject)
      },
    )
    request.on('timeout', () => request.destroy(new Error('No answer in time.')))
    request.on('error', reject)
    request.end(body)
  })
}
