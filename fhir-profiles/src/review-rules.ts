/**
 * When a treatment, device or programme is to be looked at again, as data: PlanDefinitions in `rules/review-*.json`. A new rule is a file
 * there. Only what a source says is a rule; where a source gives no interval the rule counts to the date that whoever answers for it
 * recorded (extension `next-review`, the device block), and asks for that date when there is none.
 *
 * Every action is a line: `trigger` tells which entries start it, `condition` (FHIRPath over %entry and %device) whether it holds,
 * `dynamicValue` `countedFrom` the day it is counted from, `timingDuration` or `timingRange` the window after that day (absent: what the
 * pathway allows for `review-due`), `output` which later entry of the same person settles it, `participant` who owns the Task, in order.
 * The examples of a rule (extension `review-example`) are its tests.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseFhirPath } from '@medplum/core'
import type { DataRequirement, Expression, PlanDefinition, PlanDefinitionAction, Quantity } from '@medplum/fhirtypes'
import { rulesFolder } from './package.ts'
import { MalformedDataFile } from './reading.ts'

/** A rule file that was read and found complete. */
export interface ReviewRule {
  readonly id: string
  readonly title: string
  /** `draft` until the local clinical lead has signed (`approvalDate`); shown as not yet approved. */
  readonly status: 'draft' | 'active' | 'retired'
  readonly author: string
  /** The wording is to be reviewed by this date. */
  readonly reviewBy: string
  readonly lines: readonly ReviewLine[]
  readonly planDefinition: PlanDefinition
}

/** One thing to be looked at again. */
export interface ReviewLine {
  /** Unique in its rule; with the rule's id and the entry it names the Task, so that the same review is raised once. */
  readonly id: string
  /** What is to be done, as the Task says it. */
  readonly title: string
  /** Why, in plain words. */
  readonly says: string
  readonly sources: readonly string[]
  /** An entry that matches one of these starts the line. */
  readonly startedBy: readonly EntryMatch[]
  /** A later entry of the same person that matches one of these settles it; when there is none, only a person closes the Task. */
  readonly settledBy: readonly EntryMatch[]
  /** FHIRPath over %entry and %device; absent: always. */
  readonly when?: string
  readonly window: ReviewWindow
  /** In this order: the first that the record names owns the Task. Never empty; the last is the single point of access. */
  readonly owners: readonly ReviewOwner[]
  readonly stopRule?: StopRule
}

/** Which entries, by type and by the codes at `code` and `status`. */
export interface EntryMatch {
  readonly type: EntryType
  readonly filters: readonly {
    readonly path: 'code' | 'status'
    readonly codes: readonly { readonly system?: string; readonly code: string }[]
  }[]
}

export type EntryType = 'Procedure' | 'MedicationStatement' | 'DeviceUseStatement' | 'CarePlan'

/** `counted`: from the day that `countedFrom` (FHIRPath) gives; `asked`: a date is missing, due by what the pathway allows for `review-due`. */
export type ReviewWindow =
  | { readonly kind: 'counted'; readonly countedFrom: string; readonly opensAfter?: Span; readonly dueAfter: Span }
  | { readonly kind: 'asked' }

/** A time span of the calendar. */
export interface Span {
  readonly value: number
  readonly unit: 'days' | 'weeks' | 'months' | 'years'
}

/** Code of the CodeSystem review-owner. */
export type ReviewOwner = 'performer' | 'prescriber' | 'device-centre' | 'care-team' | 'single-point-of-access'

/** At the end of a trial the person's own score must be better by so many percent of what it was before. */
export interface StopRule {
  readonly says: string
  readonly betterByPercent: number
}

const ENTRY_TYPES: readonly EntryType[] = ['Procedure', 'MedicationStatement', 'DeviceUseStatement', 'CarePlan']
const OWNERS: readonly ReviewOwner[] = ['performer', 'prescriber', 'device-centre', 'care-team', 'single-point-of-access']
/** UCUM's codes of the units a span may have. */
const UNITS: Readonly<Record<string, Span['unit']>> = { d: 'days', wk: 'weeks', mo: 'months', a: 'years' }

/**
 * Reads every `review-*.json`, at start, in the order of the file names.
 *
 * @param folder default: `fhir-profiles/rules`
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadReviewRules(folder: string = rulesFolder): Promise<readonly ReviewRule[]> {
  const names = (await readdir(folder)).filter((name) => /^review-[a-z0-9-]+\.json$/.test(name)).toSorted()
  return Promise.all(names.map(async (name) => parseReviewRule(await readFile(join(folder, name), 'utf8'), `rules/${name}`)))
}

/** The same from one text; `file` is named in a refusal. */
export function parseReviewRule(json: string, file: string): ReviewRule {
  let plan: PlanDefinition
  try {
    plan = JSON.parse(json)
  } catch (cause) {
    throw new MalformedDataFile(`${file} is not JSON.`, { cause })
  }
  try {
    return toRule(plan, file)
  } catch (cause) {
    if (cause instanceof MalformedDataFile) throw cause
    throw new MalformedDataFile(`${file} is not shaped as a PlanDefinition.`, { cause })
  }
}

function toRule(plan: PlanDefinition, file: string): ReviewRule {
  if (plan.resourceType !== 'PlanDefinition') throw wrong(file, 'is not a PlanDefinition')
  const { id, title, status, action = [] } = plan
  const author = plan.author?.[0]?.name
  const reviewBy = plan.effectivePeriod?.end
  if (id === undefined || title === undefined) throw wrong(file, 'has no id or no title')
  if (status !== 'draft' && status !== 'active' && status !== 'retired') throw wrong(file, 'has no status draft, active or retired')
  if (author === undefined) throw wrong(file, 'names no author')
  if (reviewBy === undefined) throw wrong(file, 'has no review date (effectivePeriod.end)')
  if (status === 'active' && plan.approvalDate === undefined) throw wrong(file, 'is active without an approvalDate')
  if (action.length === 0) throw wrong(file, 'has no lines')
  const lines = action.map((each, index) => toLine(each, plan, `${file}, action[${String(index)}]`))
  const twice = lines.find((line, index) => lines.findIndex((other) => other.id === line.id) < index)
  if (twice !== undefined) throw wrong(file, `has two lines ${twice.id}`)
  return { id, title, status, author, reviewBy, lines, planDefinition: plan }
}

const wrong = (place: string, what: string): MalformedDataFile => new MalformedDataFile(`${place} ${what}.`)

function toLine(action: PlanDefinitionAction, plan: PlanDefinition, place: string): ReviewLine {
  const { id, title, textEquivalent: says } = action
  if (id === undefined || title === undefined || says === undefined) throw wrong(place, 'has no id, no title or no text')
  const sources = (action.documentation ?? []).flatMap(({ citation }) => (citation === undefined ? [] : [citation]))
  if (sources.length === 0) throw wrong(place, 'names no source')
  const startedBy = (action.trigger ?? []).flatMap(({ data = [] }) => data.map((each) => toMatch(each, place)))
  if (startedBy.length === 0) throw wrong(place, 'says of no entry that it starts it')
  const owners = (action.participant ?? []).map(({ role }) => {
    const owner = OWNERS.find((code) => role?.coding?.some((coding) => coding.code === code))
    if (owner === undefined) throw wrong(place, 'has an owner that is no code of review-owner')
    return owner
  })
  if (owners.at(-1) !== 'single-point-of-access') throw wrong(place, 'must end its owners with the single point of access')
  const condition = action.condition?.[0]?.expression
  const stopRule = action.goalId === undefined ? undefined : toStopRule(action.goalId[0], plan, place)
  return {
    id,
    title,
    says,
    sources,
    startedBy,
    settledBy: (action.output ?? []).map((each) => toMatch(each, place)),
    ...(condition === undefined ? {} : { when: fhirPath(condition, place) }),
    window: toWindow(action, place),
    owners,
    ...(stopRule === undefined ? {} : { stopRule }),
  }
}

function toMatch({ type, codeFilter = [] }: DataRequirement, place: string): EntryMatch {
  const known = ENTRY_TYPES.find((each) => each === type)
  if (known === undefined) throw wrong(place, `names the type ${type ?? ''}; known are ${ENTRY_TYPES.join(', ')}`)
  const filters = codeFilter.map(({ path, code = [] }): EntryMatch['filters'][number] => {
    if (path !== 'code' && path !== 'status') throw wrong(place, 'filters by another path than code and status')
    const codes = code.flatMap((each) =>
      each.code === undefined ? [] : [{ ...(each.system && { system: each.system }), code: each.code }],
    )
    if (codes.length === 0) throw wrong(place, `filters by ${path} without a code`)
    return { path, codes }
  })
  if (!filters.some(({ path }) => path === 'status')) throw wrong(place, 'does not say in which status an entry counts')
  return { type: known, filters }
}

function toWindow({ timingDuration, timingRange, dynamicValue }: PlanDefinitionAction, place: string): ReviewWindow {
  const counted = dynamicValue?.find(({ path }) => path === 'countedFrom')?.expression
  const due = timingDuration ?? timingRange?.high
  if ((counted === undefined) !== (due === undefined)) throw wrong(place, 'needs both a day it is counted from and a window, or neither')
  if (counted === undefined || due === undefined) return { kind: 'asked' }
  const opens = timingRange?.low
  return {
    kind: 'counted',
    countedFrom: fhirPath(counted, place),
    ...(opens === undefined ? {} : { opensAfter: toSpan(opens, place) }),
    dueAfter: toSpan(due, place),
  }
}

function toSpan({ value, code, system }: Quantity, place: string): Span {
  const unit = system === 'http://unitsofmeasure.org' ? UNITS[code ?? ''] : undefined
  if (unit === undefined || value === undefined || !Number.isInteger(value) || value < 0)
    throw wrong(place, 'has a window that is not a whole number of d, wk, mo or a')
  return { value, unit }
}

function toStopRule(goalId: string | undefined, plan: PlanDefinition, place: string): StopRule {
  const goal = plan.goal?.find(({ id }) => id === goalId)
  const target = goal?.target?.[0]?.detailQuantity
  if (goal?.description?.text === undefined || target?.value === undefined || target.code !== '%' || target.comparator !== '>=')
    throw wrong(place, 'names a goal that does not say by how many percent it must be better')
  return { says: goal.description.text, betterByPercent: target.value }
}

function fhirPath({ language, expression }: Expression, place: string): string {
  if (language !== 'text/fhirpath' || expression === undefined) throw wrong(place, 'has an expression that is not text/fhirpath')
  try {
    parseFhirPath(expression)
  } catch (cause) {
    throw new MalformedDataFile(`${place} has an expression that is no FHIRPath: ${expression}.`, { cause })
  }
  return expression
}
