/** What a person says of how a referral was dealt with: three questions and their own words. Pure. Row H7. */
import type { Communication } from '@medplum/fhirtypes'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import { ids, ours } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'

/** The questions, by code of the CodeSystem experience-question. */
export const QUESTIONS = ['heard', 'informed', 'helped'] as const
export type Question = (typeof QUESTIONS)[number]
/** The answers, by code of the CodeSystem experience-answer. */
export const ANSWERS = ['yes', 'partly', 'no', 'too-soon'] as const
export type Answer = (typeof ANSWERS)[number]

/** One feedback as it is shown. */
export interface Feedback {
  readonly at?: string
  readonly answers: readonly { readonly question: Question; readonly answer: Answer }[]
  readonly words: readonly string[]
  /** `<id>` and version of the message, to take the agreement to be quoted back. */
  readonly id?: string
  readonly version?: string
  /** Whether the person agrees that their words are quoted without their name. */
  readonly quotable?: true
}

/** What was entered. */
export interface FeedbackEntered {
  readonly key: string
  readonly heard: string
  readonly informed: string
  readonly helped: string
  readonly words: string
  readonly quote: boolean
}

const LONGEST = 2_000
const MAY_BE_QUOTED = ours('may-be-quoted')
const KEY = /^[0-9a-f-]{36}$/

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredFeedback = (body: unknown): FeedbackEntered => ({
  key: textIn(body, 'key'),
  heard: textIn(body, 'heard'),
  informed: textIn(body, 'informed'),
  helped: textIn(body, 'helped'),
  words: textIn(body, 'words'),
  quote: textIn(body, 'quote') === 'yes',
})

/** What is wrong with it; an answer that is none of ours is none. */
export function readFeedback(
  entered: FeedbackEntered,
  { referrals: { feedback: words } }: Words,
): { readonly wrong: Problems; readonly answers: Feedback['answers'] } {
  const answers = QUESTIONS.flatMap((question) => {
    const answer = ANSWERS.find((one) => one === entered[question])
    return answer === undefined ? [] : [{ question, answer }]
  })
  const wrong = problems()
  if (answers.length === 0 && entered.words === '') wrong.add('heard', words.missing)
  if (entered.words.length > LONGEST) wrong.add('words', words.long)
  if (!KEY.test(entered.key)) wrong.add('heard', words.missing)
  return { wrong, answers }
}

/** The message as the record keeps it, addressed to whoever was asked. */
export function toCommunication(
  { key, words, quote }: FeedbackEntered,
  answers: Feedback['answers'],
  { referral, self, asked, sender, at }: { referral: string; self: string; asked: readonly string[]; sender: string; at: Date },
): Communication {
  return {
    resourceType: 'Communication',
    meta: { profile: [ours('hub-communication')] },
    extension: [
      ...answers.map(({ question, answer }) => ({
        url: ours('experience'),
        extension: [
          { url: 'question', valueCode: question },
          { url: 'answer', valueCode: answer },
        ],
      })),
      // The person alone agrees to be quoted, and only where there are words of theirs.
      ...(quote && words !== '' && sender === self ? [{ url: MAY_BE_QUOTED, valueBoolean: true }] : []),
    ],
    identifier: [{ system: ids('feedback'), value: key }],
    status: 'completed',
    basedOn: [{ reference: `ServiceRequest/${referral}` }],
    subject: { reference: self },
    sender: { reference: sender },
    recipient: asked.map((reference) => ({ reference })),
    sent: at.toISOString(),
    // A message says something in words even where only the questions were answered.
    payload: [{ contentString: words === '' ? answers.map(({ question, answer }) => `${question}: ${answer}`).join('; ') : words }],
  }
}

/** The condition by which the record knows a feedback that it already has. */
export const unlessGiven = ({ key }: FeedbackEntered): string => `identifier=${encodeURIComponent(`${ids('feedback')}|${key}`)}`

/** The feedback that a message is; nothing for another message. */
export function feedbackIn({ id, meta, extension = [], identifier = [], payload = [], sent, status }: Communication): readonly Feedback[] {
  if (status === 'entered-in-error' || !identifier.some(({ system }) => system === ids('feedback'))) return []
  const answers = extension.flatMap(({ url, extension: parts = [] }) => {
    const part = (name: string) => parts.find((one) => one.url === name)?.valueCode
    const question = QUESTIONS.find((one) => one === part('question'))
    const answer = ANSWERS.find((one) => one === part('answer'))
    return url === ours('experience') && question !== undefined && answer !== undefined ? [{ question, answer }] : []
  })
  const summary = answers.map(({ question, answer }) => `${question}: ${answer}`).join('; ')
  const words = payload.flatMap(({ contentString }) => (contentString === undefined || contentString === summary ? [] : [contentString]))
  const quotable = extension.some(({ url, valueBoolean }) => url === MAY_BE_QUOTED && valueBoolean === true)
  return [
    {
      answers,
      words,
      ...(sent === undefined ? {} : { at: sent }),
      ...(quotable ? { quotable, id: id ?? '', version: meta?.versionId ?? '' } : {}),
    },
  ]
}

/** The extensions of a message without the agreement to be quoted. */
export const withoutQuote = ({ extension = [] }: Communication) => extension.filter(({ url }) => url !== MAY_BE_QUOTED)

/** Words that may be quoted, of messages that were sent in a calendar quarter. No name, no day. @param quarter `2026-Q3` */
export const quotesOf = (messages: readonly Communication[], quarter: string): readonly string[] =>
  messages.flatMap((message) =>
    feedbackIn(message).flatMap(({ quotable, words, at = '' }) => (quotable === true && quarterOf(at) === quarter ? words : [])),
  )

/** The quarter of an instant, by its local day. */
function quarterOf(at: string): string {
  if (at === '') return ''
  const [year = '', month = ''] = dayOf(new Date(at)).split('-')
  return `${year}-Q${Math.ceil(Number(month) / 3)}`
}
