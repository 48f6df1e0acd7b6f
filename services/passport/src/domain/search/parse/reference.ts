// FHIR R4 Search, reference. https://hl7.org/fhir/R4/search.html#reference
import { RESOURCE_TYPES } from '../../resource-types.ts'
import { identifierKey } from '../extract/reference.ts'
import { namesThePerson } from '../compartment.ts'
import type { SearchParameter } from '../definitions.ts'
import type { Condition } from '../query.ts'
import { comparableReference, referencedType } from '../reference.ts'
import { tokenHash, tokenText } from '../token-hash.ts'
import { malformed, unsupported, type Asked, type ParseContext } from './asked.ts'
import { unescaped } from './escapes.ts'
import { tokenTextOf, writtenToken } from './token.ts'

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED */
export function referenceCondition(asked: Asked, { definitions }: ParseContext): Condition {
  const { name, parameter, modifier, values } = asked
  if (modifier === 'identifier') {
    const tokens = values.map((value) => writtenToken(value, name))
    return {
      kind: 'tokens',
      any: parameter.keys.flatMap((key) => tokens.map((token) => tokenHash(tokenTextOf(identifierKey(key), token)))),
    }
  }
  if (modifier !== undefined && !parameter.targets.includes(modifier)) unsupported(name, modifier)
  const targets = values.flatMap((value) => targetsOf(unescaped(value), asked, definitions.baseUrl))
  const tokens: Condition = {
    kind: 'tokens',
    ...(areRare(targets) && { rare: true }),
    any: parameter.keys.flatMap((key) => targets.map((target) => tokenHash(tokenText.reference(key, target)))),
  }
  const person = personOf(parameter, targets)
  if (!person) return tokens
  const condition: Condition = { kind: 'patient', id: person.id }
  return person.exactly ? condition : { kind: 'all', of: [condition, tokens] }
}

/** Everything a written reference may stand for: a bare id, one of each type the parameter may point to. */
function targetsOf(value: string, { name, parameter, modifier }: Asked, baseUrl: string): string[] {
  if (/^[A-Za-z0-9\-.]{1,64}$/.test(value))
    return (modifier === undefined ? parameter.targets : [modifier]).map((type) => `${type}/${value}`)
  const target = comparableReference(value, baseUrl)
  const isTyped = target !== undefined && referencedType(target) !== undefined
  const isOther = /^(urn:(uuid|oid):|https?:\/\/)\S+$/.test(value)
  if (target === undefined || (!isTyped && !isOther)) return malformed(name, 'an id, Type/id or a URL')
  if (modifier !== undefined && referencedType(target) !== modifier) return malformed(name, `a reference to ${modifier}`)
  return [target]
}

/** Many resources may name the same organisation, but few the same referral. */
function areRare([target, ...more]: readonly string[]): boolean {
  const type = target === undefined ? undefined : referencedType(target)
  return type !== undefined && more.length === 0 && (RESOURCE_TYPES[type]?.dataClass ?? 'directory') !== 'directory'
}

/** The person, when one Patient is asked for by the parameter that says whose compartment a resource of the type lies in. */
function personOf(parameter: SearchParameter, targets: readonly string[]): { id: string; exactly: boolean } | undefined {
  const [target, ...more] = targets
  const id = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(target ?? '')?.[1]
  const names = namesThePerson(parameter)
  // A bare id may stand for a Group or a Device too; then there are several targets.
  return id === undefined || more.length > 0 || names === 'no' ? undefined : { id, exactly: names === 'exactly' }
}
