/** What was entered of a person, in words, question by question, to be looked at before it is saved. Pure. */
import { showDay, showNhsNumber } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'
import { needsIn, type EnteredPerson, type NUMBER_KINDS, type PersonGiven } from './person-form.ts'

/** A question and its answer; what was left open says so. */
export interface Answer {
  readonly question: string
  readonly answer: string
}

/** In the order of the form. */
export function answersOf(entered: EnteredPerson, given: PersonGiven, words: Words): readonly Answer[] {
  const { addPerson: w, aboutMe, lang } = words
  const kind = w.kinds[entered.numberKind as (typeof NUMBER_KINDS)[number]]
  const languages: Readonly<Record<string, string>> = { ...aboutMe.languages, other: entered.otherLanguage }
  const answers: readonly (readonly [string, string | undefined])[] = [
    [w.given, given.given],
    [w.family, given.family],
    [w.born, showDay(given.bornOn, lang)],
    [w.number, given.number === undefined ? kind : `${kind}: ${showNhsNumber(given.number.value)}`],
    [w.gender, given.gender === undefined ? '' : w.genders[given.gender]],
    [w.line, [entered.line.replaceAll('\n', ', '), entered.town, entered.postcode.toUpperCase()].filter((one) => one !== '').join(', ')],
    [w.phone, entered.phone],
    [w.email, entered.email],
    [w.language, languages[entered.language]],
    [w.formats, entered.formats.map((one) => aboutMe.format[one]).join(', ')],
    [w.howTo, needsIn(entered).join('; ')],
    [w.basis, w.bases[given.basis]],
    [w.toldBy, given.toldBy],
    [w.told, showDay(given.toldOn, lang)],
  ]
  return answers.map(([question, answer = '']) => ({ question, answer: answer === '' ? w.notGiven : answer }))
}
