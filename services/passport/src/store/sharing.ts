/** Sharing as a whole: what the routes of links, cards and notes are given. */
import { encodeLink } from '../domain/share/link.ts'
import { statusOf } from '../domain/share/link-state.ts'
import type { Section } from '../domain/share/section.ts'
import type { TimeCriticalKnowledge } from '../domain/summary/emergency/time-critical.ts'
import type { Language } from '../domain/summary/words.ts'
import { sharedContent, sharedView, type SharedPerson } from './share-contents.ts'
import { tellLocked, type NoteDependencies } from './leave-note.ts'
import type { SharingDependencies } from './open-link.ts'
import { linksOf } from './share-links.ts'
import { openSealed, type SharingSecrets } from './share-secrets.ts'

export interface Sharing extends SharingDependencies, NoteDependencies {
  readonly publicUrl: string
  readonly cards: SharingSecrets['cards']
  /** The emergency view of what the person would share at this moment. */
  readonly view: (
    person: SharedPerson,
    sections: readonly Section[],
    how: { readonly at: Date; readonly language: Language },
  ) => ReturnType<typeof sharedView>
  /** A long-term link of the person that is good now, to be printed: the one with this id, or the newest; nothing when there is none. */
  readonly liveLink: (patient: string, id: string | undefined, at: Date) => Promise<{ link: string; until: Date } | undefined>
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
    liveLink: async (patient, id, at) => {
      const good = (await linksOf(notes.database, { patient }, at)).filter(
        // What a carer gave out shows less than the person's own.
        (link) => link.carer === undefined && link.sealedKey !== undefined && statusOf(link, at) === 'active',
      )
      const chosen = id === undefined ? good[0] : good.find((link) => link.id === id)
      if (chosen?.sealedKey === undefined) return undefined
      const { key, secret } = openSealed(secrets.keys, chosen.sealedKey, chosen.id)
      const exp = Math.floor(chosen.expiresAt.getTime() / 1000)
      const flag = chosen.flag === '' ? {} : { flag: chosen.flag }
      const payload = { url: `${publicUrl}/shl/${secret}`, key: key.toString('base64url'), exp, ...flag }
      return { link: encodeLink(`${publicUrl}/view`, payload), until: chosen.expiresAt }
    },
    tellLocked: (link, at) => tellLocked(notes, link, at),
  }
}
