/** What a person writes about themselves, as the record keeps it in their Patient. Pure. Rows H6 and the "about me" of the record. */
import type { Extension, Patient } from '@medplum/fhirtypes'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import { ours, textsIn } from '../../knowledge/reading.ts'
import { LARGE_PRINT } from '../../session/preferences.ts'
import type { Words } from '../../words/words.ts'

/** How somebody wants to be written to, and how it stands among their needs. Accessible Information Standard, DAPB1605. */
export const FORMATS = {
  'large-print': LARGE_PRINT,
  'easy-read': 'Format: easy read',
  audio: 'Format: audio',
  braille: 'Format: braille',
  bsl: 'Format: British Sign Language',
  email: 'Format: e-mail',
  text: 'Format: text message',
  telephone: 'Format: telephone, not in writing',
  paper: 'Format: paper, by post',
} as const
export type Format = keyof typeof FORMATS

const FORMAT_TEXTS: ReadonlySet<string> = new Set(Object.values(FORMATS))
const LONGEST = 2_000
const BCP47 = 'urn:ietf:bcp:47'

/** The form as it stands. */
export interface AboutMe {
  readonly own: string
  readonly addNeed: string
  readonly formats: readonly Format[]
  /** `en`, `cy`, `other`, or nothing where nobody has said. */
  readonly language: string
  readonly otherLanguage: string
}

/** What the record has. */
export function aboutMeOf(patient: Patient): AboutMe {
  const needs = textsIn(patient, 'needs')
  const preferred = patient.communication?.find((one) => one.preferred === true) ?? patient.communication?.[0]
  const code = preferred?.language.coding?.find(({ system }) => system === BCP47)?.code?.slice(0, 2)
  const other = preferred?.language.text ?? preferred?.language.coding?.[0]?.display ?? code ?? ''
  const known = code === 'en' || code === 'cy'
  return {
    own: textsIn(patient, 'about-me').join('\n\n'),
    addNeed: '',
    formats: (Object.keys(FORMATS) as Format[]).filter((format) => needs.includes(FORMATS[format])),
    language: preferred === undefined ? '' : known ? code : 'other',
    otherLanguage: preferred === undefined || known ? '' : other,
  }
}

/** Needs that are no format: they stay, and are corrected by asking. */
export const otherNeeds = (patient: Patient): readonly string[] => textsIn(patient, 'needs').filter((need) => !FORMAT_TEXTS.has(need))

/** What was entered. */
export function enteredAboutMe(body: unknown): AboutMe {
  const chosen = (body as Readonly<Record<string, unknown>> | undefined)?.['formats']
  const formats = Array.isArray(chosen) ? chosen : [chosen]
  return {
    own: textIn(body, 'own'),
    addNeed: textIn(body, 'addNeed'),
    formats: (Object.keys(FORMATS) as Format[]).filter((format) => formats.includes(format)),
    language: ['en', 'cy', 'other'].find((one) => one === textIn(body, 'language')) ?? '',
    otherLanguage: textIn(body, 'otherLanguage').slice(0, 100),
  }
}

/** What is wrong with it. */
export function wrongWith({ own, addNeed, language, otherLanguage }: AboutMe, { aboutMe: words }: Words): Problems {
  const wrong = problems()
  if (own.length > LONGEST) wrong.add('own', words.long)
  if (addNeed.length > LONGEST) wrong.add('addNeed', words.long)
  if (language === 'other' && otherLanguage === '') wrong.add('otherLanguage', words.otherMissing)
  return wrong
}

/** The elements of the Patient that change. Needs that others wrote stay as they are, in their order. */
export function changedElements(patient: Patient, given: AboutMe): Pick<Patient, 'extension'> & Pick<Patient, 'communication'> {
  const needs = [
    ...otherNeeds(patient),
    ...given.formats.map((format) => FORMATS[format] as string),
    ...(given.addNeed === '' || otherNeeds(patient).includes(given.addNeed) ? [] : [given.addNeed]),
  ]
  const kept = (patient.extension ?? []).filter(({ url }) => url !== ours('needs') && url !== ours('about-me'))
  const extension: Extension[] = [
    ...needs.map((valueString) => ({ url: ours('needs'), valueString })),
    ...kept,
    ...(given.own === '' ? [] : [{ url: ours('about-me'), valueString: given.own }]),
  ]
  return { extension, ...communicationOf(patient, given) }
}

/** Other languages stay, and are no longer preferred. Nothing chosen changes nothing. */
function communicationOf(patient: Patient, { language, otherLanguage }: AboutMe): Pick<Patient, 'communication'> {
  const before = aboutMeOf(patient)
  if (language === '' || (language === before.language && otherLanguage === before.otherLanguage)) return {}
  const chosen =
    language === 'other'
      ? { text: otherLanguage }
      : { coding: [{ system: BCP47, code: language, display: language === 'cy' ? 'Welsh' : 'English' }] }
  const others = (patient.communication ?? [])
    .filter((one) =>
      language === 'other' ? one.language.text !== otherLanguage : !one.language.coding?.some(({ code }) => code?.slice(0, 2) === language),
    )
    .map(({ preferred: _preferred, ...one }) => one)
  return { communication: [{ language: chosen, preferred: true }, ...others] }
}
