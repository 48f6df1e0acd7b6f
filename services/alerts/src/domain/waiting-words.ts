// What an e-mail or an SMS says: that something waits, and where. Standards page "Hospital alerts", section 11: no name, number, date of birth,
// address, diagnosis, medicine or ward. HAZ-A14
import type { Topic } from '@platform/fhir/topic-subscription'
import type { NumberedEvent } from './alert-subscription.ts'
import { stepWords } from './step-words.ts'

/** The words of one message. */
export interface WaitingWords {
  readonly subject: string
  readonly text: string
}

/** What an organisation hears of; a person hears of steps, in words of their own. */
type WorkTopic = Exclude<Topic, 'step'>

const ONE: Readonly<Record<WorkTopic, string>> = {
  alert: 'A hospital alert is waiting',
  task: 'A task is waiting',
  referral: 'A referral was updated',
}
const MANY: Readonly<Record<WorkTopic, string>> = {
  alert: 'hospital alerts have news',
  task: 'tasks have news',
  referral: 'referrals have news',
}
const SAID: Readonly<Record<string, string>> = {
  escalated: 'Nobody has answered a hospital alert yet',
  withdrawn: 'A hospital alert was withdrawn: it was a mistake',
  closed: 'A hospital alert was closed',
}

/** Words for some events of one topic; the link is the hub's own front page, and opens nothing before sign-in. */
export function waitingWords(topic: Topic, events: readonly NumberedEvent[], publicUrl: string): WaitingWords {
  if (topic === 'step') return stepWords(publicUrl)
  const [only, ...more] = [...new Map(events.map((event) => [event.focus, event])).values()]
  const subject =
    more.length === 0
      ? ((topic === 'alert' ? SAID[only?.kind ?? ''] : undefined) ?? ONE[topic])
      : `${String(more.length + 1)} ${MANY[topic]}`
  const reference = more.length === 0 && only !== undefined ? ` Ref ${shortReference(only.focus)}.` : ''
  return { subject, text: `${subject}. Sign in: ${publicUrl}${reference}` }
}

const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ' // nothing that is read as something else over the telephone

/** Four characters by which two people on the telephone know that they mean the same alert. Says nothing of its id. */
function shortReference(focus: string): string {
  let word = 0x811c9dc5
  for (let at = 0; at < focus.length; at += 1) word = Math.imul(word ^ focus.charCodeAt(at), 0x01000193)
  return [0, 5, 10, 15].map((shift) => LETTERS[(word >>> shift) & 31] ?? '2').join('')
}
