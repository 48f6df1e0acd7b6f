/** The form of a session: what was entered, what is wrong with it, and the Procedure it makes. Pure. */
import type { Extension, Procedure } from '@medplum/fhirtypes'
import type { Role } from '@platform/fhir/caller'
import { dayIn, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import { kindsFor, type Catalogue, type Choice } from '../../knowledge/catalogue.ts'
import { codeIn, codeOf, codes, ids, ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'
import { enteredScores, readScores, type EnteredScore, type Score } from './scores.ts'

/** As it was typed. */
export interface EnteredSession {
  readonly kind: string
  /** `no` when it did not take place; anything else says that it did. */
  readonly happened: string
  /** Why it did not, a code of absence-reason. */
  readonly reason: string
  readonly done: EnteredDay
  readonly minutes: string
  readonly how: string
  readonly approach: string
  readonly response: string
  readonly scores: readonly EnteredScore[]
  /** Made with the form, so that a form sent twice is one session. */
  readonly key: string
}

/** As it was meant. */
export interface SessionGiven {
  readonly kind: Choice
  /** Why it did not take place; absent when it did. */
  readonly missed?: Choice
  /** FHIR date: the day it took place. */
  readonly doneOn: string
  readonly minutes?: number
  readonly how: string
  readonly approach?: string
  readonly response?: string
  readonly scores: readonly Score[]
  readonly key: string
}

/** A key of ours: nothing else may become part of a condition. */
const KEY = /^[A-Za-z0-9-]{8,64}$/
const LONGEST_RESPONSE = 2_000
const LONGEST_SESSION_MINUTES = 600

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export const enteredSession = (body: unknown): EnteredSession => ({
  kind: textIn(body, 'kind'),
  happened: textIn(body, 'happened'),
  reason: textIn(body, 'reason'),
  done: dayIn(body, 'done'),
  minutes: textIn(body, 'minutes'),
  how: textIn(body, 'how'),
  approach: textIn(body, 'approach'),
  response: textIn(body, 'response'),
  scores: enteredScores(body),
  key: textIn(body, 'key'),
})

/** What a device says of a session that it kept without a connection. */
export interface KeptOnDevice {
  /** Whose it is, as the form said when it was filled in. */
  readonly owner: string
  /** True once somebody has seen that there is such a session already, and wants this one beside it. */
  readonly asWell: boolean
}

/** Nothing for a form that is sent from its page. */
export const keptOnDevice = (body: unknown): KeptOnDevice | undefined =>
  textIn(body, 'offline') === 'yes' ? { owner: textIn(body, 'owner'), asWell: textIn(body, 'asWell') === 'yes' } : undefined

/** @param today the local day, after which nothing can have taken place */
export function readSession(
  entered: EnteredSession,
  catalogue: Catalogue,
  role: Role,
  today: string,
  allWords: Words,
): { given?: SessionGiven; wrong: Problems } {
  const { record: words } = allWords
  const wrong = problems()
  const kind = kindsFor(catalogue, role).find(({ code }) => code === entered.kind)
  if (kind === undefined) wrong.add('kind', words.kindMissing)

  const missed = entered.happened === 'no' ? catalogue.absenceReasons.find(({ code }) => code === entered.reason) : undefined
  if (entered.happened === 'no' && missed === undefined) wrong.add('reason', words.reasonMissing)

  const doneOn = toDate(entered.done)
  if (isEmptyDay(entered.done)) wrong.add('done', words.dayMissing, 'done-day')
  else if (doneOn === undefined) wrong.add('done', words.dayWrong, 'done-day')
  else if (doneOn > today) wrong.add('done', words.dayAhead, 'done-day')

  const minutes = /^\d{1,4}$/.test(entered.minutes) ? Number(entered.minutes) : Number.NaN
  if (entered.minutes !== '' && !(minutes >= 1 && minutes <= LONGEST_SESSION_MINUTES)) wrong.add('minutes', words.minutesWrong)

  const how = catalogue.deliveryModes.find(({ code }) => code === entered.how)
  if (how === undefined) wrong.add('how', words.howMissing)
  const approach = catalogue.approaches.find(({ code }) => code === entered.approach)
  if (entered.response.length > LONGEST_RESPONSE) wrong.add('response', words.responseLong)
  const scores = readScores(entered.scores, catalogue.measures, wrong, allWords)
  if (missed !== undefined && scores.length > 0) wrong.add('score-0', allWords.scores.notTaken)

  if (wrong.list.length > 0 || kind === undefined || doneOn === undefined || how === undefined || !KEY.test(entered.key)) return { wrong }
  return {
    wrong,
    given: {
      kind,
      doneOn,
      how: how.code,
      scores,
      key: entered.key,
      ...(missed === undefined ? {} : { missed }),
      ...(entered.minutes === '' || missed !== undefined ? {} : { minutes }),
      ...(approach === undefined ? {} : { approach: approach.code }),
      ...(entered.response === '' ? {} : { response: entered.response }),
    },
  }
}

/** Who gave the session and for whom. */
export interface GivenBy {
  readonly role: Role
  /** `Practitioner/…` */
  readonly fhirUser?: string
  /** `Organization/…` */
  readonly organization: string
  /** Sector of that organisation. */
  readonly sector: string
}

/** How far an entry is checked, by who makes it. */
const CHECKED = { professional: 'registered-professional-recorded', patient: 'person-said', carer: 'person-said' } as const

/** How far an entry of this role is checked when it is made. */
export const checkedBy = (role: Role): string => CHECKED[role as keyof typeof CHECKED] ?? 'worker-recorded'

/** The session as the record keeps it. */
export function toProcedure(
  session: SessionGiven,
  patient: string,
  { role, fhirUser, organization, sector }: GivenBy,
  now: Date,
): Procedure {
  const { kind, missed, doneOn, minutes, how, approach, response, key } = session
  const code = (name: string, value: string): Extension => ({ url: ours(name), valueCode: value as never }) // the client's type of a code is a closed list
  return {
    resourceType: 'Procedure',
    meta: { profile: [ours('therapy-session')] },
    extension: [
      code('sector', sector),
      code('checked-level', checkedBy(role)),
      code('delivery-mode', how),
      ...(approach === undefined ? [] : [code('approach', approach)]),
      ...(minutes === undefined ? [] : [{ url: ours('dose'), extension: [{ url: 'minutes', valuePositiveInt: minutes }] }]),
      { url: ours('recorded-at'), valueDateTime: now.toISOString() },
    ],
    identifier: [{ system: ids('session-key'), value: key }],
    ...(missed === undefined
      ? { status: 'completed' }
      : {
          status: 'not-done',
          statusReason: { coding: [{ system: codes('absence-reason'), code: missed.code, display: missed.display }], text: missed.display },
        }),
    code: { coding: [{ system: codes('intervention-kind'), code: kind.code, display: kind.display }], text: kind.display },
    subject: { reference: `Patient/${patient}` },
    performedDateTime: doneOn,
    performer: [{ actor: { reference: fhirUser ?? organization }, onBehalfOf: { reference: organization } }],
    ...(response === undefined ? {} : { note: [{ text: response, time: now.toISOString() }] }),
  }
}

/** The condition by which the record knows a session, or a score of one, that it already has. */
export const unlessRecorded = (key: string): string => `identifier=${encodeURIComponent(`${ids('session-key')}|${key}`)}`

/** What the last entry of the same organisation fills in: the kind and the way, never what happened. */
export function fromLast(last: Procedure | undefined): Partial<EnteredSession> & { readonly copiedFrom?: string } {
  if (last === undefined) return {}
  const minutes = last.extension?.find(({ url }) => url === ours('dose'))?.extension?.find(({ url }) => url === 'minutes')?.valuePositiveInt
  const [kind, how, approach, on] = [
    codeOf(last.code, 'intervention-kind'),
    codeIn(last, 'delivery-mode'),
    codeIn(last, 'approach'),
    last.performedDateTime ?? last.performedPeriod?.start,
  ]
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(how === undefined ? {} : { how }),
    ...(approach === undefined ? {} : { approach }),
    ...(minutes === undefined ? {} : { minutes: String(minutes) }),
    ...(kind === undefined || on === undefined ? {} : { copiedFrom: on }),
  }
}
