/** Sharing as a whole: what the routes of links, cards and notes are given. */
import type { Section } from '../domain/share/section.ts'
import type { TimeCriticalKnowledge } from '../domain/summary/emergency/time-critical.ts'
import type { Language } from '../domain/summary/words.ts'
import { sharedContent, sharedView, type SharedPerson } from './share-contents.ts'
import { tellLocked, type NoteDependencies } from './leave-note.ts'
import type { SharingDependencies } from './open-link.ts'
import type { SharingSecrets } from './share-secrets.ts'

export interface Sharing extends SharingDependencies, NoteDependencies {
  readonly publicUrl: string
  readonly cards: SharingSecrets['cards']
  /** The emergency view of what the person would share at this moment. */
  readonly view: (
    person: SharedPerson,
    sections: readonly Section[],
    how: { readonly at: Date; readonly language: Language },
  ) => ReturnType<typeof sharedView>
}

export interface SharingFoundation extends NoteDependencies {
  readonly secrets: SharingSecrets
  readonly knowledge: TimeCriticalKnowledge
  readonly publicUrl: string
}

/** Opens nothing: everything is given. */
export function openSharing({ secrets, publicUrl, knowledge, ...notes }: SharingFoundation): Sharing {
  const content = { database: notes.database, baseUrl: `${publicUrl}/fhir`, knowledge }
  return {
    ...notes,
    publicUrl,
    keys: secrets.keys,
    cards: secrets.cards,
    view: (person, sections, how) => sharedView(content, person, sections, how),
    contents: (person, sections, how) => sharedContent(content, { person, sections, ...how }),
    tellLocked: (link, at) => tellLocked(notes, link, at),
  }
}
