/** The register of a group: one session, many people, on one page; and the input of `$record-register` it makes. Pure. Feature B1, story 1. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { Role } from '@platform/fhir/caller'
import { dayIn, isEmptyDay, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import { kindsFor, type Catalogue } from '../../knowledge/catalogue.ts'
import type { Words } from '../../words/words.ts'

/** What was entered for one person. */
export interface EnteredRow {
  /** Id of the Patient. */
  readonly id: string
  /** `came`, `missed`, or empty: not of this group today. */
  readonly came: string
  readonly reason: string
  readonly note: string
}

export interface EnteredRegister {
  readonly kind: string
  readonly done: EnteredDay
  readonly minutes: string
  readonly key: string
  readonly rows: readonly EnteredRow[]
}

const KEY = /^[A-Za-z0-9-]{8,64}$/

/** @param ids the people of the page; nobody else is read from the form */
export const enteredRegister = (body: unknown, ids: readonly string[]): EnteredRegister => ({
  kind: textIn(body, 'kind'),
  done: dayIn(body, 'done'),
  minutes: textIn(body, 'minutes'),
  key: textIn(body, 'key'),
  rows: ids.map((id) => ({
    id,
    came: textIn(body, `came-${id}`),
    reason: textIn(body, `reason-${id}`),
    note: textIn(body, `note-${id}`),
  })),
})

/** @param today the local day, after which nothing can have taken place */
export function readRegister(
  { kind, done, minutes, key, rows }: EnteredRegister,
  { catalogue, role, today }: { readonly catalogue: Catalogue; readonly role: Role; readonly today: string },
  { group: words, record }: Words,
): { given?: Parameters; wrong: Problems } {
  const wrong = problems()
  if (kindsFor(catalogue, role).every(({ code }) => code !== kind)) wrong.add('kind', record.kindMissing)
  const on = toDate(done)
  if (isEmptyDay(done)) wrong.add('done', record.dayMissing, 'done-day')
  else if (on === undefined) wrong.add('done', record.dayWrong, 'done-day')
  else if (on > today) wrong.add('done', record.dayAhead, 'done-day')
  const length = /^\d{1,3}$/.test(minutes) ? Number(minutes) : Number.NaN
  if (minutes !== '' && !(length >= 1 && length <= 600)) wrong.add('minutes', record.minutesWrong)
  const said = rows.filter(({ came }) => came === 'came' || came === 'missed')
  if (said.length === 0) wrong.add('people', words.nobody, rows[0] === undefined ? 'kind' : `came-${rows[0].id}`)
  for (const { id, came, reason } of said) {
    // An absence always has a reason; that none was given is one. Silence is no absence.
    if (came === 'missed' && catalogue.absenceReasons.every(({ code }) => code !== reason)) wrong.add(`reason-${id}`, words.reasonMissing)
  }
  if (wrong.list.length > 0 || on === undefined || !KEY.test(key)) return { wrong }
  const parameter: ParametersParameter[] = [
    { name: 'key', valueString: key },
    { name: 'kind', valueCode: kind },
    { name: 'on', valueDate: on },
    ...(minutes === '' ? [] : [{ name: 'minutes', valueInteger: length }]),
    { name: 'mode', valueCode: 'group' },
    ...said.map(({ id, came, reason, note }) => ({
      name: 'person',
      part: [
        { name: 'who', valueReference: { reference: `Patient/${id}` } },
        { name: 'present', valueBoolean: came === 'came' },
        ...(came === 'missed' ? [{ name: 'reason', valueCode: reason }] : []),
        ...(note === '' ? [] : [{ name: 'note', valueString: note }]),
      ],
    })),
  ]
  return { wrong, given: { resourceType: 'Parameters', parameter } }
}
