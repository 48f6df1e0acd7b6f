// What a parameter filters by: a column, an index, a chain or a reverse chain.
// FHIR R4 Search, chaining. https://hl7.org/fhir/R4/search.html#chaining, #has
import { namesThePerson } from '../compartment.ts'
import type { Condition } from '../query.ts'
import { searchRefuse } from '../refusals.ts'
import { malformed, unsupported, type ParseContext } from './asked.ts'
import { conditionOf } from './condition.ts'
import { dateTest } from './date.ts'
import { splitAt, unescaped } from './escapes.ts'
import { parameterName } from './name.ts'

/** How many references a search may follow one after another. */
const DEEPEST_CHAIN = 4

/** A parameter of a search on a type. */
export interface Filter {
  readonly type: string
  /** What is left to read of the name. */
  readonly name: string
  /** The whole name as the client wrote it. */
  readonly written: string
  readonly value: string
  /** References followed so far. */
  readonly depth: number
}

/** The condition of one parameter of a type; nothing when the parameter is not known there. @throws every SEARCH_ refusal of a value or modifier */
export function filterCondition(filter: Filter, context: ParseContext): Condition | undefined {
  const { type, name, written, value, depth } = filter
  if (depth > DEEPEST_CHAIN) throw searchRefuse.SEARCH_CHAIN_INVALID({ parameter: written }, { expression: written })
  if (name.startsWith('_has:')) return hasCondition(filter, context)
  const parts = parameterName(name)
  if (!parts) return undefined
  const { code, modifier, chained } = parts
  if (code === '_id' || code === '_lastUpdated')
    return chained === undefined ? columnCondition(code, modifier, value, written, context) : undefined
  const parameter = context.definitions.parametersOf(type).get(code)
  if (!parameter) return undefined
  if (chained !== undefined) return chainCondition(filter, { code, chained, ...(modifier !== undefined && { modifier }) }, context)
  const values = splitAt(value, ',').filter((one) => one !== '')
  if (values.length === 0) malformed(written, 'a value')
  return conditionOf({ name: written, parameter, values, ...(modifier !== undefined && { modifier }) }, context)
}

function columnCondition(
  code: '_id' | '_lastUpdated',
  modifier: string | undefined,
  value: string,
  written: string,
  { now }: ParseContext,
): Condition {
  const values = splitAt(value, ',')
    .filter((one) => one !== '')
    .map(unescaped)
  if (values.length === 0) malformed(written, 'a value')
  if (code === '_id') {
    if (modifier !== undefined && modifier !== 'not') unsupported(written, modifier)
    const ids = values.filter((id) => /^[A-Za-z0-9\-.]{1,64}$/.test(id))
    return modifier === 'not' ? { kind: 'ids', ids, not: true } : { kind: 'ids', ids }
  }
  if (modifier !== undefined) unsupported(written, modifier)
  return { kind: 'updated', any: values.map((one) => dateTest(one, written, now)) }
}

/** `subject:Patient.name=x`; without a type every type the reference may point to that has the parameter. */
function chainCondition(
  filter: Filter,
  link: { code: string; modifier?: string; chained: string },
  context: ParseContext,
): Condition | undefined {
  const { type, written, value, depth } = filter
  const parameter = context.definitions.parametersOf(type).get(link.code)
  const allowed = parameter?.targets ?? []
  if (parameter?.type !== 'reference' || (link.modifier !== undefined && !allowed.includes(link.modifier))) {
    throw searchRefuse.SEARCH_CHAIN_INVALID({ parameter: written }, { expression: written })
  }
  const types = (link.modifier === undefined ? allowed : [link.modifier]).filter((one) => context.definitions.types.includes(one))
  const targets = types.flatMap((target) => {
    const condition = filterCondition({ type: target, name: link.chained, written, value, depth: depth + 1 }, context)
    return condition ? [{ type: target, condition }] : []
  })
  return targets.length === 0
    ? undefined
    : {
        kind: 'chain',
        parameter: written,
        keys: parameter.keys,
        targets,
        ...(namesThePerson(parameter) === 'exactly' && { compartment: true }),
      }
}

/** `_has:Observation:patient:code=x` */
function hasCondition({ type, name, written, value, depth }: Filter, context: ParseContext): Condition | undefined {
  const [, other = '', reference = '', rest = ''] = /^_has:([A-Za-z]+):([A-Za-z-]+):(.+)$/.exec(name) ?? []
  const parameter = context.definitions.parametersOf(other).get(reference)
  if (parameter?.type !== 'reference' || !parameter.targets.includes(type))
    throw searchRefuse.SEARCH_CHAIN_INVALID({ parameter: written }, { expression: written })
  const condition = filterCondition({ type: other, name: rest, written, value, depth: depth + 1 }, context)
  return condition && { kind: 'has', parameter: written, type: other, reference, condition }
}
