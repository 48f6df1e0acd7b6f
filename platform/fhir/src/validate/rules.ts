import { compileExpression } from './expressions.ts'
import { unkeyedBundleRules } from './rules/bundle.ts'
import { conformanceRules } from './rules/conformance.ts'
import { datatypeRules, unkeyedDatatypeRules } from './rules/datatypes.ts'
import { resourceRules } from './rules/resources.ts'
import type { Rule, Rules, UnkeyedRules } from './rules/rule.ts'
import type { Run } from './run.ts'
import { isObject, type Json } from './shape.ts'
import type { TypeShape } from './structures.ts'

/** Every invariant written in TypeScript, by type or inner part and key. */
export const writtenRules: Rules = { ...datatypeRules, ...resourceRules, ...conformanceRules }

const unkeyedRules: UnkeyedRules = { ...unkeyedDatatypeRules, ...unkeyedBundleRules }

/** All invariants of severity error of a type: in TypeScript where we have them so, else as FHIRPath. */
export function compileRules({ path, rules }: TypeShape): ((value: Json, run: Run) => void)[] {
  const published = Object.entries(rules).map(([key, [human, expression]]) => {
    const sentence = `${human.trim()}${/[.!?]$/.test(human.trim()) ? '' : '.'} (${key})`
    return asking(sentence, writtenRules[path]?.[key] ?? compileExpression(expression))
  })
  return [...published, ...(unkeyedRules[path] ?? []).map(([sentence, rule]) => asking(sentence, rule))]
}

/** An invariant of one element whose type is shared, such as org-2 of Organization.address. */
export function elementRule(
  path: string,
  element: string,
  key: string,
  [human, expression]: readonly [string, string],
): (value: unknown, run: Run) => void {
  const written = writtenRules[`${path}.${element}`]?.[key]
  const ask = asking(`${human} (${key})`, written ?? compileExpression(expression))
  return (value, run) => {
    if (isObject(value) || written === undefined) ask(value as Json, run)
  }
}

/** What a Quantity may not have where R4 asks for a SimpleQuantity. */
export function simpleQuantity(value: unknown, run: Run): void {
  if (isObject(value) && value.comparator !== undefined) {
    run.error('invariant', 'The comparator is not used on a SimpleQuantity. (sqty-1)', { child: 'comparator' })
  }
}

function asking(sentence: string, rule: Rule): (value: Json, run: Run) => void {
  return (value, run) => {
    const verdict = rule(value, run)
    if (verdict === true) return
    const here = run.expression()
    run.error('invariant', sentence, verdict === false ? {} : { expression: `${here}.${verdict}` })
  }
}
