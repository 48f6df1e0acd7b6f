/** Sharing as a whole: what the routes of links, cards and notes are given. */
import { sharedContent } from './share-contents.ts'
import { tellLocked, type NoteDependencies } from './leave-note.ts'
import type { SharingDependencies } from './open-link.ts'
import type { SharingSecrets } from './share-secrets.ts'

export interface Sharing extends SharingDependencies, NoteDependencies {
  readonly publicUrl: string
  readonly cards: SharingSecrets['cards']
}

export interface SharingFoundation extends NoteDependencies {
  readonly secrets: SharingSecrets
  readonly publicUrl: string
}

/** Opens nothing: everything is given. */
export function openSharing({ secrets, publicUrl, ...notes }: SharingFoundation): Sharing {
  return {
    ...notes,
    publicUrl,
    keys: secrets.keys,
    cards: secrets.cards,
    contents: (person, sections, how) => sharedContent(notes.database, { person, sections, ...how }),
    tellLocked: (link, at) => tellLocked(notes, link, at),
  }
}
