/** Words that somebody has approved, and how a referral is searched for cues. Pure. Decisions 110 and 160; HAZ-R50. */
import type { Annotation, CodeableConcept, ServiceRequest } from '@medplum/fhirtypes'
import type { Nation } from './directory.ts'
import { RED_FLAG } from './vocabulary.ts'

/** Who stands for a wording, and until when. */
export interface Approval {
  /** Name and role. */
  readonly by: string
  /** ISO 8601 dates. */
  readonly on: string
  readonly reviewBy: string
}

/** A cue in use. */
export interface Cue {
  readonly id: string
  /** What it is called, in words. */
  readonly says: string
  /** Any of these, found as whole words, is the cue. */
  readonly words: readonly string[]
  readonly nations: readonly Nation[]
  readonly source: string
  readonly approval: Approval
}

/** A line that is shown where somebody may be at risk. */
export interface CrisisLine {
  readonly id: string
  readonly says: string
  /** In Welsh, where a named translator stands for it. */
  readonly inWelsh?: string
  readonly telephone?: string
  readonly nations: readonly Nation[]
  readonly source: string
  readonly approval: Approval
}

/** Everything of this kind that somebody has approved as it stands. */
export interface ApprovedWords {
  readonly cues: readonly Cue[]
  readonly crisis: readonly CrisisLine[]
}

/** Nothing is approved. */
export const NOTHING_APPROVED: ApprovedWords = { cues: [], crisis: [] }

/** Whether an approval still holds on this day: past its review date the words are nobody's. */
export const holds = ({ reviewBy }: Approval, at: Date): boolean => at.toISOString().slice(0, 10) <= reviewBy

/** A cue that a referral has, and how it is known. */
export interface FoundCue {
  readonly cue: Cue
  readonly how: 'ticked' | 'words'
}

/**
 * The cues of a request: what the referrer ticked (`reasonCode` of the code system red-flag), and words that stand in its text. That words
 * stand there says nothing about the person: "no sudden weakness" has them too, and somebody reads it.
 */
export function cuesIn(request: ServiceRequest, cues: readonly Cue[], at: Date, nation?: Nation): readonly FoundCue[] {
  const inForce = cues.filter((cue) => holds(cue.approval, at) && (nation === undefined || cue.nations.includes(nation)))
  if (inForce.length === 0) return []
  const ticked = new Set(
    (request.reasonCode ?? []).flatMap(({ coding = [] }) => coding.flatMap(({ system, code }) => (system === RED_FLAG ? [code] : []))),
  )
  const text = textOf(request)
  return inForce.flatMap((cue): readonly FoundCue[] => {
    if (ticked.has(cue.id)) return [{ cue, how: 'ticked' }]
    return cue.words.some((words) => text.includes(plain(words))) ? [{ cue, how: 'words' }] : []
  })
}

/** What whoever must look at it reads. */
export const saysOf = ({ cue, how }: FoundCue): string =>
  `Red-flag cue: ${cue.says} (${how === 'ticked' ? 'ticked by the referrer' : 'these words stand in the referral'}). A cue decides nothing: read the referral first. Source: ${cue.source}; approved by ${cue.approval.by} on ${cue.approval.on}.`

/** Everything that somebody wrote in a request. */
function textOf({ code, reasonCode = [], orderDetail = [], note = [], patientInstruction }: ServiceRequest): string {
  const concepts = [...(code === undefined ? [] : [code]), ...reasonCode, ...orderDetail].flatMap(wordsIn)
  return [...concepts, ...note.map(({ text }: Annotation) => text ?? ''), patientInstruction ?? ''].map(plain).join(' ')
}

const wordsIn = ({ text, coding = [] }: CodeableConcept): readonly string[] => [text ?? '', ...coding.map(({ display }) => display ?? '')]

/** Lower case, letters and digits only, one space around each word, so that words are found whole. */
const plain = (text: string): string =>
  ` ${text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `
