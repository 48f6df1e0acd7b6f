/**
 * The emergency view: what a stranger in a hurry must know of a person, in nine blocks that are always there, in one order. Each block
 * says how fresh it is, how far it is checked, and what is not known: an empty block names who recorded nothing, and is never "none".
 * Pure: from what a reader may see to what he reads. SMART links, printed cards and pages show the same value. Stories 4 and 5; features
 * A5, A6, A10. HAZ-P80, HAZ-P81, HAZ-P82
 */
import type { DataClass } from '../../access/data-class.ts'
import { expectedSources, lastFrom, type ExpectedSource } from '../expected-sources.ts'
import { inOrder, opens, personCalled, type Item, type Material } from '../material.ts'
import { daysSince, STALE_AFTER_DAYS, type CheckedLevel } from '../provenance.ts'
import { showDate, wordsIn, type Language, type Said, type Words } from '../words.ts'
import { allergyLines, conditionLines, medicineLines } from './clinical-lines.ts'
import { doNotStopLines, pinnedLines } from './pinned-lines.ts'
import { baselineLines, communicationLines, contactLines, needLines } from './person-lines.ts'
import type { TimeCriticalKnowledge } from './time-critical.ts'

export const BLOCKS = [
  'pinned',
  'do-not-stop',
  'allergies',
  'conditions',
  'medicines',
  'baseline',
  'communication',
  'needs',
  'contacts',
] as const
export type BlockId = (typeof BLOCKS)[number]

/** A name and a value beneath a line, as the record has it. */
export interface Detail {
  readonly label: string
  readonly text: string
}

/** One thing to know. `text` and the texts of details are the record's own words, whatever the language of the view. */
export interface EmergencyLine {
  readonly text: string
  readonly details: readonly Detail[]
  /** What we say to it: old, past its date, wording not approved. */
  readonly notes: readonly Said[]
  /** The entry it comes from, 'DeviceUseStatement/…'. */
  readonly reference?: string
  /** 'Organization/…', or words where the source is a publication. */
  readonly source?: string
  readonly sourceName?: string
  /** FHIR date, as partial as it was given. */
  readonly asOf?: string
  /** When it reached us, an instant. */
  readonly receivedAt?: string
  readonly checked: CheckedLevel
  /** Not confirmed for six months, or past a date of its own: to be asked about before it is trusted. */
  readonly old: boolean
  /** Whom to call about this line, day or night, as recorded. */
  readonly call?: string
  /** 'device', 'time-critical', 'irreversible' in the first block; device kind and the like are in `code`. */
  readonly kind?: 'device' | 'time-critical' | 'irreversible'
  readonly code?: string
}

/** Who is expected to know something of this block, and when anything of it last came from them. */
export interface BlockSource {
  readonly reference: string
  readonly name?: string
  readonly lastReceivedAt?: string
}

export interface EmergencyBlock {
  readonly id: BlockId
  readonly title: string
  /** `nothing-recorded` is not "none"; `not-shown`: the reader's standing does not open it, and whether it holds anything is not said. */
  readonly state: 'recorded' | 'nothing-recorded' | 'not-shown'
  readonly lines: readonly EmergencyLine[]
  /** What is not known, in sentences; never empty where the block is. */
  readonly unknown: readonly Said[]
  /** The oldest and the newest date that its lines hold for. */
  readonly oldest?: string
  readonly newest?: string
  /** When anything of it was last stored, an instant. */
  readonly lastReceivedAt?: string
  /** How many lines are checked how far; levels without a line are absent. */
  readonly checked: Readonly<Partial<Record<CheckedLevel, number>>>
  readonly sources: readonly BlockSource[]
}

export interface EmergencyView {
  readonly language: Language
  /** The reference of the Patient. */
  readonly patient: string
  readonly name?: string
  /** A FHIR date; may be partial. */
  readonly bornOn?: string
  readonly identifiers: readonly { readonly system: string; readonly value: string }[]
  /** The day it holds for, `YYYY-MM-DD`: what is past its date is judged by it. */
  readonly today: string
  readonly blocks: readonly EmergencyBlock[]
  readonly sources: readonly ExpectedSource[]
  /** What is true of the whole view, to be shown before the blocks. */
  readonly caveats: readonly Said[]
}

export interface EmergencyFacts {
  /** The business date, `YYYY-MM-DD`. */
  readonly today: string
  readonly language: Language
  readonly knowledge: TimeCriticalKnowledge
}

/** What a block is made with. */
export interface LineMaker {
  readonly material: Material
  readonly words: Words
  readonly today: string
  readonly knowledge: TimeCriticalKnowledge
}

/** What a block consists of: its lines, the entries they come from, and what is not known beside them. */
export interface MadeLines {
  readonly lines: readonly EmergencyLine[]
  readonly items: readonly Item[]
  readonly unknown?: readonly Said[]
}

interface BlockMaker {
  /** Classes that must be open for the block to be whole. */
  readonly classes: readonly DataClass[]
  /** Made of what not everybody who sees the Patient is shown of it. */
  readonly ofWholePatient?: true
  readonly make: (maker: LineMaker) => MadeLines
}

const MAKERS: Readonly<Record<BlockId, BlockMaker>> = {
  pinned: { classes: ['emergency', 'medicines', 'therapy'], make: pinnedLines },
  'do-not-stop': { classes: ['emergency', 'medicines'], make: doNotStopLines },
  allergies: { classes: ['emergency'], make: allergyLines },
  conditions: { classes: ['diagnoses'], make: conditionLines },
  medicines: { classes: ['medicines'], make: medicineLines },
  baseline: { classes: ['identity'], ofWholePatient: true, make: baselineLines },
  communication: { classes: ['identity'], ofWholePatient: true, make: communicationLines },
  needs: { classes: ['identity'], make: needLines },
  contacts: { classes: ['identity', 'contacts'], ofWholePatient: true, make: contactLines },
}

/** The view of one person for one reader. The same material, day and language give the same view. */
export function emergencyView(unordered: Material, { today, language, knowledge }: EmergencyFacts): EmergencyView {
  const material = inOrder(unordered)
  const words = wordsIn(language)
  const { resource: patient, reference } = material.patient
  const sources = expectedSources(material)
  const name = personCalled(patient)
  const maker = { material, words, today, knowledge }
  return {
    language,
    patient: reference,
    ...(name === undefined ? {} : { name }),
    ...(patient.birthDate === undefined ? {} : { bornOn: patient.birthDate }),
    identifiers: (patient.identifier ?? []).flatMap(({ system, value }) =>
      system === undefined || value === undefined ? [] : [{ system, value }],
    ),
    today,
    blocks: BLOCKS.map((id) => blockOf(id, maker, sources)),
    sources,
    caveats: [words.say('onlyWhatIsOpen')],
  }
}

function blockOf(id: BlockId, maker: LineMaker, expected: readonly ExpectedSource[]): EmergencyBlock {
  const { classes, ofWholePatient = false, make } = MAKERS[id]
  const { material, words, today } = maker
  const made = make(maker)
  const lines = made.lines.map((line) => withAge(line, today, words))
  const whole = opens(material, classes) && !(ofWholePatient && material.inPart === true)
  const state = lines.length > 0 ? 'recorded' : whole ? 'nothing-recorded' : 'not-shown'
  const last = lastFrom(made.items)
  const sources = expected.map(({ reference, name }): BlockSource => {
    const received = last.get(reference)?.receivedAt
    return { reference, ...(name === undefined ? {} : { name }), ...(received === undefined ? {} : { lastReceivedAt: received }) }
  })
  const dates = lines.flatMap(({ asOf }) => asOf ?? []).toSorted()
  const received = made.items.map(({ receivedAt }) => receivedAt).toSorted()
  return {
    id,
    title: words.labels.blocks[id],
    state,
    lines,
    unknown: [
      ...unknownOf(state, whole, expected, words),
      // How fresh a line is, is said even where nobody said it. HAZ-P80
      ...(lines.some(({ asOf }) => asOf === undefined) ? [words.say('undated')] : []),
      ...(made.unknown ?? []),
    ],
    ...optional('oldest', dates[0]),
    ...optional('newest', dates.at(-1)),
    ...optional('lastReceivedAt', received.at(-1)),
    checked: counted(lines),
    sources,
  }
}

/** An empty block is "nothing recorded by X since …", never "none". Feature A10. HAZ-P82 */
function unknownOf(state: EmergencyBlock['state'], whole: boolean, expected: readonly ExpectedSource[], words: Words): Said[] {
  if (state === 'not-shown') return [words.say('notShown')]
  if (state === 'recorded') return whole ? [] : [words.say('partlyShown')]
  return nothingRecorded(expected, words)
}

/** Who recorded nothing, since when, and that this is not "none". */
export function nothingRecorded(expected: readonly ExpectedSource[], words: Words): Said[] {
  const by = expected.map(({ name, since }) => {
    const who = name ?? words.labels.unnamed
    return since === undefined ? words.say('nothingEverBy', who) : words.say('nothingBy', who, showDate(since, words.spoken('nothingBy')))
  })
  return [...(by.length === 0 ? [words.say('nothingRecorded')] : by), words.say('notNone')]
}

/** A line that nobody confirmed for long says so: old content is worse than none. Hospital alerts, section 9. HAZ-P80 */
function withAge(line: EmergencyLine, today: string, words: Words): EmergencyLine {
  const days = daysSince(line.asOf, today)
  if (days === undefined || days <= STALE_AFTER_DAYS) return line
  return { ...line, old: true, notes: [...line.notes, words.say('stale', Math.floor(days / 30))] }
}

function counted(lines: readonly EmergencyLine[]): Partial<Record<CheckedLevel, number>> {
  const counts: Partial<Record<CheckedLevel, number>> = {}
  for (const { checked } of lines) counts[checked] = (counts[checked] ?? 0) + 1
  return counts
}

/** A property that is there only when it has a value. */
export const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: Value })
