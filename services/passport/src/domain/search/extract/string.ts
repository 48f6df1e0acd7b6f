// FHIR R4 Search, string. https://hl7.org/fhir/R4/search.html#string
import type { Address, HumanName } from '@medplum/fhirtypes'
import type { SearchParameter } from '../definitions.ts'
import { soundsOf } from '../sound.ts'
import { comparable, indexable, storable } from '../text.ts'
import { tokenText } from '../token-hash.ts'
import type { Extractor } from './found.ts'

/** Indexes texts, and every part of a name or an address; `phonetic` indexes how the parts of a name sound. */
export function stringExtractor({ key, code, paths }: SearchParameter): Extractor {
  const present = tokenText.present(key)
  return (resource, found) => {
    let any = false
    for (const path of paths) {
      path.read(resource, (value) => {
        for (const text of textsOf(value, path.type)) {
          any = true
          if (code !== 'phonetic') found.addString(key, indexable(comparable(text)), storable(text))
          else for (const sound of soundsOf(comparable(text))) found.addToken(tokenText.sound(key, sound))
        }
      })
    }
    if (any) found.addToken(present)
  }
}

function textsOf(value: unknown, type: string): string[] {
  if (type === 'HumanName') {
    const { text, family, given = [], prefix = [], suffix = [] } = value as HumanName
    return [text, family, ...given, ...prefix, ...suffix].filter(isText)
  }
  if (type === 'Address') {
    const { text, line = [], city, district, state, postalCode, country } = value as Address
    return [text, ...line, city, district, state, postalCode, country].filter(isText)
  }
  return isText(value) ? [value] : []
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
