/** SMS by an HTTP gateway of the kind of GOV.UK Notify; where none is set up, kept and shown in the demonstration. */
import { wayOutRefuse } from './way-out-errors.ts'
import type { KeptMessages } from './kept-messages.ts'
import type { Outbound } from './outbound.ts'

/** One text message. It carries words alone. */
export interface Sms {
  /** E.164, or as the gateway takes it. */
  readonly to: string
  readonly text: string
  /** The same for the same message sent again. */
  readonly key: string
}

/** Sends text messages. */
export interface SmsGateway {
  /** @returns the HTTP status of the gateway @throws CHANNEL_NOT_SET_UP, or an error when nobody answers in time */
  send(sms: Sms): Promise<number>
}

/** What the gateway is asked with. */
export interface SmsGatewayOptions {
  readonly url: string
  /** Bearer token, where the gateway wants one. */
  readonly token?: string
  /** A gateway that sends approved templates only is given this one, with the words as its `text`. */
  readonly template?: string
}

/** Opens a gateway. @param http a way out that may reach it */
export function httpSmsGateway(http: Outbound, { url, token, template }: SmsGatewayOptions): SmsGateway {
  return {
    send: async ({ to, text, key }) =>
      http.post(
        url,
        JSON.stringify({
          phone_number: to,
          reference: key,
          ...(template === undefined ? { content: text } : { template_id: template, personalisation: { text } }),
        }),
        { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ),
  }
}

/** Keeps what would have been sent, for `/outbox` of a demonstration. */
export const keepingSms = (kept: KeptMessages): SmsGateway => ({
  async send({ to, text, key }) {
    await kept.keep({ channel: 'sms', to, subject: '', text, key })
    return 201
  },
})

/** Nothing is set up, and nothing is pretended. */
export const noSms: SmsGateway = {
  send: async () => {
    throw wayOutRefuse.CHANNEL_NOT_SET_UP({ setting: 'SMS_GATEWAY_URL' })
  },
}
