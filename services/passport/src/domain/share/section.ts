/** What a person can choose to share by a link, in data classes and resource types. Pure. */
import { bitsOf } from '../access/data-class.ts'
import { SECTION_CLASSES } from '../access/may-still-share.ts'

/** The words of `$share-link`; none chosen is the first. */
export const SECTIONS = ['emergency', 'therapies', 'measures', 'referrals', 'about-me'] as const
export type Section = (typeof SECTIONS)[number]

export const isSection = (word: string): word is Section => (SECTIONS as readonly string[]).includes(word)

/** Each section once, in the order above; the emergency view when none is named. */
export function sectionsOf(named: readonly Section[]): readonly Section[] {
  return named.length === 0 ? ['emergency'] : SECTIONS.filter((section) => named.includes(section))
}

/** The data classes that these sections may hold, as bits; whose record it is belongs to each. Mental health is in none. */
export const classesOfSections = (sections: readonly Section[]): number =>
  bitsOf(['identity', ...sections.flatMap((section) => SECTION_CLASSES[section] ?? [])])
