/** What a person can choose to share by a link. Pure. */

/** The words of `$share-link`; none chosen is the first. */
export const SECTIONS = ['emergency', 'therapies', 'measures', 'referrals', 'about-me'] as const
/** One of them. */
export type Section = (typeof SECTIONS)[number]

/** Whether a word is one of them. */
export const isSection = (word: string): word is Section => (SECTIONS as readonly string[]).includes(word)

/** Each section once, in the order above; the emergency view when none is named. */
export function sectionsOf(named: readonly Section[]): readonly Section[] {
  return named.length === 0 ? ['emergency'] : SECTIONS.filter((section) => named.includes(section))
}
