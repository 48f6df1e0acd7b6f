import { isObject, type Json } from '../shape.ts'
import { isCertainlyAfter } from './moments.ts'
import { count, has, hasChoice, is, isDistinct, items, parts } from './read.ts'
import type { Rules, UnkeyedRules } from './rule.ts'

const UCUM = 'http://unitsofmeasure.org'

const systemGiven = (v: Json): boolean => !has(v, 'code') || has(v, 'system')
const inUcum = (v: Json): boolean => !has(v, 'system') || v.system === UCUM
const codeForValue = (v: Json): boolean => has(v, 'code') || !has(v, 'value')
const absentOrPositive = (value: unknown): boolean => typeof value !== 'number' || value > 0
const notNegative = (name: string) => (v: Json) => typeof v[name] !== 'number' || v[name] >= 0
/** `a` only together with `b`. */
const needs = (a: string, b: string) => (v: Json) => !has(v, a) || has(v, b)
const MEALS = ['C', 'CM', 'CD', 'CV']

/** The invariants of the datatypes of R4. */
export const datatypeRules: Rules = {
  Age: { 'age-1': (v) => codeForValue(v) && inUcum(v) && absentOrPositive(v.value), 'qty-3': systemGiven },
  Attachment: { 'att-1': needs('data', 'contentType') },
  ContactPoint: { 'cpt-2': needs('value', 'system') },
  Count: {
    'cnt-3': (v) =>
      codeForValue(v) && inUcum(v) && (!has(v, 'code') || v.code === '1') && (typeof v.value !== 'number' || Number.isInteger(v.value)),
    'qty-3': systemGiven,
  },
  'DataRequirement.codeFilter': { 'drq-1': (v) => has(v, 'path') !== has(v, 'searchParam') },
  'DataRequirement.dateFilter': { 'drq-2': (v) => has(v, 'path') !== has(v, 'searchParam') },
  Distance: { 'dis-1': (v) => codeForValue(v) && inUcum(v), 'qty-3': systemGiven },
  Duration: { 'drt-1': (v) => !has(v, 'code') || (v.system === UCUM && has(v, 'value')), 'qty-3': systemGiven },
  ElementDefinition: {
    'eld-2': (v) => typeof v.min !== 'number' || typeof v.max !== 'string' || v.max === '*' || v.min <= Number(v.max),
    'eld-5': (v) =>
      !has(v, 'contentReference') ||
      (count(v, 'type', 'example', 'maxLength', 'binding') === 0 &&
        !['defaultValue', 'fixed', 'pattern', 'minValue', 'maxValue'].some((name) => hasChoice(v, name))),
    'eld-6': (v) => count(v, 'type') <= 1 || !hasChoice(v, 'fixed'),
    'eld-7': (v) => count(v, 'type') <= 1 || !hasChoice(v, 'pattern'),
    'eld-8': (v) => !hasChoice(v, 'pattern') || !hasChoice(v, 'fixed'),
    'eld-13': (v) => isDistinct(parts(v, 'type').map(({ code }) => code)),
    'eld-14': (v) => isDistinct(parts(v, 'constraint').map(({ key }) => key)),
    'eld-15': (v) => !hasChoice(v, 'defaultValue') || !has(v, 'meaningWhenMissing'),
    'eld-16': (v) => typeof v.sliceName !== 'string' || /^[a-zA-Z0-9/\-_[\]@]+$/.test(v.sliceName),
    'eld-18': (v) => v.isModifier !== true || has(v, 'isModifierReason'),
    'eld-19': (v) =>
      typeof v.path !== 'string' ||
      (v.path.length <= 4096 &&
        /^[^\s.,:;'"/|?!@#$%&*()[\]{}]{1,64}(?:\.[^\s.,:;'"/|?!@#$%&*()[\]{}]{1,64}(?:\[x\])?(?::[^\s.]+)?)*$/.test(v.path)),
    'eld-22': needs('sliceIsConstraining', 'sliceName'),
  },
  'ElementDefinition.slicing': { 'eld-1': (v) => has(v, 'discriminator') || has(v, 'description') },
  'ElementDefinition.type': {
    'eld-4': (v) => !has(v, 'aggregation') || is(v, 'code', 'Reference', 'canonical'),
    'eld-17': (v) => !has(v, 'targetProfile') || is(v, 'code', 'Reference', 'canonical'),
  },
  'ElementDefinition.binding': { 'eld-12': (v) => typeof v.valueSet !== 'string' || /^(?:https?:|urn:)/.test(v.valueSet) },
  Expression: { 'exp-1': (v) => has(v, 'expression') || has(v, 'reference') },
  Period: { 'per-1': ({ start, end }) => start === undefined || end === undefined || !isCertainlyAfter(start, end) },
  Quantity: { 'qty-3': systemGiven },
  Range: { 'rng-2': ({ low, high }) => !isObject(low) || !isObject(high) || !isLess(high, low) },
  Ratio: {
    'rat-1': (v) => has(v, 'numerator') === has(v, 'denominator') && (has(v, 'numerator') || has(v, 'extension')),
  },
  'Timing.repeat': {
    'tim-1': needs('duration', 'durationUnit'),
    'tim-2': needs('period', 'periodUnit'),
    'tim-4': notNegative('duration'),
    'tim-5': notNegative('period'),
    'tim-6': needs('periodMax', 'period'),
    'tim-7': needs('durationMax', 'duration'),
    'tim-8': needs('countMax', 'count'),
    'tim-9': (v) => !has(v, 'offset') || (has(v, 'when') && !items(v, 'when').some((when) => MEALS.includes(String(when)))),
    'tim-10': (v) => !has(v, 'timeOfDay') || !has(v, 'when'),
  },
  TriggerDefinition: {
    'trd-1': (v) => !has(v, 'data') || !hasChoice(v, 'timing'),
    'trd-2': needs('condition', 'data'),
    'trd-3': (v) =>
      (v.type !== 'named-event' || has(v, 'name')) &&
      (v.type !== 'periodic' || hasChoice(v, 'timing')) &&
      (typeof v.type !== 'string' || !v.type.startsWith('data-') || has(v, 'data')),
  },
}

/** Quantities of the same unit compare; of different units nothing is known. */
function isLess(a: Json, b: Json): boolean {
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return false
  return a.unit === b.unit && a.code === b.code && a.system === b.system && a.value < b.value
}

/** ext-1 and the rest of what the text of R4 says of datatypes. */
export const unkeyedDatatypeRules: UnkeyedRules = {
  Extension: [
    ['An extension has a value or extensions, not both and not neither. (ext-1)', (v) => has(v, 'extension') !== hasChoice(v, 'value')],
    [
      'The url of an extension is absolute, except inside another extension.',
      ({ url }, run) =>
        typeof url !== 'string' || url.includes(':') || run.name(1) === 'extension' || run.name(1) === 'modifierExtension' ? true : 'url',
    ],
  ],
}
