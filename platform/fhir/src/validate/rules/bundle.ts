import { isObject, type Json } from '../shape.ts'
import { has, parts } from './read.ts'
import type { Rule, Rules, UnkeyedRules } from './rule.ts'

/** FHIR R4 Bundle. https://hl7.org/fhir/R4/bundle.html#invs */
export const bundleRules: Rules = {
  Bundle: {
    'bdl-1': (v) => !has(v, 'total') || v.type === 'searchset' || v.type === 'history',
    'bdl-2': (v) => v.type === 'searchset' || eachEntry(v, (entry, at) => (has(entry, 'search') ? `${at}.search` : true)),
    'bdl-3': onlyIn('request', 'batch', 'transaction', 'history'),
    'bdl-4': onlyIn('response', 'batch-response', 'transaction-response', 'history'),
    'bdl-7': (v) => v.type === 'history' || fullUrlsAreUnique(v),
    'bdl-9': (v) => v.type !== 'document' || (isObject(v.identifier) && has(v.identifier, 'system') && has(v.identifier, 'value')),
    'bdl-10': (v) => v.type !== 'document' || v.timestamp !== undefined,
    'bdl-11': (v) => v.type !== 'document' || firstType(v) === 'Composition' || 'entry[0].resource',
    'bdl-12': (v) => v.type !== 'message' || firstType(v) === 'MessageHeader' || 'entry[0].resource',
  },
  'Bundle.entry': {
    'bdl-5': (v) => has(v, 'resource') || has(v, 'request') || has(v, 'response'),
    'bdl-8': ({ fullUrl }) => typeof fullUrl !== 'string' || !fullUrl.includes('/_history/') || 'fullUrl',
  },
}

/** What the text of R4 says of a fullUrl. That it is absolute is not asked: examples of UK Core have relative ones and lose nothing by it. */
export const unkeyedBundleRules: UnkeyedRules = {
  'Bundle.entry': [
    [
      'The fullUrl of an entry does not disagree with the id of its resource.',
      ({ fullUrl, resource }) => {
        if (typeof fullUrl !== 'string' || !/^https?:/i.test(fullUrl) || !isObject(resource) || typeof resource.id !== 'string') return true
        return fullUrl.slice(fullUrl.lastIndexOf('/') + 1) === resource.id || 'fullUrl'
      },
    ],
  ],
}

function onlyIn(name: string, ...types: readonly string[]): Rule {
  return (bundle) => {
    const wanted = types.includes(String(bundle.type))
    return eachEntry(bundle, (entry, at) => has(entry, name) === wanted || `${at}.${name}`)
  }
}

function eachEntry(bundle: Json, judge: (entry: Json, at: string) => boolean | string): boolean | string {
  const entries: readonly unknown[] = Array.isArray(bundle.entry) ? bundle.entry : []
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i]
    const verdict = isObject(entry) ? judge(entry, `entry[${String(i)}]`) : true
    if (verdict !== true) return verdict
  }
  return true
}

/** A resource may be there once for each version. */
function fullUrlsAreUnique(bundle: Json): boolean | string {
  const seen = new Set<string>()
  return eachEntry(bundle, ({ fullUrl, resource }, at) => {
    if (typeof fullUrl !== 'string') return true
    const version = isObject(resource) && isObject(resource.meta) ? resource.meta.versionId : undefined
    const key = `${fullUrl} ${typeof version === 'string' ? version : ''}`
    if (seen.has(key)) return `${at}.fullUrl`
    seen.add(key)
    return true
  })
}

function firstType(bundle: Json): unknown {
  const resource = parts(bundle, 'entry')[0]?.resource
  return isObject(resource) ? resource.resourceType : undefined
}
