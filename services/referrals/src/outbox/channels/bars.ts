/** Sends by BaRS to the target that the operator set: the national proxy, or another one. Decides on the HTTP status first. BaRS guide, section on retries. */
import type { Bundle } from '@medplum/fhirtypes'

/** How a send went. */
export type Sent =
  | { readonly went: 'delivered'; readonly status: number; readonly theirId?: string }
  /** Tried again later, with the same ids and the same body. */
  | { readonly went: 'later'; readonly status?: number }
  | { readonly went: 'refused'; readonly status: number }

/** Sends messages. */
export interface BarsChannel {
  send(message: Bundle, headers: Readonly<Record<string, string>>): Promise<Sent>
}

// No answer at all counts too. 403 is worth one more try with a new token; whoever retries counts.
const LATER: ReadonlySet<number> = new Set([403, 408, 425, 429, 500, 502, 503, 504])
const ANSWER_WITHIN_MS = 10_000

/**
 * Opens the channel.
 *
 * @param url base of the target, such as https://api.service.nhs.uk/booking-and-referral/FHIR/R4
 * @param token bearer token for it, where it wants one
 */
export function barsChannel({ url, token }: { readonly url: string; readonly token?: string }): BarsChannel {
  const address = `${url.replace(/\/$/, '')}/$process-message`
  return {
    async send(message, headers) {
      let response: Response
      try {
        response = await fetch(address, {
          method: 'POST',
          body: JSON.stringify(message),
          headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
          redirect: 'error',
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        })
      } catch {
        return { went: 'later' }
      }
      const { status } = response
      const body = (await response.json().catch(() => undefined)) as Bundle | { resourceType?: string } | undefined
      // The first try arrived, and its answer did not: the sender treats it as success and stops.
      if (status === 409 && body?.resourceType === 'OperationOutcome' && JSON.stringify(body).includes('"duplicate"'))
        return { went: 'delivered', status }
      if (status === 200 || status === 201) {
        const id = theirIdIn(body)
        return { went: 'delivered', status, ...(id === undefined ? {} : { theirId: id }) }
      }
      if (LATER.has(status) || body?.resourceType !== 'OperationOutcome') return { went: 'later', status }
      return { went: 'refused', status }
    },
  }
}

function theirIdIn(body: unknown): string | undefined {
  const { entry = [] } = (body ?? {}) as Bundle
  const id = Array.isArray(entry) ? entry.find(({ resource }) => resource?.resourceType === 'ServiceRequest')?.resource?.id : undefined
  return typeof id === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(id) ? id : undefined
}
