/**
 * Answers about a person that are costly to make, kept while nothing they hold has changed. An answer is kept for one reader as he is now
 * (role, grade, organisation, person, types of his token) and is given again only when the database says, at that moment, that the person's
 * rows are the same in the same versions, and all that decides which of them he may see. A consent, a care team, a grade, a correction:
 * whatever changes what he may see changes the mark. Memory is bounded; what was not asked for longest goes first. HAZ-P83
 */
import type { Queryable } from '@platform/service/database'
import type { Material } from '../domain/summary/material.ts'
import type { AuditEntry } from './audit-store.ts'
import { markOf } from './person-mark.ts'
import { readMaterial, type ReadMaterial, type Reading } from './person-material.ts'

/** Text, or the bytes that it is sent as. */
export type Piece = string | Buffer

export interface KeptAnswers {
  /**
   * The answer for this reader.
   *
   * @param name what is asked, in which language, on which day: answers that differ have different names
   * @param make from what he may see to the answer, in pieces; of one name always in pieces of one kind
   * @param disclosing the entry of the trail: kept with the same look where the answer is given again as it was, which `audited` then says; else the
   *   caller keeps it before anything leaves
   * @returns nothing when the person is not there for him
   */
  answer<Pieces extends readonly Piece[]>(
    reading: Reading,
    name: string,
    make: (material: Material) => Pieces | Promise<Pieces>,
    disclosing?: () => AuditEntry,
  ): Promise<Answered<Pieces> | undefined>
  /** Characters kept now, for measuring. */
  readonly size: number
}

/** An answer, and whether the trail says already that it is given. */
export interface Answered<Pieces> {
  readonly pieces: Pieces
  readonly audited: boolean
}

interface Kept {
  readonly mark: string
  readonly pieces: readonly Piece[]
  /** What it was made from, so that after a change only what changed is read. */
  readonly read: ReadMaterial
  readonly length: number
}

/** A parsed entry takes some three times the room of its text. */
const ROOM_OF_PARSED = 3

/** @param most characters kept in all, what was parsed counted as such. @default 32 million */
export function keptAnswers(database: Queryable, { most = 32_000_000 }: { readonly most?: number } = {}): KeptAnswers {
  // In the order of their last use.
  const kept = new Map<string, Kept>()
  let size = 0

  function forget(key: string): void {
    size -= kept.get(key)?.length ?? 0
    kept.delete(key)
  }

  function keep(key: string, answer: Kept): void {
    forget(key)
    // One answer of extraordinary size must not drive out everybody else's.
    if (answer.length > most / 4) return
    kept.set(key, answer)
    size += answer.length
    for (const oldest of kept.keys()) {
      if (size <= most) return
      forget(oldest)
    }
  }

  return {
    get size() {
      return size
    },
    async answer<Pieces extends readonly Piece[]>(
      reading: Reading,
      name: string,
      make: (material: Material) => Pieces | Promise<Pieces>,
      disclosing?: () => AuditEntry,
    ) {
      const key = keyOf(reading, name)
      const last = kept.get(key)
      const unchanged =
        last === undefined || disclosing === undefined ? undefined : { mark: last.mark, named: last.read.namedAs, entry: disclosing() }
      const now = await markOf(database, reading, last?.read.named ?? [], unchanged)
      if (last !== undefined && last.mark === now.mark && last.read.namedAs === now.named) {
        kept.delete(key)
        kept.set(key, last)
        return { pieces: last.pieces as Pieces, audited: now.audited }
      }
      // The mark is older than what is read now: what changed in between makes the next one differ, and never this one true of it.
      const known = last === undefined ? undefined : { last: last.read, namedNow: now.named }
      const read = await readMaterial(database, reading, { known, where: now.spread })
      if (read === undefined) {
        forget(key)
        return undefined
      }
      const pieces = await make(read.material)
      const texts = [...read.rows.values()].reduce((sum, { item }) => sum + item.text.length, 0)
      const length = pieces.reduce((sum, piece) => sum + piece.length, key.length) + texts * (1 + ROOM_OF_PARSED)
      keep(key, { mark: now.mark, pieces, read, length })
      return { pieces, audited: now.audited }
    },
  }
}

function keyOf({ caller, patient, types }: Reading, name: string): string {
  const { role, grade, organization, fhirUser, patient: self } = caller
  return JSON.stringify([patient, name, role, grade, organization, fhirUser, self, types])
}
