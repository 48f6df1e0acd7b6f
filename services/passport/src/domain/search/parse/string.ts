// FHIR R4 Search, string. https://hl7.org/fhir/R4/search.html#string
import type { Condition, StringTest } from '../query.ts'
import { soundsOf } from '../sound.ts'
import { comparable, indexable, storable } from '../text.ts'
import { tokenHash, tokenText } from '../token-hash.ts'
import { malformed, unsupported, type Asked } from './asked.ts'
import { unescaped } from './escapes.ts'

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED */
export function stringCondition(asked: Asked): Condition {
  const { name, parameter, modifier, values } = asked
  if (parameter.code === 'phonetic') return phoneticCondition(asked)
  const match = modifier === undefined ? 'starts' : modifier === 'exact' || modifier === 'contains' ? modifier : unsupported(name, modifier)
  return { kind: 'strings', keys: parameter.keys, any: values.map((value) => stringTest(unescaped(value), match, name)) }
}

/** A test for one text. @throws SEARCH_VALUE_INVALID when nothing of it is left to compare. */
export function stringTest(text: string, match: StringTest['match'], name: string): StringTest {
  const value = indexable(comparable(text))
  if (value === '') return malformed(name, 'a text with at least one letter or digit')
  return match === 'exact' ? { match, value, exact: storable(text) } : { match, value }
}

function phoneticCondition({ name, parameter, modifier, values }: Asked): Condition {
  if (modifier !== undefined) unsupported(name, modifier)
  const alternatives = values.map((value): Condition => {
    const sounds = soundsOf(comparable(unescaped(value)))
    if (sounds.length === 0) malformed(name, 'a name in Latin letters')
    return { kind: 'all', of: sounds.map((sound) => ({ kind: 'tokens', any: [tokenHash(tokenText.sound(parameter.key, sound))] })) }
  })
  return { kind: 'any', of: alternatives }
}
