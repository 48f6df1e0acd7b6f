/** What an entry is called on the pages of a correction. Pure. */
import type { Resource } from '@medplum/fhirtypes'
import { nameOf, wordsOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** What an entry is called, in its author's words. */
export function titleOf(resource: Resource | undefined, { correction: words, received }: Words): string {
  if (resource === undefined) return words.entry
  if (resource.resourceType === 'Patient') return nameOf(resource.name) ?? words.details
  const { code, type, medicationCodeableConcept, title } = resource as {
    code?: Parameters<typeof wordsOf>[0]
    type?: readonly Parameters<typeof wordsOf>[0][]
    medicationCodeableConcept?: Parameters<typeof wordsOf>[0]
    title?: string
  }
  const kind = received.kinds[resource.resourceType as keyof typeof received.kinds] ?? words.entry
  return wordsOf(code ?? medicationCodeableConcept ?? (Array.isArray(type) ? type[0] : undefined)) ?? title ?? kind
}
