/** Patients that the record has merged: what alerts tied to the one that goes is of the one that remains, until the merge is undone. HAZ-A47 */
import type { Database } from '@platform/service/database'

/** What follows a merge of the record. Each may be called any number of times. */
export interface MergedRecords {
  /** Stays, hospital numbers and waiting messages of `goes` are of `remains` from now on. @returns the stays that moved */
  follow(goes: string, remains: string): Promise<readonly string[]>
  /** The Patient stands for itself again: what moved with it comes back; what is new stays where it is. @returns the stays that came back */
  undo(patient: string): Promise<readonly string[]>
  /** Merges that are followed now, of this Patient into another and of others into this one. */
  about(patient: string): Promise<readonly { readonly goes: string; readonly remains: string }[]>
  /** Who stands for this Patient now: itself, where it was not merged. */
  now(patient: string): Promise<string>
}

/** Opens it. */
export function mergedRecordsIn(database: Database): MergedRecords {
  const stays = async (name: string, text: string, values: readonly string[]): Promise<readonly string[]> =>
    (await database.query<{ id: string }>({ name, text, values: [...values] })).rows.map(({ id }) => id)
  return {
    follow: async (goes, remains) => stays('merge-follow', 'SELECT follow_merge AS id FROM alerts.follow_merge($1, $2)', [goes, remains]),
    undo: async (patient) => stays('merge-undo', 'SELECT undo_merge AS id FROM alerts.undo_merge($1)', [patient]),
    async about(patient) {
      const text = 'SELECT goes, remains FROM alerts.merged_record WHERE goes = $1 OR remains = $1'
      return (await database.query<{ goes: string; remains: string }>({ name: 'merge-about', text, values: [patient] })).rows
    },
    async now(patient) {
      const { rows } = await database.query<{ patient: string }>({ name: 'merge-now', text: NOW, values: [patient] })
      return rows[0]?.patient ?? patient
    },
  }
}

// UNION, so that two that lead to each other end.
const NOW = `
  WITH RECURSIVE chain AS (
    SELECT remains AS patient FROM alerts.merged_record WHERE goes = $1
    UNION SELECT next.remains FROM chain JOIN alerts.merged_record AS next ON next.goes = chain.patient
  )
  SELECT patient FROM chain WHERE NOT EXISTS (SELECT 1 FROM alerts.merged_record WHERE goes = chain.patient)`
