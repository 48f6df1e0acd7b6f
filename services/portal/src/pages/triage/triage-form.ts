/** The form of one answer of triage: what was entered, what is wrong with it, and the input of `Task/$triage` it makes. Pure. HAZ-P02 */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { dayIn, isEmptyDay, listIn, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Words } from '../../words/words.ts'
import { isTooFar } from '../refusal/refusal-form.ts'

/** The answers that this form gives; `not-suitable` has the form of a refusal. */
export const OUTCOMES = ['accept', 'split', 'ask', 'advise', 'redirect', 'joint-review', 'waiting-list'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What an outcome asks for: `needed`, `offered` or absent. */
export interface Asks {
  readonly receivers?: 'one' | 'one-or-own' | 'two' | 'any'
  /** The text that must be there. */
  readonly text?: 'question' | 'advice' | 'interimPlan'
  /** Whether words for whoever comes next can be added. */
  readonly words: boolean
}

/** What each outcome asks for. */
const ASKS: Readonly<Record<Outcome, Asks>> = {
  accept: { receivers: 'one-or-own', words: true },
  split: { receivers: 'two', words: true },
  ask: { text: 'question', words: false },
  advise: { text: 'advice', words: false },
  redirect: { receivers: 'one', words: true },
  'joint-review': { receivers: 'any', words: true },
  'waiting-list': { receivers: 'one-or-own', text: 'interimPlan', words: true },
}

/** What an outcome asks for in this kind of step: the single point of access keeps no waiting list of its own, so it names whose it is. */
export const asksOf = (outcome: Outcome, kind: string): Asks =>
  outcome === 'waiting-list' && kind === 'single-point-of-access' ? { ...ASKS[outcome], receivers: 'one' } : ASKS[outcome]

export const isOutcome = (outcome: string): outcome is Outcome => (OUTCOMES as readonly string[]).includes(outcome)

export interface EnteredTriage {
  readonly kinds: readonly string[]
  /** `HealthcareService/…` that were chosen among the options. */
  readonly services: readonly string[]
  /** `Organization/…` from the whole list. */
  readonly other: string
  readonly text: string
  readonly words: string
  readonly reason: string
  readonly due: EnteredDay
}

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredTriage = (body: unknown): EnteredTriage => ({
  kinds: listIn(body, 'kind'),
  services: listIn(body, 'service'),
  other: textIn(body, 'other'),
  text: textIn(body, 'text'),
  words: textIn(body, 'words'),
  reason: textIn(body, 'reason'),
  due: dayIn(body, 'due'),
})

export interface TriageGiven {
  readonly outcome: Outcome
  readonly receivers: readonly string[]
  readonly text?: string
  readonly words?: string
  /** FHIR date: by the end of this day. */
  readonly dueOn?: string
  /** Services chosen against the reasons, with why. */
  readonly overruled: readonly { readonly service: string; readonly reason: string }[]
}

/**
 * @param asks what this outcome asks for here
 * @param overrules whether choosing this service needs a reason
 * @param today the local day; nothing is due before it
 */
export function readTriage(
  outcome: Outcome,
  entered: EnteredTriage,
  { asks, overrules, today }: { readonly asks: Asks; readonly overrules: (service: string) => boolean; readonly today: string },
  { triage: words, options }: Words,
): { given?: TriageGiven; wrong: Problems } {
  const wrong = problems()
  const receivers = asks.receivers === undefined ? [] : [...entered.services, ...(entered.other === '' ? [] : [entered.other])]
  if (asks.receivers === 'two' && receivers.length < 2) wrong.add('receivers', words.receiversMissing, 'other')
  if (asks.receivers === 'one' && receivers.length !== 1) wrong.add('receivers', words.receiverMissing, 'other')
  if (asks.receivers === 'one-or-own' && receivers.length > 1) wrong.add('receivers', words.receiverMissing, 'other')
  const against = receivers.filter(overrules)
  if (against.length > 0 && entered.reason === '') wrong.add('reason', options.reasonMissing)
  const missing = { question: words.questionMissing, advice: words.adviceMissing, interimPlan: words.interimMissing }
  if (asks.text !== undefined && entered.text === '') wrong.add('text', missing[asks.text])
  const dueOn = toDate(entered.due)
  if (!isEmptyDay(entered.due) && (dueOn === undefined || dueOn < today)) wrong.add('due', words.dueWrong, 'due-day')
  else if (dueOn !== undefined && isTooFar(dueOn, today)) wrong.add('due', words.dueFar, 'due-day')
  if (wrong.list.length > 0) return { wrong }
  return {
    wrong,
    given: {
      outcome,
      receivers,
      overruled: against.map((service) => ({ service, reason: entered.reason })),
      ...(asks.text === undefined ? {} : { text: entered.text }),
      ...(asks.words && entered.words !== '' ? { words: entered.words } : {}),
      ...(dueOn === undefined ? {} : { dueOn }),
    },
  }
}

/** The input of `Task/$triage`. */
export function toParameters({ outcome, receivers, text, words, dueOn, overruled }: TriageGiven): Parameters {
  const name = ASKS[outcome].text
  // The reason goes with the words too: whoever is asked reads it at once.
  const said = [words, overruled[0]?.reason].filter((part) => part !== undefined).join('\n')
  const parameter: ParametersParameter[] = [
    { name: 'outcome', valueCode: outcome },
    ...receivers.map((reference) => ({ name: 'receiver', valueReference: { reference } })),
    ...(name === undefined || text === undefined ? [] : [{ name, valueString: text }]),
    ...(said === '' ? [] : [{ name: 'words', valueString: said }]),
    ...(dueOn === undefined ? [] : [{ name: 'due', valueDateTime: dueOn }]),
  ]
  return { resourceType: 'Parameters', parameter }
}
