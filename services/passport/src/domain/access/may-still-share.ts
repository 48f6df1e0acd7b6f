/**
 * What somebody who holds the person's own link may still be given. Nobody knows who a reader of a link is: what the person closed to
 * everybody is closed to links too, those that were given out before included, from the next opening on. Pure.
 */
import { classesOf } from '../compartment.ts'
import type { FhirResource } from '../references.ts'
import { BIT, type DataClass } from './data-class.ts'

/** What a link shares, in the words of `$share-link`, and the data classes that each takes from. */
export const SECTION_CLASSES: Readonly<Record<string, readonly DataClass[]>> = {
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

/** Whether this resource may be given through a link now. Mental health is never: it stays inside the teams that need it. */
export function mayStillShare({ closed, present }: LinkStanding, resource: FhirResource): boolean {
  const classes = classesOf(resource)
  return present && (classes & (closed | BIT['mental-health'] | BIT.audit)) === 0
}

/** Of the sections of a link those of which something may still be given; a section is gone when every class of it is closed. */
export function sectionsStillShared({ closed, present }: LinkStanding, sections: readonly string[]): string[] {
  return sections.filter((section) => {
    const classes = SECTION_CLASSES[section]
    return present && classes?.some((name) => (closed & BIT[name]) === 0) === true
  })
}
