/**
 * What somebody who holds the person's own link may still be given. Nobody knows who a reader of a link is: what the person closed to
 * everybody is closed to links too, those that were given out before included, from the next opening on. Pure.
 */
import { bitsOf, type DataClass } from './data-class.ts'

/** What a link shares, in the words of `$share-link`, and the data classes that each takes from. */
const SECTION_CLASSES: Readonly<Record<string, readonly DataClass[]>> = {
  // Therapy for what cannot be undone, such as a nerve block; the view shows of it nothing else.
  emergency: ['identity', 'contacts', 'needs', 'emergency', 'diagnoses', 'medicines', 'therapy'],
  therapies: ['therapy'],
  measures: ['measures'],
  referrals: ['referral'],
  'about-me': ['identity', 'contacts', 'needs'],
}

/** How a person stands to all links at this moment: `linkStanding` in `store/write-guard.ts`. */
export interface LinkStanding {
  /** Classes closed to everybody, as bits. */
  readonly closed: number
  /** False when the Patient is no more, or another took its place: no link of it opens. */
  readonly present: boolean
}

/**
 * The data classes of which a link of these sections may give something now, as bits: none when there is no such person any more. Whose record it is
 * belongs to each section, unless it was closed. Mental health is in no section: it stays inside the teams that need it.
 */
export function classesStillShared({ closed, present }: LinkStanding, sections: readonly string[]): number {
  return present ? bitsOf(['identity', ...sections.flatMap((section) => SECTION_CLASSES[section] ?? [])]) & ~closed : 0
}
