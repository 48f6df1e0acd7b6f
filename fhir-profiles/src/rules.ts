/**
 * What an alert says, as data: one PlanDefinition in `rules/` for each code of the hospital alert register. A new condition is a file
 * there. Every line names its source, its audience and its condition; the file names author, approval state and review date.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseFhirPath } from '@medplum/core'
import type { PlanDefinition, PlanDefinitionAction } from '@medplum/fhirtypes'
import { rulesFolder } from './package.ts'
import { MalformedDataFile } from './reading.ts'

/** Who a line is for. */
export type Audience = 'ward' | 'specialist'

/** One line of an alert. */
export interface RuleLine {
  readonly id: string
  readonly title: string
  /** What is said when `says` gives nothing. */
  readonly text: string
  readonly audience: ReadonlySet<Audience>
  /** FHIRPath; absent: always. */
  readonly when?: string
  /** FHIRPath that gives the text from this person's record. */
  readonly says?: string
  readonly sources: readonly string[]
}

/** What an alert says about everybody on the register with this code. */
export interface AlertRule {
  readonly id: string
  readonly title: string
  /** Code of the CodeSystem register. */
  readonly register: string
  readonly status: 'draft' | 'active' | 'retired'
  readonly author: string
  /** The wording is to be reviewed by this date. */
  readonly reviewBy: string
  readonly lines: readonly RuleLine[]
  /** The file as it is, to be stored and shown. */
  readonly planDefinition: PlanDefinition
}

const REGISTER = 'https://handrail.example/fhir/CodeSystem/register'
const ANSWERING_ROLE = 'https://handrail.example/fhir/CodeSystem/answering-role'

/**
 * Reads every rule, by register code, at start.
 *
 * @param folder default: `fhir-profiles/rules`
 * @throws MalformedDataFile one sentence naming the file
 */
export async function loadRules(folder: string = rulesFolder): Promise<ReadonlyMap<string, AlertRule>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted()
  const rules = await Promise.all(names.map(async (name) => parseRule(await readFile(join(folder, name), 'utf8'), `rules/${name}`)))
  const byCode = new Map<string, AlertRule>()
  for (const rule of rules) {
    if (byCode.has(rule.register)) throw new MalformedDataFile(`rules/${rule.id}.json is a second rule for ${rule.register}.`)
    byCode.set(rule.register, rule)
  }
  return byCode
}

/** The same from one text; `file` is named in a refusal. */
export function parseRule(json: string, file: string): AlertRule {
  const wrong = (what: string): never => {
    throw new MalformedDataFile(`${file} ${what}.`)
  }
  let plan: PlanDefinition
  try {
    plan = JSON.parse(json)
  } catch (cause) {
    throw new MalformedDataFile(`${file} is not JSON.`, { cause })
  }
  if (plan.resourceType !== 'PlanDefinition') return wrong('is not a PlanDefinition')
  const register = plan.useContext
    ?.flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? [])
    .find(({ system }) => system === REGISTER)?.code
  const { status } = plan
  const author = plan.author?.[0]?.name
  const reviewBy = plan.effectivePeriod?.end
  if (plan.id === undefined || plan.title === undefined) return wrong('has no id or no title')
  if (register === undefined) return wrong('has no useContext with a code of the register')
  if (status !== 'draft' && status !== 'active' && status !== 'retired') return wrong('has no status draft, active or retired')
  if (author === undefined) return wrong('names no author')
  if (reviewBy === undefined) return wrong('has no review date (effectivePeriod.end)')
  if (status === 'active' && plan.approvalDate === undefined) return wrong('is active without an approvalDate')
  const lines = (plan.action ?? []).map((action, index) => parseLine(action, `${file}, action[${String(index)}]`))
  if (lines.length === 0) return wrong('has no lines')
  if (new Set(lines.map(({ id }) => id)).size !== lines.length) return wrong('has two lines with one id')
  return { id: plan.id, title: plan.title, register, status, author, reviewBy, lines, planDefinition: plan }
}

function parseLine(action: PlanDefinitionAction, place: string): RuleLine {
  const wrong = (what: string): never => {
    throw new MalformedDataFile(`${place} ${what}.`)
  }
  const { id, title, description: text } = action
  if (id === undefined || title === undefined || text === undefined) return wrong('has no id, title or description')
  const sources = (action.documentation ?? []).flatMap(({ citation }) => (citation === undefined ? [] : [citation]))
  if (sources.length === 0) return wrong('names no source')
  const audience = (action.participant ?? [])
    .flatMap(({ role }) => role?.coding ?? [])
    .flatMap(({ system, code }): Audience[] => (system === ANSWERING_ROLE && (code === 'ward' || code === 'specialist') ? [code] : []))
  if (audience.length === 0) return wrong('is for neither ward nor specialist')
  const when = fhirPath(action.condition?.find(({ kind }) => kind === 'applicability')?.expression, place)
  const says = fhirPath(action.dynamicValue?.find(({ path }) => path === 'description')?.expression, place)
  return {
    id,
    title,
    text,
    audience: new Set(audience),
    sources,
    ...(when === undefined ? {} : { when }),
    ...(says === undefined ? {} : { says }),
  }
}

function fhirPath(expression: { language?: string; expression?: string } | undefined, place: string): string | undefined {
  if (expression === undefined) return undefined
  if (expression.language !== 'text/fhirpath' || expression.expression === undefined)
    throw new MalformedDataFile(`${place} has an expression that is not text/fhirpath.`)
  try {
    parseFhirPath(expression.expression)
  } catch (cause) {
    throw new MalformedDataFile(`${place} has an expression that is no FHIRPath: ${expression.expression}.`, { cause })
  }
  return expression.expression
}
