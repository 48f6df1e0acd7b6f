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
  diaryUrgent: { en: 'Nobody watches the diary. If something is suddenly much worse, ring your team; in an emergency call 999.' },
  quoteAgree: {
    en: 'The service may show these words, without my name, in its report for whoever pays it. I can take this back here.',
  },
  agreeIntro: {
    en: 'Those who look after you see what they need for it. Here you can close something to somebody, open something more, or name a carer. You see what it does before you save it, and can take it back.',
  },
  agreeClose: { en: 'Somebody is not to see something' },
  agreeOpen: { en: 'Somebody may see more' },
  agreeAll: { en: 'Leave all empty to close everything.' },
  agreeCarer: {
    en: 'A carer sees what you choose here, and only that, until the date you give. They can write what you need and what you received, as a carer, and give somebody a code for what you opened to them, which ends when their access ends. They cannot decide who may see what, or see who looked.',
  },
  agreeCarerAsks: {
    en: 'They may also ask for help in my name. I am told each time, I see what they ask, and I can take it back.',
  },
  agreeAsked: { en: 'This is what it would do. Nothing is saved yet.' },
  'class-identity': { en: 'Name, date of birth and numbers' },
  'class-contacts': { en: 'Address, contacts and care team' },
  'class-needs': { en: 'Needs and adjustments' },
  'class-emergency': { en: 'What to know in an emergency: devices, allergies, what must not stop' },
  'class-diagnoses': { en: 'Diagnoses and documents' },
  'class-medicines': { en: 'Medicines' },
  'class-therapy': { en: 'Therapies received' },
  'class-measures': { en: 'Measurements, questionnaires and diary' },
  'class-mental-health': { en: 'What is marked as mental health' },
  'class-referral': { en: 'Referrals and what was asked' },
} as const satisfies Readonly<Record<string, Text>>

export type ApprovedName = keyof typeof TEXTS

/** The text, and the language it is in. */
export function approvedText(name: ApprovedName, language: Language): { readonly text: string; readonly lang: Language } {
  const text: Text = TEXTS[name]
  return language === 'cy' && text.cy !== undefined ? { text: text.cy.text, lang: 'cy' } : { text: text.en, lang: 'en' }
}
