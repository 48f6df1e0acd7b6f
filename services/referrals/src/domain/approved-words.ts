/** Words that somebody has approved, and how a referral is searched for cues. Pure. Decisions 110 and 160; HAZ-R50. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Nation } from './directory.ts'
import { keptIn } from './kept-answers.ts'
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
 *
 * @param steps what has been answered, asked and noted on the way: a sign may be named after the request was sent
 */
export function cuesIn(
  request: ServiceRequest,
  cues: readonly Cue[],
  at: Date,
  nation?: Nation,
  steps: readonly Task[] = [],
): readonly FoundCue[] {
  const inForce = cues.filter((cue) => holds(cue.approval, at) && (nation === undefined || cue.nations.includes(nation)))
  if (inForce.length === 0) return []
  const ticked = new Set(
    (request.reasonCode ?? []).flatMap(({ coding = [] }) => coding.flatMap(({ system, code }) => (system === RED_FLAG ? [code] : []))),
  )
  const text = [...writtenIn(request), ...steps.flatMap(saidIn)].map(plain).join(' ')
  return inForce.flatMap((cue): readonly FoundCue[] => {
    if (ticked.has(cue.id)) return [{ cue, how: 'ticked' }]
    return cue.words.some((words) => text.includes(plain(words))) ? [{ cue, how: 'words' }] : []
  })
}

/** What whoever must look at it reads. */
export const saysOf = ({ cue, how }: FoundCue): string =>
  `Red-flag cue: ${cue.says} (${how === 'ticked' ? 'ticked by the referrer' : 'these words stand in the referral'}). A cue decides nothing: read the referral first. Source: ${cue.source}; approved by ${cue.approval.by} on ${cue.approval.on}.`

// What a request holds that nobody wrote about the person: codes, numbers and addresses as texts, and names of others as a whole.
const CODES: ReadonlySet<string> = new Set(['resourceType', 'id', 'url', 'system', 'version', 'code', 'valueCode', 'type', 'status', 'div'])
const NAMES: ReadonlySet<string> = new Set(['meta', 'identifier', 'requester', 'performer', 'subject'])

/** Every text in a request, however deep: its own words, those of its extensions, and those of what a message of another system carried in it. */
function writtenIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(writtenIn)
  if (typeof value !== 'object' || value === null) return []
  // A reference names somebody: that a service is called so is no sign.
  if ('reference' in value) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    // `code` is a code in a Coding, and holds words where it is an object.
    if (NAMES.has(name) || (CODES.has(name) && typeof inner === 'string')) return []
    return writtenIn(inner)
  })
}

/** What people said on a step. What the hub wrote there is left out: its own notice of a cue has the words of the cue. */
const saidIn = (task: Task): readonly string[] => {
  const { output = [], note = [], statusReason } = task
  return [
    ...output.map(({ valueString, valueCodeableConcept }) => valueString ?? valueCodeableConcept?.text),
    ...note.map(({ text }) => text),
    statusReason?.text,
    ...keptIn(task).map(({ words }) => words),
  ].filter((one) => one !== undefined)
}

/** Lower case, letters and digits only, one space around each word, so that words are found whole. */
const plain = (text: string): string =>
  ` ${text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `
