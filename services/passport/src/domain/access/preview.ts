/** What a Consent would do if it were stored, in sentences for the person. Pure; it reads the Consent by the rules that enforce it. */
import type { FhirResource } from '../references.ts'
import { agreedTo, closedOutBy, EVERYBODY, notKeptOf } from './consent.ts'
import { EVERYTHING } from './data-class.ts'
import type { During } from './relationship.ts'
import type { AccessLanguage } from './words.ts'
import { classWords, dayOf, wordsOf } from './words.ts'

export interface Sentence {
  readonly about: 'closes' | 'opens' | 'stays' | 'not-understood'
  readonly text: string
}

/**
 * @param names  what each party is called; one that is not there is said to be unknown
 */
export function previewOf(
  consent: FhirResource,
  patient: string,
  { names, language }: { names: ReadonlyMap<string, string>; language: AccessLanguage },
): Sentence[] {
  const words = wordsOf(language)
  const name = (party: string) =>
    names.get(party) ?? (party.startsWith('RelatedPerson/') ? words.carerNamed : party === EVERYBODY ? words.everybody : words.somebody)
  const closings = closedOutBy(consent, patient)
  const closes = closings.map(({ party, classes, during, referral }) => {
    const what = classes === EVERYTHING ? words.everything : classWords(classes, language)
    const when = whenOf(during, language)
    if (referral !== undefined) return words.closesReferral(name(party), what, when)
    return party === EVERYBODY ? words.closesAll(what, when) : words.closes(name(party), what, when)
  })
  const opens = agreedTo(consent, patient).map(({ party, kind, classes, during }) => {
    if (kind === 'carer-asks') return words.letsAsk(name(party), whenOf(during, language))
    const what = classes === undefined ? words.carersSee : classWords(classes, language)
    return (kind === 'carer' ? words.opensToCarer : words.opens)(name(party), what, whenOf(during, language))
  })
  const stays = [
    words.stays.person,
    ...(closes.length > 0 ? [words.stays.own, words.stays.emergency, words.stays.past] : []),
    ...(closings.some(({ party, referral }) => party === EVERYBODY && referral === undefined) ? [words.stays.links] : []),
  ]
  return [
    ...said('closes', closes),
    ...said('opens', opens),
    ...said('stays', stays),
    ...said(
      'not-understood',
      notKeptOf(consent).map((reason) => words.notKept[reason]),
    ),
  ]
}

const said = (about: Sentence['about'], texts: readonly string[]): Sentence[] => [...new Set(texts)].map((text) => ({ about, text }))

function whenOf({ starts, ends }: During = {}, language: AccessLanguage): string {
  const words = wordsOf(language)
  const from = starts === undefined || !isInstant(starts) ? '' : words.from(dayIn(starts, 0, language))
  // An end is the first instant after it: the day that is still included is the one before.
  const until = ends === undefined || !isInstant(ends) ? '' : words.until(dayIn(ends, 1, language))
  return `${from}${until}`
}

const isInstant = (text: string) => /^\d/.test(text)

/** A date without a time is a day in UTC (`domain/search/date-range.ts`), and is said as it was given. */
function dayIn(instant: string, before: number, language: AccessLanguage): string {
  const zone = instant.endsWith('T00:00:00.000Z') ? 'UTC' : undefined
  return dayOf(new Date(Date.parse(instant) - before), language, zone)
}
