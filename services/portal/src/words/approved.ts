/**
 * Clinical, consent and crisis texts: in Welsh only where a named translator approved that version; until then in English, marked as
 * English, with a notice on the page. A text gets its Welsh here, with who approved it and when.
 */
import type { Language } from './words.ts'

interface Text {
  readonly en: string
  readonly cy?: { readonly text: string; /** Name of the translator. */ readonly approvedBy: string; readonly on: string }
}

const TEXTS = {
  diaryUrgent: {
    en: 'Nobody watches the diary. If something is suddenly much worse, ring your team; in an emergency call 999.',
  },
} as const satisfies Readonly<Record<string, Text>>

export type ApprovedName = keyof typeof TEXTS

/** The text, and the language it is in. */
export function approvedText(name: ApprovedName, language: Language): { readonly text: string; readonly lang: Language } {
  const text: Text = TEXTS[name]
  return language === 'cy' && text.cy !== undefined ? { text: text.cy.text, lang: 'cy' } : { text: text.en, lang: 'en' }
}
