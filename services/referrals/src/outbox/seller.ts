/** The door of one seller for one order of ours. OpenActive Open Booking API 1.0, https://openactive.io/open-booking-api/EditorsDraft/ */
import type { Outbound, OutboundAnswer } from '@platform/service/outbound'
import { BOOKING_TYPE, readQuote } from '../domain/booking/order.ts'
import { listOf, textOf, type Said } from '../domain/listings/facts.ts'
import { parsed } from '../domain/listings/feed-page.ts'
import type { Seller } from '../store/booking/bookings.ts'

/** The seller says no, or something that cannot be mended by trying again. Its message is the seller's, for whoever asked. */
export class SellerRefused extends Error {
  override readonly name = 'SellerRefused'
}

/** What may be asked of a seller about one order; `what` is `orders`, `order-quotes` … @throws SellerRefused, or an Error when trying again may help */
export interface SellerDoor {
  put(what: string, body: Said): Promise<Said>
  /** @returns nothing for what the seller does not know */
  read(what: string): Promise<Said | undefined>
  /** Changes what is there. What the seller does not know is left as it is. */
  change(what: string, body: Said): Promise<void>
}

/** Opens the door. @param given.token bearer token, where the seller has given us one */
export function sellerAt(
  { baseUrl }: Pick<Seller, 'baseUrl'>,
  orderId: string,
  { http, token }: { readonly http: Outbound; readonly token: string | undefined },
): SellerDoor {
  const ask = async (method: 'GET' | 'PUT' | 'PATCH', what: string, body?: Said): Promise<OutboundAnswer> => {
    const answer = await http.ask(`${baseUrl.replace(/\/$/, '')}/${what}/${orderId}`, {
      method,
      headers: { 'content-type': BOOKING_TYPE, accept: BOOKING_TYPE, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.status === 429 || answer.status >= 500) throw new Error(`The seller answered HTTP ${answer.status}.`)
    return answer
  }
  return {
    async put(what, body) {
      const answer = await ask('PUT', what, body)
      if (answer.status === 200 || answer.status === 201) return parsed(answer.body)
      throw refused(answer)
    },
    async read(what) {
      const answer = await ask('GET', what)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw refused(answer)
      return parsed(answer.body)
    },
    async change(what, body) {
      const answer = await ask('PATCH', what, body)
      if (answer.status !== 200 && answer.status !== 204 && answer.status !== 404) throw refused(answer)
    },
  }
}

// A quote that cannot be had comes as 409 with the reason at its item; anything else with a description of its own.
function refused({ status, body }: OutboundAnswer): SellerRefused {
  const said = readable(body)
  const quoted = readQuote(said)
  return new SellerRefused(
    'refused' in quoted && listOf(said['orderedItem']).length > 0
      ? quoted.refused
      : (textOf(said['description']) ?? `The seller said no (HTTP ${status}).`),
  )
}

function readable(body: string): Said {
  try {
    return parsed(body)
  } catch {
    return {}
  }
}
