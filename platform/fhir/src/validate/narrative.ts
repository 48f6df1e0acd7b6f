import type { Run } from './run.ts'
import { whyNotNarrative } from './xhtml.ts'

/** Narrative.div: txt-1 (allowed XHTML only) and txt-2 (it says something). https://hl7.org/fhir/R4/narrative.html */
export function checkNarrative(value: unknown, run: Run): void {
  if (typeof value !== 'string') {
    run.error('structure', 'div must be a JSON string that holds XHTML.')
    return
  }
  const reason = whyNotNarrative(value)
  if (reason !== undefined) run.error('invariant', `${reason} (txt-1, txt-2)`)
}
