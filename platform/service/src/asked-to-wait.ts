/** How long whoever answered asks us to wait: Retry-After, in seconds or as a date. RFC 9110, section 10.2.3. */
import type { IncomingHttpHeaders } from 'node:http'

/** Nothing where they do not ask, or where what they ask cannot be read. @param nowMs what a date is counted from; default: now */
export function askedToWait(headers: IncomingHttpHeaders, nowMs: number = Date.now()): { readonly againAfterMs?: number } {
  const said = headers['retry-after']?.trim() ?? ''
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - nowMs
  return ms > 0 ? { againAfterMs: ms } : {}
}
