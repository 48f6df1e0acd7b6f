/** What a person can choose to share by a link, in data classes and resource types. Pure. */
import type { DataClass } from '../access/data-class.ts'
import { bitsOf } from '../access/data-class.ts'

/** The words of `$share-link`; none chosen is the first. */
export const SECTIONS = ['emergency', 'therapies', 'measures', 'referrals', 'about-me'] as const
export type Section = (typeof SECTIONS)[number]

/**
 * What each section may hold. Mental health is in none: what is labelled so stays inside the teams that need it, and a stranger with a
 * link is none of them.
 */
const CLASSES: Readonly<Record<Section, readonly DataClass[]>> = {
  // Therapy for what cannot be undone, such as a nerve block; the view shows of it nothing else.
  emergency: ['identity', 'contacts', 'needs', 'emergency', 'diagnoses', 'medicines', 'therapy'],
  therapies: ['identity', 'therapy'],
  measures: ['identity', 'measures'],
  referrals: ['identity', 'referral'],
  'about-me': ['identity', 'contacts', 'needs'],
}

export const isSection = (word: string): word is Section => (SECTIONS as readonly string[]).includes(word)

/** Each section once, in the order above; the emergency view when none is named. */
export function sectionsOf(named: readonly Section[]): readonly Section[] {
  return named.length === 0 ? ['emergency'] : SECTIONS.filter((section) => named.includes(section))
}

/** The data classes that these sections may hold, as bits. */
export const classesOfSections = (sections: readonly Section[]): number => bitsOf(sections.flatMap((section) => CLASSES[section]))
