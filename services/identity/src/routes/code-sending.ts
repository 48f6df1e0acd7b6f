/** Sends one-time codes and compares them, for a sign-in and for an invitation alike. */
import { createHmac, randomInt, randomUUID } from 'node:crypto'
import type { Log } from '@platform/service/log'
import type { Messaging } from '@platform/service/messaging'
import type { Contact } from '../domain/contact.ts'
import { codeMessage, typedCode, writtenCode } from '../domain/one-time-code.ts'
import type { OneTimeCodes } from '../store/one-time-codes.ts'

/** The ways a hub can send codes; none where neither is set up. */
export interface CodeWays extends Pick<Messaging, 'mailer' | 'sms'> {
  readonly email: boolean
  readonly text: boolean
}

export interface CodeSendingOptions {
  readonly codes: OneTimeCodes
  readonly ways: CodeWays | undefined
  /** Keys the hashes; another for each use is derived from it. */
  readonly secret: string
  readonly clock: { now(): Date }
  readonly log: Log
}

export interface CodeSending {
  /** Whether this hub sends codes at all. */
  readonly offered: boolean
  /** Whether it sends them this way. */
  sendsTo(contact: Contact): boolean
  /** What is kept of an address. */
  hashOf(contact: Contact): Buffer
  /** Sends a code, unless the address is locked. The answer waits for nothing: how long it takes tells nobody who signs in here. */
  send(occasion: string, contact: Contact): Promise<void>
  /** The hash of the address whose code this is; nothing for a wrong code, a used one, one that is too old, or one too many tries. */
  check(occasion: string, typed: string): Promise<Buffer | undefined>
}

/** Opens it. */
export function codeSending({ codes, ways, secret, clock, log }: CodeSendingOptions): CodeSending {
  const keyed = (text: string) => createHmac('sha256', secret).update(text).digest()
  const codeHash = (occasion: string, contactHash: Buffer, code: string) => keyed(`code ${occasion} ${contactHash.toString('hex')} ${code}`)

  const deliver = ({ way, to }: Contact, code: string): Promise<number> | undefined => {
    const { subject, text } = codeMessage(code)
    return way === 'email'
      ? ways?.mailer.send({ to, subject, text, key: randomUUID() })
      : ways?.sms.send({ to, text, key: randomUUID() }).then(({ status }) => status)
  }

  const sending: CodeSending = {
    offered: ways !== undefined && (ways.email || ways.text),
    sendsTo: ({ way }) => ways !== undefined && (way === 'email' ? ways.email : ways.text),
    hashOf: ({ way, to }) => keyed(`contact ${way} ${to}`),
    async send(occasion, contact) {
      const code = writtenCode(randomInt(1_000_000))
      const contactHash = sending.hashOf(contact)
      if (!(await codes.make({ occasion, contactHash, codeHash: codeHash(occasion, contactHash, code) }, clock.now())))
        return log.warn({ event: 'identity.code-locked' })
      deliver(contact, code)?.then(
        (status) => log.info({ event: 'identity.code-sent', way: contact.way, status }),
        (error: unknown) => log.error({ event: 'identity.code-not-sent', way: contact.way, error }),
      )
    },
    async check(occasion, typed) {
      const contactHash = await codes.sentTo(occasion)
      if (contactHash === undefined) return undefined
      const right = await codes.use(occasion, codeHash(occasion, contactHash, typedCode(typed)), clock.now())
      log.info({ event: right ? 'identity.code-used' : 'identity.code-wrong' })
      return right ? contactHash : undefined
    },
  }
  return sending
}
