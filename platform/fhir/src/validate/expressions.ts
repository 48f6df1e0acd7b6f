import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type * as Medplum from '@medplum/core'
import { compileFhirPath } from './expressions/evaluate.ts'
import { condition } from './expressions/values.ts'
import type { Run } from './run.ts'

/** Whether an invariant holds at a value. An empty answer is no, as in the reference implementation. */
export type Expression = (value: unknown, run: Run) => boolean

/** Of the library, in one validation; each may read the whole resource and takes tens of microseconds at least. */
const MOST_EVALUATIONS = 2_000

/**
 * An invariant made ready from its FHIRPath. Most are compiled; one that uses more of FHIRPath than invariants usually do is
 * evaluated by `@medplum/core`, some tens of times slower. After 2,000 such evaluations in one run the rest are refused as too costly.
 *
 * @throws SyntaxError for what is no FHIRPath.
 */
export function compileExpression(expression: string): Expression {
  const compiled = compileFhirPath(expression)
  if (compiled === undefined) return byLibrary(expression)
  return (value, { resource, root }) => condition(compiled([value], value, { context: value, resource, root })) === true
}

let medplum: typeof Medplum | undefined

/** Loaded when first needed: it costs 70 ms and 22 MB. As an ES module, so shared with whoever imports it. */
function library(): typeof Medplum {
  medplum ??= createRequire(import.meta.url)(fileURLToPath(import.meta.resolve('@medplum/core'))) as typeof Medplum
  return medplum
}

function byLibrary(expression: string): Expression {
  const { evalFhirPathTyped, parseFhirPath, toTypedValue } = library()
  try {
    parseFhirPath(expression)
  } catch (cause) {
    throw new SyntaxError(`Not a FHIRPath expression: ${expression}`, { cause })
  }
  return (value, run) => {
    run.evaluations += 1
    if (run.evaluations > MOST_EVALUATIONS) {
      if (run.evaluations === MOST_EVALUATIONS + 1)
        run.error('too-costly', 'The resource has too many parts whose rules take long to check.')
      return true
    }
    // Untyped values are enough for what invariants ask.
    const variables = {
      '%context': toTypedValue(value),
      '%resource': toTypedValue(run.resource),
      '%rootResource': toTypedValue(run.root),
      '%ucum': toTypedValue('http://unitsofmeasure.org'),
    }
    return condition(evalFhirPathTyped(expression, [toTypedValue(value)], variables).map((item): unknown => item.value)) === true
  }
}
