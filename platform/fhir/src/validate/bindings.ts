import type { Run } from './run.ts'
import { isObject, type Check } from './shape.ts'
import { codesOfBase, expandBase, formOfCodes, withoutVersion, type Expansion } from './terminology.ts'

/** How a required binding gets at its codes; profiles bring value sets of their own. */
export interface CodeLists {
  readonly expand: (valueSet: string) => Expansion | undefined
  readonly codes: (valueSet: string) => ReadonlySet<string> | undefined
  readonly form: (valueSet: string) => RegExp | undefined
}

const base: CodeLists = { expand: expandBase, codes: codesOfBase, form: formOfCodes }

/** So few codes are named in the remedy. */
const FEW = 16

/**
 * The check of a required binding for a value of this type; undefined when the type has no codes. It says nothing when the
 * codes of the value set cannot be listed.
 *
 * @see https://hl7.org/fhir/R4/terminologies.html#required
 */
export function checkBinding(valueSet: string, type: string, lists: CodeLists = base): Check | undefined {
  switch (type) {
    case 'code':
    case 'string':
    case 'uri':
      return (value, run) => checkCode(value, valueSet, lists, run)
    case 'Coding':
    case 'Quantity':
      return (value, run) => checkCoding(value, valueSet, lists, run)
    case 'CodeableConcept':
      return (value, run) => checkConcept(value, valueSet, lists, run)
    default:
      return undefined
  }
}

function checkCode(value: unknown, valueSet: string, lists: CodeLists, run: Run): void {
  if (typeof value !== 'string') return
  const codes = lists.codes(valueSet)
  if (codes === undefined ? (lists.form(valueSet)?.test(value) ?? true) : codes.has(value)) return
  run.error('code-invalid', `${run.name()} has a code that is not in ${valueSet}.`, remedy(codes))
}

function checkCoding(value: unknown, valueSet: string, lists: CodeLists, run: Run): void {
  const expansion = lists.expand(valueSet)
  if (expansion === undefined || !isObject(value) || (value.code === undefined && value.system === undefined)) return
  if (!holds(expansion, value))
    run.error('code-invalid', `${run.name()} has a code that is not in ${valueSet}.`, remedy(lists.codes(valueSet)))
}

/** At least one coding is of the value set; other codings may say the same in other systems. */
function checkConcept(value: unknown, valueSet: string, lists: CodeLists, run: Run): void {
  const expansion = lists.expand(valueSet)
  if (expansion === undefined || !isObject(value)) return
  const codings: unknown[] = Array.isArray(value.coding) ? value.coding : []
  if (codings.some((coding) => isObject(coding) && holds(expansion, coding))) return
  if (codings.length === 0 && value.text === undefined) return
  run.error('code-invalid', `${run.name()} has no coding from ${withoutVersion(valueSet)}.`, remedy(lists.codes(valueSet)))
}

function holds(expansion: Expansion, { system, code }: Record<string, unknown>): boolean {
  return typeof system === 'string' && typeof code === 'string' && expansion.get(system)?.has(code) === true
}

function remedy(codes: ReadonlySet<string> | undefined): { remedy?: string } {
  return codes !== undefined && codes.size <= FEW ? { remedy: `The codes are ${[...codes].join(', ')}.` } : {}
}
