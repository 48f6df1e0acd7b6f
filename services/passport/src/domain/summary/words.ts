/** Our own words in the language of the reader, and which of them had to stay English. */
import { clinical as clinicalInWelsh, englishNotice, labels as labelsInWelsh } from './words/cy.ts'
import { en, type Clinical, type Labels } from './words/en.ts'

/** Languages a summary can be asked for. */
export type Language = 'en' | 'cy'
export const LANGUAGES: readonly Language[] = ['en', 'cy']

/** BCP 47 tag as a document says it. IPS 3.4: `Composition.language` and `div lang` agree. */
export const TAG: Readonly<Record<Language, string>> = { en: 'en-GB', cy: 'cy' }

/** A statement of ours, and the language it could be said in. */
export interface Said {
  readonly text: string
  readonly language: Language
}

export interface Words {
  readonly language: Language
  readonly labels: Labels
  /** A clinical statement: in the language asked for where its translation is approved, else in English. */
  readonly say: <K extends keyof Clinical>(key: K, ...given: Parameters<Extract<Clinical[K], (...all: never[]) => string>> | []) => Said
  /** In which language it is said: a date inside of it is of the same. */
  readonly spoken: (key: keyof Clinical) => Language
  /** What to say, once, where clinical statements stayed English; nothing in English. */
  readonly notice: string | undefined
}

/** The headings and labels of a summary in this language. Clinical text stays as it was written. */
export function wordsIn(language: Language): Words {
  const translated = language === 'cy' ? clinicalInWelsh : en.clinical
  const spoken = (key: keyof Clinical): Language => (translated[key] === undefined ? 'en' : language)
  return {
    language,
    labels: language === 'cy' ? labelsInWelsh : en.labels,
    notice: language === 'cy' && Object.keys(clinicalInWelsh).length < Object.keys(en.clinical).length ? englishNotice : undefined,
    say: (key, ...given) => {
      const statement: string | ((...all: never[]) => string) = translated[key] ?? en.clinical[key]
      return {
        text: typeof statement === 'string' ? statement : (statement as (...all: unknown[]) => string)(...given),
        language: spoken(key),
      }
    },
    spoken,
  }
}

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  cy: ['Ionawr', 'Chwefror', 'Mawrth', 'Ebrill', 'Mai', 'Mehefin', 'Gorffennaf', 'Awst', 'Medi', 'Hydref', 'Tachwedd', 'Rhagfyr'],
}

/** A FHIR date as people read it; a partial one stays partial: `2024` is not 1 January 2024. */
export function showDate(date: string, language: Language): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(date) ?? []
  if (year === undefined) return date
  const name = month === undefined ? undefined : MONTHS[language][Number(month) - 1]
  if (name === undefined) return year
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name} ${year}`
}
