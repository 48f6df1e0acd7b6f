import type { Condition } from '../query.ts'
import { tokenHash, tokenText } from '../token-hash.ts'
import { malformed, type Asked } from './asked.ts'

/** `:missing=true` or `false`, for parameters of every type. https://hl7.org/fhir/R4/search.html#missing */
export function missingCondition({ name, parameter: { key }, values }: Asked): Condition {
  const [value, ...more] = values
  if (more.length > 0 || (value !== 'true' && value !== 'false')) malformed(name, 'true or false')
  const present = [tokenHash(tokenText.present(key))]
  return value === 'true' ? { kind: 'tokens', any: present, not: true } : { kind: 'tokens', any: present }
}
