/** A diary entry as a person writes it, and as the record keeps it (profile diary-entry). Pure. */
import type { Observation } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import { dayIn, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import type { Catalogue, Choice } from '../../knowledge/catalogue.ts'
import { calledOf, codeOf, codes, ids, ours, wordsOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** The form as it was sent. */
export interface DiaryEntered {
  readonly key: string
  readonly item: string
  readonly score: string
  readonly day: EnteredDay
  readonly time: string
  readonly triggers: readonly string[]
  readonly words: string
}

/** An entry that can be kept. */
export interface DiaryGiven {
  readonly key: string
  readonly item: Choice
  readonly score?: number
  readonly on: string
  readonly time?: Choice
  readonly triggers: readonly Choice[]
  readonly words?: string
}

/** An entry as it is shown. */
export interface DiaryShown {
  readonly id: string
  readonly version: string
  readonly item: string
  /** The item's code, to draw by. */
  readonly code: string
  readonly score?: number
  /** FHIR date. */
  readonly on: string
  readonly time?: string
  readonly triggers: readonly string[]
  readonly words: readonly string[]
  /** Name of the organisation that entered it for the person. */
  readonly enteredBy?: string
}

const LONGEST = 2_000
const KEY = /^[0-9a-f-]{36}$/

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export function enteredDiary(body: unknown): DiaryEntered {
  const chosen = (body as Readonly<Record<string, unknown>> | undefined)?.['triggers']
  return {
    key: textIn(body, 'key'),
    item: textIn(body, 'item'),
    score: textIn(body, 'score'),
    day: dayIn(body, 'day'),
    time: textIn(body, 'time'),
    triggers: (Array.isArray(chosen) ? chosen : [chosen]).filter((one) => typeof one === 'string'),
    words: textIn(body, 'words'),
  }
}

/** @param today the local day, `2026-11-21` */
export function readDiary(
  entered: DiaryEntered,
  { diaryItems, diaryTriggers, timesOfDay }: Pick<Catalogue, 'diaryItems' | 'diaryTriggers' | 'timesOfDay'>,
  today: string,
  { diary: words }: Words,
): { readonly wrong: Problems; readonly given?: DiaryGiven } {
  const wrong = problems()
  const item = diaryItems.find(({ code }) => code === entered.item)
  if (item === undefined) wrong.add('item', words.itemMissing)
  const score = /^\d{1,2}$/.test(entered.score) ? Number(entered.score) : undefined
  if (entered.score !== '' && (score === undefined || score > 10)) wrong.add('score', words.scoreWrong)
  const on = toDate(entered.day)
  if (on === undefined) wrong.add('day', words.dayWrong, 'day-day')
  else if (on > today) wrong.add('day', words.dayAhead, 'day-day')
  const time = timesOfDay.find(({ code }) => code === entered.time)
  const triggers = diaryTriggers.filter(({ code }) => entered.triggers.includes(code))
  if (entered.words.length > LONGEST) wrong.add('words', words.long)
  // A diary entry says something: invariant diary-1.
  if (entered.score === '' && time === undefined && triggers.length === 0 && entered.words === '') wrong.add('score', words.nothing)
  if (wrong.list.length > 0 || item === undefined || on === undefined || !KEY.test(entered.key)) return { wrong }
  return {
    wrong,
    given: {
      key: entered.key,
      item,
      on,
      triggers,
      ...(score === undefined ? {} : { score }),
      ...(time === undefined ? {} : { time }),
      ...(entered.words === '' ? {} : { words: entered.words }),
    },
  }
}

/** @param by who writes: the person, or their carer; after them the organisation that enters it for them */
export function toObservation(
  { key, item, score, on, time, triggers, words }: DiaryGiven,
  self: string,
  by: readonly string[],
): Observation {
  const part = (code: string, display: string) => ({ coding: [{ system: codes('diary-part'), code, display }] })
  const choice = (system: string, { code, display }: Choice) => ({ coding: [{ system: codes(system), code, display }], text: display })
  return {
    resourceType: 'Observation',
    meta: { profile: [ours('diary-entry')] },
    extension: [{ url: ours('checked-level'), valueCode: 'person-said' }],
    identifier: [{ system: ids('diary-key'), value: key }],
    status: 'final',
    code: { coding: [{ system: codes('diary-item'), code: item.code, display: item.display }], text: item.display },
    subject: { reference: self },
    effectiveDateTime: on,
    performer: by.map((reference) => ({ reference })),
    ...(score === undefined ? {} : { valueInteger: score }),
    ...(time === undefined && triggers.length === 0
      ? {}
      : {
          component: [
            ...(time === undefined
              ? []
              : [{ code: part('time-of-day', 'Time of day'), valueCodeableConcept: choice('time-of-day', time) }]),
            ...triggers.map((one) => ({
              code: part('trigger', 'What may have brought it on'),
              valueCodeableConcept: choice('diary-trigger', one),
            })),
          ],
        }),
    ...(words === undefined ? {} : { note: [{ text: words }] }),
  }
}

/** The condition by which the record knows an entry that it already has. */
export const unlessNoted = ({ key }: DiaryGiven): string => `identifier=${encodeURIComponent(`${ids('diary-key')}|${key}`)}`

/** The search for the entries of a diary. */
export const ofDiary = { code: `${codes('diary-item')}|` } as const

/** The organisation that entered it for the person, as `Organization/<id>`. */
export const entererOf = ({ performer = [] }: Observation): string | undefined =>
  performer.find(({ reference }) => reference?.startsWith('Organization/'))?.reference

/** Entries that stand, newest first. @param enterers organisations that entered some for the person */
export function shownEntries(observations: readonly Observation[], enterers: Resolved = new Map()): readonly DiaryShown[] {
  return observations
    .flatMap((one): DiaryShown[] => {
      const code = codeOf(one.code, 'diary-item')
      const on = (one.effectiveDateTime ?? one.effectivePeriod?.start)?.slice(0, 10)
      if (code === undefined || on === undefined || one.status === 'entered-in-error') return []
      const parts = (name: string) =>
        (one.component ?? []).flatMap((component) =>
          codeOf(component.code, 'diary-part') === name ? (wordsOf(component.valueCodeableConcept) ?? component.valueString ?? []) : [],
        )
      const [time] = parts('time-of-day')
      const enterer = entererOf(one)
      const enteredBy = enterer === undefined ? undefined : (calledOf({ reference: enterer }, enterers) ?? enterer)
      return [
        {
          id: one.id ?? '',
          version: one.meta?.versionId ?? '',
          item: wordsOf(one.code) ?? code,
          code,
          on,
          triggers: parts('trigger'),
          words: [...(one.valueString === undefined ? [] : [one.valueString]), ...(one.note ?? []).flatMap(({ text }) => text ?? [])],
          ...(one.valueInteger === undefined ? {} : { score: one.valueInteger }),
          ...(time === undefined ? {} : { time }),
          ...(enteredBy === undefined ? {} : { enteredBy }),
        },
      ]
    })
    .toSorted((one, other) => other.on.localeCompare(one.on))
}
