import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type * as Medplum from '@medplum/core'
import type { Run } from './run.ts'

/** Each may read the whole resource, so one request gets so many. */
const MOST_EVALUATIONS = 2_000
const UCUM = 'http://unitsofmeasure.org'

let medplum: typeof Medplum | undefined

/** Loaded when a rarely used invariant is first asked for: it costs 70 ms and 22 MB. As an ES module, so shared with who imports it. */
function library(): typeof Medplum {
  medplum ??= createRequire(import.meta.url)(fileURLToPath(import.meta.resolve('@medplum/core'))) as typeof Medplum
  return medplum
}

/**
 * Whether an invariant holds at a value, by its FHIRPath. Evaluated on untyped values, which is enough for what invariants ask.
 * An empty answer is no, as in the reference implementation. When the limit is reached the run is told once and the rest pass.
 */
export function holdsAsWritten(expression: string, value: unknown, run: Run): boolean {
  run.evaluations += 1
  if (run.evaluations > MOST_EVALUATIONS) {
    if (run.evaluations === MOST_EVALUATIONS + 1) run.error('too-costly', 'The resource has too many parts whose rules take long to check.')
    return true
  }
  const { evalFhirPathTyped, toTypedValue } = library()
  const variables = {
    '%context': toTypedValue(value),
    '%resource': toTypedValue(run.resource),
    '%rootResource': toTypedValue(run.root),
    '%ucum': toTypedValue(UCUM),
  }
  const answer = evalFhirPathTyped(expression, [toTypedValue(value)], variables)
  return answer.length > 0 && answer.every((item) => item.value !== false)
}

/** Whether the library can read an expression; told at start for the invariants of profiles. */
export function isFhirPath(expression: string): boolean {
  try {
    library().parseFhirPath(expression)
    return true
  } catch {
    return false
  }
}
