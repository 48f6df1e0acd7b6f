/** The words of the reasons, in the language of whoever reads them. Warnings of harm are not among them: they stay as their author wrote them. */
import { cy } from './words/cy.ts'
import { en, type MatchingWords } from './words/en.ts'

export type { MatchingWords } from './words/en.ts'

/** Languages in which reasons are told. */
export const LANGUAGES = ['en', 'cy'] as const
/** One of them. */
export type MatchingLanguage = (typeof LANGUAGES)[number]

const WORDS: Readonly<Record<MatchingLanguage, MatchingWords>> = { en, cy }

/** The words of one language. @param language English unless it is asked for in another */
export const matchingWords = (language: MatchingLanguage = 'en'): MatchingWords => WORDS[language]

const NAMES: Readonly<Record<string, Intl.DisplayNames>> = Object.fromEntries(
  [en, cy].map(({ lang }) => [lang, new Intl.DisplayNames(lang, { type: 'language', fallback: 'code' })]),
)
const called = new Map<string, string>() // asked for each of many listings
const MOST_NAMES = 500

/** `cy` gives `Welsh`, or `Cymraeg`; what is no language tag stays as it was written. */
export function languageCalled(tag: string, { lang }: Pick<MatchingWords, 'lang'>): string {
  const key = `${lang} ${tag}`
  const known = called.get(key)
  if (known !== undefined) return known
  const words = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag) ? (NAMES[lang]?.of(tag) ?? tag) : tag
  if (called.size < MOST_NAMES) called.set(key, words)
  return words
}
