/** SMS by an HTTP gateway of the kind of GOV.UK Notify; where none is set up, kept and shown in the demonstration. */
import { wayOutRefuse } from './way-out-errors.ts'
import type { KeptMessages } from './kept-messages.ts'
import { askedToWait } from './asked-to-wait.ts'
import type { Outbound } from './outbound.ts'

/** One text message. It carries words alone. */
export interface Sms {
  /** E.164, or as the gateway takes it. */
  readonly to: string
  readonly text: string
  /** The same for the same message sent again. */
  readonly key: string
}

/** What a gateway answered. */
export interface SmsAnswer {
  /** HTTP status; where the words of the answer say that it was not taken, the one that they say. */
  readonly status: number
  /** How long it asks us to wait, in milliseconds. */
  readonly againAfterMs?: number
}

/** Sends text messages. */
export interface SmsGateway {
  /** @throws CHANNEL_NOT_SET_UP, or an error when nobody answers in time */
  send(sms: Sms): Promise<SmsAnswer>
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
    async send({ to, text, key }) {
      const { status, headers, body } = await http.post(
        url,
        JSON.stringify({
          phone_number: to,
          reference: key,
          ...(template === undefined ? { content: text } : { template_id: template, personalisation: { text } }),
        }),
        { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      )
      return { status: status < 300 ? (refusalIn(body) ?? status) : whoseFault(status, body), ...askedToWait(headers) }
    },
  }
}

/** GOV.UK Notify answers 400 also where it is the operator's to mend, and not the number's fault: a key for the team alone, a trial, a template that is not there. */
function whoseFault(status: number, body: string): number {
  const said = errorsIn(body).map((error) => String((error as { message?: unknown } | null)?.message))
  return status === 400 && said.length > 0 && said.every((message) => OPERATORS.test(message)) ? 403 : status
}

const OPERATORS = /\bAPI key\b|\btrial mode\b|\btemplate|\bpersonalisation\b/i

/** That it was not taken, where a gateway says so in words alone: `errors` and `status_code`, as GOV.UK Notify writes them beside its status. */
function refusalIn(body: string): number | undefined {
  const code = parsed(body)['status_code']
  if (typeof code === 'number' && code >= 400 && code <= 599) return whoseFault(code, body)
  return errorsIn(body).length > 0 ? NOT_TAKEN : undefined
}

function errorsIn(body: string): readonly unknown[] {
  const { errors } = parsed(body)
  return Array.isArray(errors) ? errors : []
}

/** Refused, and not said why: worth another try. */
const NOT_TAKEN = 502

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(body)
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Keeps what would have been sent, for `/outbox` of a demonstration. */
export const keepingSms = (kept: KeptMessages): SmsGateway => ({
  async send({ to, text, key }) {
    await kept.keep({ channel: 'sms', to, subject: '', text, key })
    return { status: 201 }
  },
})

/** Nothing is set up, and nothing is pretended. */
export const noSms: SmsGateway = {
  send: async () => {
    throw wayOutRefuse.CHANNEL_NOT_SET_UP({ setting: 'SMS_GATEWAY_URL' })
  },
}
