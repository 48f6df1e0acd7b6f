import { isObject } from '../shape.ts'
import { childrenNamed, childrenOf, condition, FALSE, NONE, TRUE, truth, type Values } from './values.ts'
import type { Environment, Evaluate } from './evaluate.ts'

/** A function of FHIRPath: what it is called on, its arguments not yet evaluated, and what is around. */
type Callable = (input: Values, args: readonly Evaluate[], self: unknown, environment: Environment) => Values

const each = (
  input: Values,
  criteria: Evaluate | undefined,
  environment: Environment,
  keep: (met: boolean | undefined) => boolean,
): Values => (criteria === undefined ? input : input.filter((item) => keep(condition(criteria([item], item, environment)))))

const onText =
  (judge: (text: string, argument: string) => boolean): Callable =>
  (input, [argument], self, environment) => {
    const given = argument?.([self], self, environment)[0]
    const text = input[0]
    return typeof text === 'string' && typeof given === 'string' ? truth(judge(text, given)) : NONE
  }

const patterns = new Map<string, RegExp>()

function pattern(source: string): RegExp {
  let compiled = patterns.get(source)
  if (compiled === undefined) {
    compiled = new RegExp(source)
    patterns.set(source, compiled)
  }
  return compiled
}

/**
 * The functions invariants use. An expression with another one is left to the library.
 *
 * @see http://hl7.org/fhirpath/N1/#functions
 */
export const functions: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['exists', (input, [criteria], _self, environment) => truth(each(input, criteria, environment, (met) => met === true).length > 0)],
  ['empty', (input) => truth(input.length === 0)],
  ['not', (input) => (input.length === 0 ? NONE : truth(condition(input) === false))],
  ['count', (input) => [input.length]],
  ['hasValue', (input) => truth(input.length === 1 && !isObject(input[0]))],
  ['where', (input, [criteria], _self, environment) => each(input, criteria, environment, (met) => met === true)],
  [
    'all',
    (input, [criteria], _self, environment) => truth(each(input, criteria, environment, (met) => met === true).length === input.length),
  ],
  ['allTrue', (input) => truth(input.every((item) => item === true))],
  ['allFalse', (input) => truth(input.every((item) => item === false))],
  ['select', (input, [projection], _self, environment) => input.flatMap((item) => projection?.([item], item, environment) ?? [])],
  ['first', (input) => input.slice(0, 1)],
  ['last', (input) => input.slice(-1)],
  ['tail', (input) => input.slice(1)],
  ['single', (input) => input.slice(0, 1)],
  ['isDistinct', (input) => truth(new Set(input.map((item) => JSON.stringify(item))).size === input.length)],
  ['trace', (input) => input],
  ['children', (input) => input.flatMap(childrenOf)],
  ['descendants', (input) => descendants(input)],
  ['toString', (input) => input.map(String)],
  ['length', (input) => (typeof input[0] === 'string' ? [input[0].length] : NONE)],
  ['startsWith', onText((text, start) => text.startsWith(start))],
  ['endsWith', onText((text, end) => text.endsWith(end))],
  ['contains', onText((text, part) => text.includes(part))],
  ['matches', onText((text, source) => pattern(source).test(text))],
  [
    'extension',
    (input, [argument], self, environment) => {
      const url = argument?.([self], self, environment)[0]
      return childrenNamed(input, 'extension').filter((item) => isObject(item) && item.url === url)
    },
  ],
  [
    'toInteger',
    (input) => {
      const number = typeof input[0] === 'string' && /^[+-]?\d+$/.test(input[0]) ? Number(input[0]) : input[0]
      return typeof number === 'number' && Number.isInteger(number) ? [number] : NONE
    },
  ],
  [
    'iif',
    (input, [criterion, then, otherwise], self, environment) => {
      const met = criterion === undefined ? undefined : condition(criterion(input, self, environment))
      return (met === true ? then : otherwise)?.(input, self, environment) ?? NONE
    },
  ],
  ['exclude', (input, [other], self, environment) => without(input, other?.([self], self, environment) ?? NONE)],
  ['intersect', (input, [other], self, environment) => among(input, other?.([self], self, environment) ?? NONE)],
])

/** Functions whose argument a compiler checks: a pattern that is no pattern is refused when it is read, not when it is used. */
export function isPattern(source: string): boolean {
  try {
    pattern(source)
    return true
  } catch {
    return false
  }
}

function descendants(input: Values): Values {
  const found: unknown[] = []
  let level: unknown[] = input.flatMap(childrenOf)
  while (level.length > 0) {
    for (const item of level) found.push(item)
    level = level.flatMap(childrenOf)
  }
  return found
}

function among(input: Values, other: Values): Values {
  const known = new Set(other.map((item) => JSON.stringify(item)))
  return input.filter((item) => known.has(JSON.stringify(item)))
}

function without(input: Values, other: Values): Values {
  const known = new Set(other.map((item) => JSON.stringify(item)))
  return input.filter((item) => !known.has(JSON.stringify(item)))
}

/** Kleene's logic: what is not known stays so unless the other side decides. */
export const logic: Readonly<Record<'and' | 'or' | 'xor' | 'implies', (a: boolean | undefined, b: () => boolean | undefined) => Values>> = {
  and: (a, b) => (a === false ? FALSE : known(b(), (value) => (value === false ? false : a === undefined ? undefined : value))),
  or: (a, b) => (a === true ? TRUE : known(b(), (value) => (value === true ? true : a === undefined ? undefined : value))),
  xor: (a, b) => known(b(), (value) => (a === undefined || value === undefined ? undefined : a !== value)),
  implies: (a, b) => (a === false ? TRUE : known(b(), (value) => (value === true ? true : a === undefined ? undefined : value))),
}

function known(value: boolean | undefined, decide: (value: boolean | undefined) => boolean | undefined): Values {
  const decided = decide(value)
  return decided === undefined ? NONE : truth(decided)
}
