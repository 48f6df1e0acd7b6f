import { isObject, type Json } from '../shape.ts'
import { choiceOf, count, has, is, isDistinct, items, parts } from './read.ts'
import type { Rules } from './rule.ts'

const LISTED = ['choice', 'open-choice', 'decimal', 'integer', 'date', 'dateTime', 'time', 'string', 'quantity']
const MEASURED = ['boolean', 'decimal', 'integer', 'string', 'text', 'url', 'open-choice']

/**
 * Invariants of conformance resources that are asked often (Questionnaire, ValueSet …), or whose FHIRPath would take time
 * with the square of what is sent. The others are evaluated as they are written.
 */
export const conformanceRules: Rules = {
  CapabilityStatement: {
    'cpb-7': (v) => isDistinct(parts(v, 'document').map(({ profile, mode }) => `${String(profile)} ${String(mode)}`)),
  },
  'CapabilityStatement.rest': {
    'cpb-9': (v) => isDistinct(parts(v, 'resource').map(({ type }) => type)),
  },
  'CapabilityStatement.rest.resource': {
    'cpb-12': (v) => isDistinct(parts(v, 'searchParam').map(({ name }) => name)),
  },
  CodeSystem: { 'csd-1': (v) => isDistinct(below(v, 'concept').map(({ code }) => code)) },
  'ConceptMap.group.element.target': {
    'cmd-1': (v) => has(v, 'comment') || !has(v, 'equivalence') || !is(v, 'equivalence', 'narrower', 'inexact'),
  },
  ImplementationGuide: {
    'ig-2': (v) => {
      const versions = new Set(items(v, 'fhirVersion'))
      return parts(v.definition, 'resource').every((resource) => items(resource, 'fhirVersion').every((version) => versions.has(version)))
    },
  },
  'ImplementationGuide.definition': {
    'ig-1': (v) => {
      const groups = new Set(parts(v, 'grouping').map(({ id }) => id))
      return parts(v, 'resource').every(({ groupingId }) => groupingId === undefined || groups.has(groupingId))
    },
  },
  Measure: {
    'mea-1': (v) =>
      parts(v, 'group')
        .flatMap((group) => parts(group, 'stratifier'))
        .every((stratifier) => ['code', 'description', 'criteria'].some((name) => has(stratifier, name)) !== has(stratifier, 'component')),
  },
  NamingSystem: {
    'nsd-1': (v) => v.kind !== 'root' || !parts(v, 'uniqueId').some(({ type }) => type === 'uuid'),
    'nsd-2': (v) =>
      isDistinct(
        parts(v, 'uniqueId')
          .filter(({ preferred }) => preferred === true)
          .map(({ type }) => type),
      ),
  },
  Questionnaire: {
    'que-2': (v) => isDistinct(below(v, 'item').map(({ linkId }) => linkId)),
  },
  'Questionnaire.item': {
    'que-1': (v) => (v.type !== 'group' || has(v, 'item')) && (v.type !== 'display' || !has(v, 'item')),
    'que-3': (v) => v.type !== 'display' || !has(v, 'code'),
    'que-4': (v) => !has(v, 'answerOption') || !has(v, 'answerValueSet'),
    'que-5': (v) => is(v, 'type', ...LISTED) || (!has(v, 'answerValueSet') && !has(v, 'answerOption')),
    'que-6': (v) => v.type !== 'display' || (!has(v, 'required') && !has(v, 'repeats')),
    'que-8': (v) => !is(v, 'type', 'group', 'display') || !has(v, 'initial'),
    'que-9': (v) => v.type !== 'display' || !has(v, 'readOnly'),
    'que-10': (v) => !has(v, 'maxLength') || is(v, 'type', ...MEASURED),
    'que-11': (v) => !has(v, 'answerOption') || !has(v, 'initial'),
    'que-12': (v) => count(v, 'enableWhen') <= 2 || has(v, 'enableBehavior'),
    'que-13': (v) => v.repeats === true || count(v, 'initial') <= 1,
  },
  'Questionnaire.item.enableWhen': {
    'que-7': (v) => v.operator !== 'exists' || choiceOf(v, 'answer') === 'answerBoolean',
  },
  SearchParameter: {
    'spd-1': (v) => !has(v, 'xpath') || has(v, 'xpathUsage'),
    'spd-2': (v) => !has(v, 'chain') || v.type === 'reference',
  },
  StructureDefinition: {
    'sdf-1': (v) => v.derivation === 'constraint' || isDistinct(parts(v.snapshot, 'element').map(({ path }) => path)),
    'sdf-16': (v) => idsAreDistinct(v.snapshot),
    'sdf-17': (v) => idsAreDistinct(v.differential),
  },
  'StructureDefinition.snapshot': {
    'sdf-3': (v) => parts(v, 'element').every((element) => has(element, 'definition') && has(element, 'min') && has(element, 'max')),
    'sdf-8': (v, { resource }) => resource.kind === 'logical' || (elementsAreBelow(v) && parts(v, 'element')[0]?.path === resource.type),
    'sdf-8b': (v) => parts(v, 'element').every((element) => has(element, 'base')),
  },
  'StructureDefinition.snapshot.element': {
    'sdf-10': (v) => !isObject(v.binding) || has(v.binding, 'valueSet') || has(v.binding, 'description'),
  },
  'StructureDefinition.differential': {
    'sdf-8a': (v, { resource }) =>
      resource.kind === 'logical' || (elementsAreBelow(v) && String(parts(v, 'element')[0]?.path).startsWith(String(resource.type))),
    'sdf-20': (v) => !parts(v, 'element').some((element) => !String(element.path).includes('.') && has(element, 'slicing')),
  },
  'StructureDefinition.mapping': { 'sdf-2': (v) => has(v, 'name') || has(v, 'uri') },
  'StructureMap.group.rule.target': {
    'smp-1': (v) => !has(v, 'element') || has(v, 'context'),
    'smp-2': (v) => !has(v, 'context') || has(v, 'contextType'),
  },
  'ValueSet.compose.include': {
    'vsd-1': (v) => has(v, 'valueSet') || has(v, 'system'),
    'vsd-2': (v) => (!has(v, 'concept') && !has(v, 'filter')) || has(v, 'system'),
    'vsd-3': (v) => !has(v, 'concept') || !has(v, 'filter'),
  },
  'ValueSet.expansion.contains': {
    'vsd-6': (v) => has(v, 'code') || has(v, 'display'),
    'vsd-9': (v) => has(v, 'code') || v.abstract === true,
    'vsd-10': (v) => !has(v, 'code') || has(v, 'system'),
  },
  'OperationDefinition.parameter': {
    'opd-1': (v) => has(v, 'type') || has(v, 'part'),
    'opd-2': (v) => !has(v, 'searchType') || v.type === 'string',
    'opd-3': (v) => !has(v, 'targetProfile') || is(v, 'type', 'Reference', 'canonical'),
  },
}

function idsAreDistinct(view: unknown): boolean {
  const ids = parts(view, 'element').map(({ id }) => id)
  return !ids.includes(undefined) && isDistinct(ids)
}

/** Every path but the first goes on from the type the first is of. */
function elementsAreBelow(view: Json): boolean {
  const [first, ...rest] = parts(view, 'element').map(({ path }) => String(path))
  if (first === undefined) return true
  const type = first.split('.')[0] ?? ''
  return rest.every((path) => path.startsWith(`${type}.`))
}

/** All of these at any depth. */
function below(value: Json, name: string): Json[] {
  const found: Json[] = []
  const waiting: Json[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const part of parts(next, name)) {
      found.push(part)
      waiting.push(part)
    }
  }
  return found
}
