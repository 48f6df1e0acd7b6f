/** Cues and crisis wording with their approvals: read from `fhir-profiles/pathway`, approved by the operator's command, held in memory. HAZ-R50, HAZ-R51 */
import { loadCrisisWords, loadCues, type CrisisEntry, type CueEntry } from '@handrail/fhir-profiles/approved-words'
import type { Database } from '@platform/service/database'
import { NOTHING_APPROVED, type Approval, type ApprovedWords, type CrisisLine, type Cue } from '../domain/approved-words.ts'

/** One entry as the operator sees it. */
export interface ListedWording {
  readonly id: string
  readonly kind: 'cue' | 'crisis'
  readonly says: string
  readonly nations: readonly string[]
  readonly source: string
  readonly wording: string
  /** Absent: nobody has approved it as it stands, and it is used nowhere. */
  readonly approval?: Approval
}

/** An approval to be written down. */
export interface NewWordingApproval extends Approval {
  readonly entry: ListedWording
  /** When the operator wrote it down. */
  readonly at: Date
}

/** The words and their approvals. */
export interface WordsStore {
  /** What somebody has approved, as it was last read. */
  current(): ApprovedWords
  /** Reads the approvals again: another process may have written one down. */
  refresh(): Promise<void>
  list(): Promise<readonly ListedWording[]>
  approve(approval: NewWordingApproval): Promise<void>
}

/** What is in the files. */
export interface WordsData {
  readonly cues: readonly CueEntry[]
  readonly crisis: readonly CrisisEntry[]
}

/** Reads the files. @throws MalformedDataFile */
export const loadWords = async (): Promise<WordsData> => ({ cues: await loadCues(), crisis: await loadCrisisWords() })

/** Opens them; nothing is approved until `refresh` has read the table. */
export function approvedWordsIn(database: Database, { cues, crisis }: WordsData): WordsStore {
  let held: ApprovedWords = NOTHING_APPROVED
  const approvals = async (): Promise<ReadonlyMap<string, Approval>> => {
    const { rows } = await database.query<Approval & { wording: string }>({ name: 'wording-approvals', text: READ })
    return new Map(rows.map(({ wording, ...approval }) => [wording, approval]))
  }
  return {
    current: () => held,
    async refresh() {
      const approved = await approvals()
      const inUse = <E extends { readonly wording: string }, T>(
        entries: readonly E[],
        toLine: (entry: E, approval: Approval) => T,
      ): readonly T[] =>
        entries.flatMap((entry) => {
          const approval = approved.get(entry.wording)
          return approval === undefined ? [] : [toLine(entry, approval)]
        })
      held = { cues: inUse(cues, toCue), crisis: inUse(crisis, toLine) }
    },
    async list() {
      const approved = await approvals()
      const listed =
        (kind: ListedWording['kind']) =>
        (entry: CueEntry | CrisisEntry): ListedWording => {
          const { id, says, nations, source, wording } = entry
          const approval = approved.get(wording)
          return { id, kind, says, nations, source, wording, ...(approval === undefined ? {} : { approval }) }
        }
      return [...cues.map(listed('cue')), ...crisis.map(listed('crisis'))]
    },
    async approve({ entry, by, on, reviewBy, at }) {
      await database.query({ name: 'wording-approve', text: APPROVE, values: [entry.wording, entry.id, by, on, reviewBy, at] })
      await this.refresh()
    },
  }
}

const toCue = ({ id, says, words, nations, source }: CueEntry, approval: Approval): Cue => ({ id, says, words, nations, source, approval })

const toLine = ({ id, says, telephone, nations, source, cy }: CrisisEntry, approval: Approval): CrisisLine => ({
  id,
  says,
  nations,
  source,
  approval,
  ...(cy === undefined ? {} : { inWelsh: cy.says }),
  ...(telephone === undefined ? {} : { telephone }),
})

const READ = `
  SELECT wording, approved_by AS by, to_char(approved_on, 'YYYY-MM-DD') AS on, to_char(review_by, 'YYYY-MM-DD') AS "reviewBy"
    FROM referrals.wording_approval`
const APPROVE = `
  INSERT INTO referrals.wording_approval (wording, entry, approved_by, approved_on, review_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (wording) DO UPDATE SET
    approved_by = excluded.approved_by, approved_on = excluded.approved_on, review_by = excluded.review_by, recorded_at = excluded.recorded_at`
