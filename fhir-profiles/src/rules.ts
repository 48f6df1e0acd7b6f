/**
 * What an alert says, as data: PlanDefinitions in `rules/`, one for each code of the hospital alert register and one for anybody on it. A
 * new condition is a file there.
 *
 * Every action is a line: its `title`, the FHIRPath condition under which it holds, and `dynamicValue` with the FHIRPath of `text`, `source`
 * and `asOf` over %patient, %device, %use, %medicines, %specialist and %today. Every line has a source: its own `source` or citation, or a
 * citation of the file. The file has author, approval state and the date by which its wording is reviewed.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseFhirPath } from '@medplum/core'
import type { PlanDefinition, PlanDefinitionAction } from '@medplum/fhirtypes'
import { rulesFolder } from './package.ts'
import { MalformedDataFile } from './reading.ts'

/** A rule file that was read and found complete. */
export interface RuleFile {
  readonly id: string
  readonly title: string
  /** Code of the CodeSystem register; `*` for anybody on it. */
  readonly register: string
  /** `draft` until the local clinical lead has signed (`approvalDate`); shown as not yet approved. */
  readonly status: 'draft' | 'active' | 'retired'
  readonly author: string
  /** The wording is to be reviewed by this date. */
  readonly reviewBy: string
  readonly planDefinition: PlanDefinition
}

const REGISTER = 'https://handrail.example/fhir/CodeSystem/register'

/**
 * Reads every `alert-*.json`, at start, in the order of the file names.
 *
 * @param folder default: `fhir-profiles/rules`
 * @throws MalformedDataFile one sentence naming the file
 */
export async function loadRules(folder: string = rulesFolder): Promise<readonly RuleFile[]> {
  const names = (await readdir(folder)).filter((name) => /^alert-[a-z0-9-]+\.json$/.test(name)).toSorted()
  const rules = await Promise.all(names.map(async (name) => parseRule(await readFile(join(folder, name), 'utf8'), `rules/${name}`)))
  for (const [index, rule] of rules.entries()) {
    const other = rules.findIndex(({ register }) => register === rule.register)
    if (other < index)
      throw new MalformedDataFile(`rules/${names[index] ?? ''} is a second rule for ${rule.register}, beside rules/${names[other] ?? ''}.`)
  }
  return rules
}

/** The same from one text; `file` is named in a refusal. */
export function parseRule(json: string, file: string): RuleFile {
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
  const { id, title, status, action = [] } = plan
  const focus = plan.useContext?.find(({ code }) => code.code === 'focus')
  const register = focus === undefined ? '*' : focus.valueCodeableConcept?.coding?.find(({ system }) => system === REGISTER)?.code
  const author = plan.author?.[0]?.name
  const reviewBy = plan.effectivePeriod?.end
  if (id === undefined || title === undefined) return wrong('has no id or no title')
  if (register === undefined) return wrong('has a focus that is no code of the register')
  if (status !== 'draft' && status !== 'active' && status !== 'retired') return wrong('has no status draft, active or retired')
  if (author === undefined) return wrong('names no author')
  if (reviewBy === undefined) return wrong('has no review date (effectivePeriod.end)')
  if (status === 'active' && plan.approvalDate === undefined) return wrong('is active without an approvalDate')
  if (action.length === 0) return wrong('has no lines')
  const cited = (plan.relatedArtifact ?? []).some(({ citation }) => citation !== undefined)
  for (const [index, line] of action.entries()) checkLine(line, cited, `${file}, action[${String(index)}]`)
  return { id, title, register, status, author, reviewBy, planDefinition: plan }
}

function checkLine(line: PlanDefinitionAction, cited: boolean, place: string): void {
  const wrong = (what: string): never => {
    throw new MalformedDataFile(`${place} ${what}.`)
  }
  const values = line.dynamicValue ?? []
  const has = (path: string): boolean => values.some((value) => value.path === path)
  if (line.title === undefined || !has('text')) wrong('has no title or no text')
  if (!cited && !has('source') && !(line.documentation ?? []).some(({ citation }) => citation !== undefined)) wrong('names no source')
  for (const value of [...(line.condition ?? []), ...values]) {
    const { language, expression } = value.expression ?? {}
    if (language !== 'text/fhirpath' || expression === undefined) return wrong('has an expression that is not text/fhirpath')
    try {
      parseFhirPath(expression)
    } catch (cause) {
      throw new MalformedDataFile(`${place} has an expression that is no FHIRPath: ${expression}.`, { cause })
    }
  }
}
