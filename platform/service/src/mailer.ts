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

/** How long a mail server is waited for. */
export interface MailPatience {
  /** Until it has all of the mail: one that says something now and then, and never wants it, is late as well. */
  readonly handedOverWithinMs: number
  /** From then on the mail is the server's, which may look through it at leisure: whoever goes away and sends it again has sent it twice. RFC 5321, section 4.5.3.2.6. */
  readonly takenWithinMs: number
}

const PATIENCE: MailPatience = { handedOverWithinMs: 30_000, takenWithinMs: 300_000 }
/** Until the mail is handed over; as many again may be waited for that are. */
const CONVERSATIONS_AT_ONCE = 10
/** Where the server speaks of the mail. That it does not take our greeting, our password or our sender is the operator's to mend, and no refusal of whom it is for. */
const OF_THE_MAIL: ReadonlySet<string | undefined> = new Set(['RCPT TO', 'DATA'])

/** A certificate that we do not take: nothing was said to that server, and no mail left in the clear. The code is Node's. */
export class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused'
  readonly code: string

  constructor(code: string, options: ErrorOptions) {
    super('The certificate of the mail server was refused.', options)
    this.code = code
  }
}

/** What Node and OpenSSL say of a certificate: nodemailer keeps the words, and puts a code of its own (ESOCKET) in place of theirs. */
const CODE_OF: readonly (readonly [RegExp, string])[] = [
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/does not match certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/^self.signed certificate(?! in)/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/self.signed certificate in certificate chain/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/unable to (?:verify the first|get local issuer) certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]

function certificateRefused(error: unknown): CertificateRefused | undefined {
  const said = error instanceof Error ? error.message : ''
  const code = CODE_OF.find(([words]) => words.test(said))?.[1]
  return code === undefined ? undefined : new CertificateRefused(code, { cause: error })
}

/** Opens a way out by a server: `smtps://user:password@host:465`, or `smtp://` with STARTTLS where the server offers it. */
export function smtpMailer(url: string, from: string, { handedOverWithinMs, takenWithinMs }: MailPatience = PATIENCE): Mailer {
  let transport: Promise<Transporter> | undefined
  // Loaded with the first mail: most processes send none.
  const open = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer')
    const opened = createTransport({
      url,
      pool: true,
      maxConnections: 2 * CONVERSATIONS_AT_ONCE,
      connectionTimeout: handedOverWithinMs,
      greetingTimeout: handedOverWithinMs,
      socketTimeout: takenWithinMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    opened.use('stream', ({ data, message }, done) => {
      message.processFunc((stream) => stream.once('end', () => (data as Handed).handedOver()))
      done()
    })
    return opened
  }
  const conversations = atMost(CONVERSATIONS_AT_ONCE)
  const converse = async (mail: Mail, handedOver: () => void): Promise<number> => {
    transport ??= open()
    const opened = await transport
    const late = new AbortController()
    const within = (ms: number) => setTimeout(() => late.abort(new NoAnswerInTime('The mail server did not take it in time.')), ms)
    let timer = within(handedOverWithinMs)
    const { to, subject, text, key } = mail
    const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '')
    const said = { from, to, subject, text, messageId: `<${key}@${domain}>`, headers: { 'auto-submitted': 'auto-generated' } }
    const handed: Handed = {
      handedOver() {
        clearTimeout(timer)
        timer = within(takenWithinMs)
        handedOver()
      },
    }
    try {
      await opened.sendMail({ ...said, ...handed, signal: late.signal })
      return 250
    } catch (error) {
      if (late.signal.aborted) throw late.signal.reason
      const { responseCode, command } = error as { responseCode?: number; command?: string }
      if (responseCode === undefined || !OF_THE_MAIL.has(command)) throw certificateRefused(error) ?? error
      return responseCode
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    async send(mail) {
      const { taken } = await conversations(async () => {
        const handed = Promise.withResolvers<void>()
        const taken = converse(mail, handed.resolve)
        await Promise.race([handed.promise, taken.catch(() => undefined)])
        return { taken }
      })
      return taken
    },
    [Symbol.dispose]: () => void transport?.then((opened) => opened.close()),
  }
}

/** Told when the server has all of a mail, and has not yet said whether it takes it. */
interface Handed {
  readonly handedOver: () => void
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
