/** The report of a file of sessions, as `$import-interventions` and `$undo-import` give it: counts, and what is wrong line by line. Pure. */
import type { Parameters } from '@medplum/fhirtypes'

export interface ImportReport {
  /** Id by which it can be taken back; absent after a rehearsal. */
  readonly importId?: string
  readonly counts: readonly { readonly outcome: string; readonly count: number }[]
  readonly refused: readonly { readonly line: number; readonly says: string }[]
  /** Headings that nothing was read from. */
  readonly passedOver: readonly string[]
}

const OUTCOMES = ['recorded', 'would-be-recorded', 'already', 'undone', 'kept', 'gone', 'refused']

/** Reads the answer of either operation. */
export function showReport({ parameter = [] }: Parameters): ImportReport {
  const named = (name: string) => parameter.filter((one) => one.name === name)
  const importId = named('import')[0]?.valueId
  return {
    counts: OUTCOMES.flatMap((outcome) => {
      const count = named(outcome)[0]?.valueInteger
      return count === undefined ? [] : [{ outcome, count }]
    }),
    refused: named('row').flatMap(({ part = [] }) => {
      const of = (name: string) => part.find((one) => one.name === name)
      if (of('outcome')?.valueCode !== 'refused') return []
      const says = part.flatMap(({ name, valueString }) => (name === 'says' && valueString !== undefined ? [valueString] : [])).join(' ')
      return [{ line: of('line')?.valueInteger ?? 0, says }]
    }),
    passedOver: named('passed-over').flatMap(({ valueString }) => (valueString === undefined ? [] : [valueString])),
    ...(importId === undefined ? {} : { importId }),
  }
}
