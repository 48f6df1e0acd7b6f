/** What is shown at once to whoever fills in a form in which somebody may be at risk. Never nothing. Pure. HAZ-R51 */
import { holds, type CrisisLine } from '../approved-words.ts'
import type { Nation } from '../directory.ts'

/** One line as it is shown. */
export interface ShownCrisisLine {
  readonly says: string
  readonly inWelsh?: string
  readonly telephone?: string
  readonly nations: readonly Nation[]
  readonly source?: string
  readonly approvedBy?: string
}

/** What is always so, and needs nobody's approval. The Welsh is the portal's own; this one is for whoever asks by FHIR. */
export const IN_AN_EMERGENCY: ShownCrisisLine = { says: 'Ring 999 in an emergency.', nations: [] }

/**
 * To ring 999 in an emergency, first and always; then what was approved for the nation. Where the nation is not known, all of them, each
 * with its own; another nation's line is never shown as if it were this one's.
 */
export const crisisLines = (approved: readonly CrisisLine[], at: Date, nation?: Nation): readonly ShownCrisisLine[] => [
  IN_AN_EMERGENCY,
  ...approved
    .filter((line) => holds(line.approval, at) && (nation === undefined || line.nations.includes(nation)))
    .map(({ says, inWelsh, telephone, nations, source, approval }) => ({
      says,
      nations,
      source,
      approvedBy: approval.by,
      ...(inWelsh === undefined ? {} : { inWelsh }),
      ...(telephone === undefined ? {} : { telephone }),
    })),
]
