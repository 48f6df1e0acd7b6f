import { isObject, type Json } from '../shape.ts'
import { resourceTypes } from '../structures.ts'
import { functions, isPattern, logic } from './functions.ts'
import { tokensOf, type Token } from './tokens.ts'
import { areEqual, childrenNamed, condition, isBefore, NONE, truth, type Values } from './values.ts'

export interface Environment {
  readonly context: unknown
  readonly resource: Json
  readonly root: Json
}

/** A compiled expression: on a collection, with `$this`, in an environment. */
export type Evaluate = (focus: Values, self: unknown, environment: Environment) => Values

/** Raised and caught here: the expression uses something beyond the part of FHIRPath that is compiled. */
class Beyond extends Error {}

/**
 * FHIRPath compiled into functions: the part that invariants use, on plain JSON. Undefined for an expression that goes beyond it
 * (arithmetic, `resolve()`, conversions, most of `is` and `as`), which then is the library's.
 *
 * @see http://hl7.org/fhirpath/N1/
 */
export function compileFhirPath(expression: string): Evaluate | undefined {
  const tokens = tokensOf(expression)
  if (tokens === undefined) return undefined
  try {
    const parser = new Parser(tokens)
    const evaluate = parser.expression(0)
    return parser.isAtEnd ? evaluate : undefined
  } catch (error) {
    if (error instanceof Beyond) return undefined
    throw error
  }
}

/** Binding strength, weakest first. FHIRPath, section 6.8, operator precedence. */
const STRENGTH: Readonly<Record<string, number>> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '!=': 5,
  '<': 6,
  '<=': 6,
  '>': 6,
  '>=': 6,
  '|': 7,
  is: 8,
  '&': 9,
  '+': 9,
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length
  }

  expression(weakest: number): Evaluate {
    let left = this.#path()
    for (;;) {
      const operator = this.#tokens[this.#at]
      const strength = operator?.kind === 'name' || operator?.kind === 'symbol' ? STRENGTH[operator.text] : undefined
      if (operator === undefined || strength === undefined || strength <= weakest) return left
      this.#at += 1
      left = operator.text === 'is' ? isOfType(left, this.#typeName()) : binary(operator.text, left, this.expression(strength))
    }
  }

  #path(): Evaluate {
    let value = this.#term()
    for (;;) {
      if (this.#take('.')) value = this.#step(value)
      else if (this.#take('[')) {
        const index = Number(this.#expect('number').text)
        this.#expectSymbol(']')
        const list = value
        value = (focus, self, environment) => list(focus, self, environment).slice(index, index + 1)
      } else return value
    }
  }

  #term(): Evaluate {
    const token = this.#next()
    switch (token.kind) {
      case 'string':
        return constant(token.text)
      case 'number':
        return constant(Number(token.text))
      case 'variable':
        return variable(token.text)
      case 'name':
        if (token.text === 'true' || token.text === 'false') return constant(token.text === 'true')
        this.#at -= 1
        return this.#step((focus) => focus, true)
      default:
        break
    }
    if (token.text === '{' && this.#take('}')) return () => NONE
    if (token.text !== '(') throw new Beyond()
    const inner = this.expression(0)
    this.#expectSymbol(')')
    return inner
  }

  #step(input: Evaluate, isFirst = false): Evaluate {
    const name = this.#expect('name').text
    if (!this.#take('(')) {
      // The first name may be the type of the resource itself: Appointment.status.
      if (isFirst && resourceTypes().has(name)) {
        return (focus) => focus.filter((item) => isObject(item) && item.resourceType === name)
      }
      return (focus, self, environment) => childrenNamed(input(focus, self, environment), name)
    }
    if (name === 'ofType' || name === 'is') return this.#typeFunction(name, input)
    const call = functions.get(name)
    if (call === undefined) throw new Beyond()
    const argument = this.#tokens[this.#at]
    if (name === 'matches' && (argument?.kind !== 'string' || !isPattern(argument.text))) throw new Beyond()
    const args: Evaluate[] = []
    while (!this.#take(')')) {
      args.push(this.expression(0))
      if (!this.#take(',') && this.#tokens[this.#at]?.text !== ')') throw new Beyond()
    }
    return (focus, self, environment) => call(input(focus, self, environment), args, self, environment)
  }

  #typeFunction(name: string, input: Evaluate): Evaluate {
    const type = this.#typeName()
    this.#expectSymbol(')')
    if (name === 'is') return isOfType(input, type)
    return (focus, self, environment) => input(focus, self, environment).filter((item) => hasType(item, type))
  }

  #typeName(): string {
    const type = this.#expect('name').text
    // Of a plain JSON value only these types can be told.
    if (!resourceTypes().has(type) && type.toLowerCase() !== 'boolean') throw new Beyond()
    return type
  }

  #next(): Token {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Beyond()
    this.#at += 1
    return token
  }

  #take(symbol: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'symbol' || token.text !== symbol) return false
    this.#at += 1
    return true
  }

  #expect(kind: Token['kind']): Token {
    const token = this.#next()
    if (token.kind !== kind) throw new Beyond()
    return token
  }

  #expectSymbol(symbol: string): void {
    if (!this.#take(symbol)) throw new Beyond()
  }
}

function constant(value: unknown): Evaluate {
  const values = [value]
  return () => values
}

function variable(name: string): Evaluate {
  switch (name) {
    case '$this':
      return (_focus, self) => [self]
    case '%context':
      return (_focus, _self, { context }) => [context]
    case '%resource':
      return (_focus, _self, { resource }) => [resource]
    case '%rootResource':
      return (_focus, _self, { root }) => [root]
    case '%ucum':
      return constant('http://unitsofmeasure.org')
    default:
      throw new Beyond()
  }
}

function hasType(value: unknown, type: string): boolean {
  return type.toLowerCase() === 'boolean' ? typeof value === 'boolean' : isObject(value) && value.resourceType === type
}

function isOfType(input: Evaluate, type: string): Evaluate {
  return (focus, self, environment) => {
    const values = input(focus, self, environment)
    return values.length === 0 ? NONE : truth(hasType(values[0], type))
  }
}

function binary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === 'and' || operator === 'or' || operator === 'xor' || operator === 'implies') {
    const decide = logic[operator]
    return (focus, self, environment) => decide(condition(left(focus, self, environment)), () => condition(right(focus, self, environment)))
  }
  const combine = COMBINE[operator]
  if (combine === undefined) throw new Beyond()
  return (focus, self, environment) => combine(left(focus, self, environment), right(focus, self, environment))
}

const perhaps = (value: boolean | undefined): Values => (value === undefined ? NONE : truth(value))

const COMBINE: Readonly<Record<string, (a: Values, b: Values) => Values>> = {
  '=': (a, b) => perhaps(areEqual(a, b)),
  '!=': (a, b) => {
    const equal = areEqual(a, b)
    return equal === undefined ? NONE : truth(!equal)
  },
  '<': (a, b) => perhaps(isBefore(a, b, false)),
  '<=': (a, b) => perhaps(isBefore(a, b, true)),
  '>': (a, b) => perhaps(isBefore(b, a, false)),
  '>=': (a, b) => perhaps(isBefore(b, a, true)),
  '|': (a, b) => [...new Set([...a, ...b])],
  '&': ([a], [b]) => [`${textOf(a)}${textOf(b)}`],
  '+': ([a], [b]) =>
    typeof a === 'number' && typeof b === 'number' ? [a + b] : typeof a === 'string' && typeof b === 'string' ? [a + b] : NONE,
  in: (a, b) => (a.length === 0 ? NONE : truth(b.some((item) => areEqual([item], a) === true))),
  contains: (a, b) => (b.length === 0 ? NONE : truth(a.some((item) => areEqual([item], b) === true))),
}

/** What `&` joins: a primitive as text; nothing for what is absent or has parts. FHIRPath, string concatenation. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
