/** The form of a refusal: it cannot be sent without reason, words, next owner, next action and date. HAZ-P02. Pure. */
import type { Parameters } from '@medplum/fhirtypes'
import { latestDue } from '@platform/fhir/latest-due'
import { dayIn, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Choice } from '../../knowledge/catalogue.ts'
import type { Listed } from '../../knowledge/directory.ts'
import { codes } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

export interface EnteredRefusal {
  readonly reason: string
  readonly words: string
  readonly owner: string
  readonly action: string
  readonly due: EnteredDay
}

export interface RefusalGiven {
  readonly reason: Choice
  readonly words: string
  /** `Organization/…` */
  readonly owner: string
  readonly action: string
  /** FHIR date: by the end of this day. */
  readonly dueOn: string
}

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredRefusal = (body: unknown): EnteredRefusal => ({
  reason: textIn(body, 'reason'),
  words: textIn(body, 'words'),
  owner: textIn(body, 'owner'),
  action: textIn(body, 'action'),
  due: dayIn(body, 'due'),
})

/** @param today the local day; a next step is not due before it */
export function readRefusal(
  entered: EnteredRefusal,
  { reasons, listed, today }: { readonly reasons: readonly Choice[]; readonly listed: readonly Listed[]; readonly today: string },
  { refusal: words }: Words,
): { given?: RefusalGiven; wrong: Problems } {
  const wrong = problems()
  const reason = reasons.find(({ code }) => code === entered.reason)
  if (reason === undefined) wrong.add('reason', words.reasonMissing)
  if (entered.words === '') wrong.add('words', words.wordsMissing)
  const owner = listed.find(({ reference }) => reference === entered.owner)?.reference
  if (owner === undefined) wrong.add('owner', words.ownerMissing)
  if (entered.action === '') wrong.add('action', words.actionMissing)
  const dueOn = toDate(entered.due)
  if (isEmptyDay(entered.due)) wrong.add('due', words.dueMissing, 'due-day')
  else if (dueOn === undefined) wrong.add('due', words.dueWrong, 'due-day')
  else if (dueOn < today) wrong.add('due', words.duePast, 'due-day')
  else if (isTooFar(dueOn, today)) wrong.add('due', words.dueFar, 'due-day')
  if (wrong.list.length > 0 || reason === undefined || owner === undefined || dueOn === undefined) return { wrong }
  return { wrong, given: { reason, words: entered.words, owner, action: entered.action, dueOn } }
}

/** Whether a day is more than two years after today: until then nobody would look at the next step. */
export const isTooFar = (day: string, today: string): boolean => Date.parse(day) >= latestDue(new Date(today)).getTime()

/** The input of `Task/$refuse`. */
export const toParameters = ({ reason, words, owner, action, dueOn }: RefusalGiven): Parameters => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'reason', valueCoding: { system: codes('refusal-reason'), code: reason.code, display: reason.display } },
    { name: 'words', valueString: words },
    { name: 'nextOwner', valueReference: { reference: owner } },
    { name: 'nextAction', valueString: action },
    { name: 'due', valueDateTime: dueOn },
  ],
})
