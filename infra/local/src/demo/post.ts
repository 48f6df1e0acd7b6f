/** What the hub of a demonstration sent by e-mail and SMS: it keeps each message and sends none. */
import { soon } from './world/soon.ts'

interface Message {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Whether this hub keeps both instead of sending them, so that they can be read here. */
export async function keepsMessages(url: string): Promise<boolean> {
  const { keeps = [] } = (await (await fetch(`${url}/outbox.json`)).json()) as { keeps?: readonly string[] }
  return keeps.includes('email') && keeps.includes('sms')
}

/** Waits for the code that was sent since, and answers it. */
export type NextCode = () => Promise<string>

/**
 * Asked before something is sent. What it gives waits for the message and answers its words.
 *
 * @param to e-mail address or number
 */
export async function newMessagesTo(url: string, to: string): Promise<() => Promise<string>> {
  const kept = async (): Promise<readonly Message[]> =>
    ((await (await fetch(`${url}/outbox.json`)).json()) as { messages: readonly Message[] }).messages.filter((one) => one.to === to)
  const before = (await kept()).length
  return async () => {
    const [message] = await soon(kept, (messages) => messages.length > before, 'A message that should have been sent is not there.')
    return `${message?.subject ?? ''} ${message?.text ?? ''}`
  }
}

/** The code of six digits in a message; empty where it has none. */
export const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)?.[0] ?? ''

/** As `newMessagesTo`, for the code alone. */
export async function codesSentTo(url: string, to: string): Promise<NextCode> {
  const next = await newMessagesTo(url, to)
  return async () => codeIn(await next())
}
