/** Pages of feeds, fetched from where their publishers put them. */
import type { Outbound } from '@platform/service/outbound'

/** A page could not be had. The message says why in words that a directory manager can act on. */
export class PageNotAnswered extends Error {
  override readonly name = 'PageNotAnswered'
  /** HTTP status; absent when there was no answer at all. */
  readonly status: number | undefined
  /** How long the publisher asks us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined
  constructor(message: string, options: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Gives the text at an address. @throws PageNotAnswered */
export type PageSource = (address: string) => Promise<string>

const WITHIN_MS = 30_000
const AT_MOST_BYTES = 32 * 1024 * 1024

/**
 * Opens a source of pages.
 *
 * @param given.odsKey key of the NHS organisation data API, sent to its addresses alone
 * @param given.bearer token of a seller, for its feeds of our orders
 */
export const pageSource =
  (http: Outbound, { odsKey, bearer }: { readonly odsKey?: string; readonly bearer?: string } = {}): PageSource =>
  async (address) => {
    const isOds = /(^|\.)api\.service\.nhs\.uk$/.test(new URL(address).hostname)
    const headers = {
      accept: isOds ? 'application/fhir+json' : 'application/json, application/vnd.openactive.rpde+json; version=1',
      'user-agent': 'Handrail directory reader',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(isOds && odsKey !== undefined ? { apikey: odsKey } : {}),
    }
    const answer = await http
      .ask(address, { headers, withinMs: WITHIN_MS, atMostBytes: AT_MOST_BYTES, redirects: bearer === undefined ? 3 : 0 })
      .catch((cause: unknown) => {
        const { code, message } = cause as { code?: string; message?: string }
        throw new PageNotAnswered(REASONS[code ?? ''] ?? message ?? 'It did not answer.', { cause })
      })
    if (answer.status === 200) return answer.body
    const wait = Number(answer.headers['retry-after'])
    throw new PageNotAnswered(saidOf(answer.status, { isOds, hasKey: odsKey !== undefined }), {
      status: answer.status,
      ...(Number.isFinite(wait) && wait > 0 ? { retryAfterMs: wait * 1_000 } : {}),
    })
  }

/** What an answer means to whoever looks after the feed, and what to do where we know it. */
function saidOf(status: number, { isOds, hasKey }: { readonly isOds: boolean; readonly hasKey: boolean }): string {
  if (!isOds || (status !== 401 && status !== 403)) return `It answered HTTP ${status}.`
  return hasKey
    ? `It answered HTTP ${status}: it does not take the key in ODS_API_KEY. Ask NHS England for one that is allowed this interface, set ODS_API_KEY to it and start the hub again.`
    : `It answered HTTP ${status}: it wants a key. Ask NHS England for one, set ODS_API_KEY to it and start the hub again.`
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there.',
  ECONNRESET: 'It broke off in the middle.',
  ENOTFOUND: 'The host name is unknown.',
  ENDPOINT_FORBIDDEN: 'The address may not be reached from here: the operator can add host and port to OUTBOUND_ALLOW.',
}
