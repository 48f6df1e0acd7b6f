/** E-mail by SMTP; where none is set up, kept and shown in the demonstration. RFC 5321, by nodemailer. */
import type { Transporter } from 'nodemailer'
import { wayOutRefuse } from './way-out-errors.ts'
import { atMost } from './at-most.ts'
import type { KeptMessages } from './kept-messages.ts'
import { NoAnswerInTime } from './outbound.ts'

/** One e-mail. It carries words alone. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The same for the same mail sent again: receivers that look at Message-ID show it once. */
  readonly key: string
}

/** Sends e-mail. */
export interface Mailer extends Disposable {
  /** @returns the reply code of the server about the mail @throws CHANNEL_NOT_SET_UP, or an error when nobody answers in time or the server does not take us */
  send(mail: Mail): Promise<number>
}

const ANSWER_WITHIN_MS = 20_000
/** Of the whole conversation: a server that says something now and then, and never takes it, is late as well. */
const TAKEN_WITHIN_MS = 60_000
const CONVERSATIONS_AT_ONCE = 10
/** Where the server speaks of the mail. That it does not take our greeting, our password or our sender is the operator's to mend, and no refusal of whom it is for. */
const OF_THE_MAIL: ReadonlySet<string | undefined> = new Set(['RCPT TO', 'DATA'])

/** Opens a way out by a server: `smtps://user:password@host:465`, or `smtp://` with STARTTLS where the server offers it. */
export function smtpMailer(url: string, from: string): Mailer {
  let transport: Promise<Transporter> | undefined
  // Loaded with the first mail: most processes send none.
  const open = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer')
    return createTransport({
      url,
      pool: true,
      maxConnections: CONVERSATIONS_AT_ONCE,
      connectionTimeout: ANSWER_WITHIN_MS,
      greetingTimeout: ANSWER_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }
  const conversations = atMost(CONVERSATIONS_AT_ONCE)
  /** A conversation that does not end is left, and those that begin afterwards have nothing to do with it. */
  const leave = (left: Promise<Transporter> | undefined) => {
    if (transport === left) transport = undefined
    void left?.then((opened) => opened.close())
  }
  const converse = async ({ to, subject, text, key }: Mail): Promise<number> => {
    const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '')
    const mail = { from, to, subject, text, messageId: `<${key}@${domain}>`, headers: { 'auto-submitted': 'auto-generated' } }
    transport ??= open()
    const through = transport
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      leave(through)
      late.reject(new NoAnswerInTime('The mail server did not take it in time.'))
    }, TAKEN_WITHIN_MS)
    try {
      await Promise.race([(await through).sendMail(mail), late.promise])
      return 250
    } catch (error) {
      const { responseCode, command } = error as { responseCode?: number; command?: string }
      if (responseCode === undefined || !OF_THE_MAIL.has(command)) throw error
      return responseCode
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    send: async (mail) => conversations(async () => converse(mail)),
    [Symbol.dispose]: () => leave(transport),
  }
}

/** Keeps what would have been sent, for `/outbox` of a demonstration. */
export function keepingMailer(kept: KeptMessages): Mailer {
  return {
    async send({ to, subject, text, key }) {
      await kept.keep({ channel: 'email', to, subject, text, key })
      return 250
    },
    [Symbol.dispose]: () => {},
  }
}

/** Nothing is set up, and nothing is pretended. */
export const noMailer: Mailer = {
  send: async () => {
    throw wayOutRefuse.CHANNEL_NOT_SET_UP({ setting: 'SMTP_URL' })
  },
  [Symbol.dispose]: () => {},
}
