/** The secure link: an e-mail that says that something waits, and codes by the second way. Nothing of the person, the need or the sender. HAZ-R32 */
import type { Messaging } from '@platform/service/messaging'
import { CODE_LIVES_MS, LINK_LIVES_MS } from '../../domain/link/link.ts'
import { checkWords, codeWords, linkMail } from '../../domain/link/words.ts'
import type { LinkRoute } from '../../store/links.ts'

/** How a send went: tried again later, or refused for good. */
export type LinkSent = 'delivered' | 'later' | 'refused'

/** Sends links and codes. */
export interface LinkChannel {
  /** @param token what opens the link: it is in the mail and nowhere else */
  link(route: LinkRoute, token: string, key: string): Promise<LinkSent>
  /** A code to open a link. */
  code(route: LinkRoute, code: string, key: string): Promise<LinkSent>
  /** A code that verifies the second way. */
  check(route: LinkRoute, code: string, key: string): Promise<LinkSent>
}

/** Opens the channel. @param publicUrl how others reach the hub */
export function linkChannel({ mailer, sms }: Pick<Messaging, 'mailer' | 'sms'>, publicUrl: string): LinkChannel {
  const mailed = async (to: string, subject: string, text: string, key: string): Promise<LinkSent> => {
    // RFC 5321: 5yz is a permanent refusal, 4yz is worth another try.
    const status = await mailer.send({ to, subject, text, key })
    return status < 400 ? 'delivered' : status >= 500 ? 'refused' : 'later'
  }
  const second = async ({ codeBy, codeTo }: LinkRoute, text: string, key: string): Promise<LinkSent> => {
    if (codeBy === 'email') return mailed(codeTo, linkMail('', 0).subject, text, key)
    const { status } = await sms.send({ to: codeTo, text, key })
    return status >= 200 && status < 300 ? 'delivered' : status === 400 ? 'refused' : 'later'
  }
  return {
    link({ mailTo }, token, key) {
      const { subject, text } = linkMail(`${publicUrl}/link/${token}`, LINK_LIVES_MS / 86_400_000)
      return mailed(mailTo, subject, text, key)
    },
    code: (route, code, key) => second(route, codeWords(code, CODE_LIVES_MS / 60_000), key),
    check: (route, code, key) => second(route, checkWords(code, CODE_LIVES_MS / 60_000), key),
  }
}
