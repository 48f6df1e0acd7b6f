import type { PlanDefinition, PlanDefinitionAction } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import type { AlertRule, LineRule } from './alert-lines.ts'

/** The rule out of its PlanDefinition. @throws Error that names the file's id and what is missing, so that a malformed rule stops the start */
export function toAlertRule(plan: PlanDefinition): AlertRule {
  const focus = plan.useContext?.find(({ code }) => code.code === 'focus')
  const register = focus?.valueCodeableConcept?.coding?.find(({ system }) => system === CODES.REGISTER)?.code
  if (focus !== undefined && register === undefined)
    throw new Error(`The alert rule ${plan.id ?? ''} has a focus that is no code of the register.`)
  return { id: plan.id ?? '', register: register ?? '*', lines: (plan.action ?? []).map((action) => toLine(plan.id ?? '', action)) }
}

function toLine(rule: string, action: PlanDefinitionAction): LineRule {
  const value = (path: string) => action.dynamicValue?.find((each) => each.path === path)?.expression?.expression
  const when = action.condition?.find(({ kind }) => kind === 'applicability')?.expression?.expression
  const [text, source, asOf] = [value('text'), value('source'), value('asOf')]
  if (action.title === undefined || text === undefined) throw new Error(`An action of the alert rule ${rule} lacks its title or its text.`)
  return {
    title: action.title,
    text,
    ...(when === undefined ? {} : { when }),
    ...(source === undefined ? {} : { source }),
    ...(asOf === undefined ? {} : { asOf }),
  }
}
