import { hash } from 'node:crypto'
import { parseFhirPath } from '@medplum/core'
import type { PlanDefinition, PlanDefinitionAction } from '@medplum/fhirtypes'
import { CODES, HANDRAIL } from '@platform/nhs/systems'
import type { AdmissionKind } from './adt.ts'
import type { AlertRule, LineKind, LineRule } from './alert-lines.ts'

/** The rule out of its PlanDefinition. @throws Error that names the file's id and what is missing, so that a malformed rule stops the start */
export function toAlertRule(plan: PlanDefinition): AlertRule {
  const focus = plan.useContext?.find(({ code }) => code.code === 'focus')
  const register = focus?.valueCodeableConcept?.coding?.find(({ system }) => system === CODES.REGISTER)?.code
  if (focus !== undefined && register === undefined)
    throw new Error(`The alert rule ${plan.id ?? ''} has a focus that is no code of the register.`)
  const author = plan.author?.[0]?.name
  const reviewBy = plan.effectivePeriod?.end?.slice(0, 10)
  return {
    id: plan.id ?? '',
    title: plan.title ?? plan.id ?? '',
    register: register ?? '*',
    wording: hash('sha256', JSON.stringify([plan.extension, plan.useContext, plan.action]), 'hex'),
    ...(author === undefined ? {} : { author }),
    ...(reviewBy === undefined ? {} : { reviewBy }),
    admissions: admissionsOf(plan),
    ladder: ladderOf(plan),
    lines: (plan.action ?? []).map((action) => toLine(plan.id ?? '', action)),
  }
}

const LADDER = `${HANDRAIL}/StructureDefinition/ladder-minutes`

/** Minutes after which each step of the ladder is taken, where the rule wants them shorter than the pathway does. */
function ladderOf({ id, extension }: PlanDefinition): readonly number[] {
  const minutes = (extension ?? []).filter(({ url }) => url === LADDER).map(({ valueInteger }) => valueInteger ?? Number.NaN)
  if (minutes.some((each, index) => !(each > (minutes[index - 1] ?? 0))))
    throw new Error(`The ladder of the alert rule ${id ?? ''} does not rise from step to step.`)
  return minutes
}

const ADMISSION = `${HANDRAIL}/StructureDefinition/alert-admission`
const ADMISSIONS: ReadonlySet<string> = new Set<AdmissionKind>(['emergency', 'elective', 'day-case'])

/** The kinds of admission that trigger the rule, where it is not for every one. */
function admissionsOf({ id, extension }: PlanDefinition): readonly AdmissionKind[] {
  const codes = (extension ?? []).filter(({ url }) => url === ADMISSION).map(({ valueCode }) => valueCode ?? '')
  const unknown = codes.find((code) => !ADMISSIONS.has(code))
  if (unknown !== undefined) throw new Error(`The alert rule ${id ?? ''} is for the unknown kind of admission "${unknown}".`)
  return codes as AdmissionKind[]
}

const KINDS: ReadonlySet<string> = new Set<LineKind>(['time-critical', 'contact', 'communication'])

function toLine(rule: string, action: PlanDefinitionAction): LineRule {
  const value = (path: string) => action.dynamicValue?.find((each) => each.path === path)?.expression?.expression
  const when = action.condition?.find(({ kind }) => kind === 'applicability')?.expression?.expression
  const kind = action.code?.[0]?.text ?? 'time-critical'
  if (!KINDS.has(kind)) throw new Error(`An action of the alert rule ${rule} is of the unknown kind ${kind}.`)
  const [text, source, asOf] = [value('text'), value('source'), value('asOf')]
  if (action.title === undefined || text === undefined) throw new Error(`An action of the alert rule ${rule} lacks its title or its text.`)
  for (const expression of [when, text, source, asOf]) if (expression !== undefined) mustBeFhirPath(rule, action.title, expression)
  return {
    title: action.title,
    kind: kind as LineKind,
    text,
    ...(when === undefined ? {} : { when }),
    ...(source === undefined ? {} : { source }),
    ...(asOf === undefined ? {} : { asOf }),
  }
}

function mustBeFhirPath(rule: string, title: string, expression: string): void {
  try {
    parseFhirPath(expression)
  } catch (cause) {
    throw new Error(`The line "${title}" of the alert rule ${rule} has an expression that is no FHIRPath: ${expression}`, { cause })
  }
}
