/** The words a session is recorded with, from the code systems of `fhir-profiles`: what somebody wrote is found as code or as name, whole. */
import type { CodeSystem } from '@medplum/fhirtypes'

export interface Term {
  readonly system: string
  readonly code: string
  readonly display: string
}

/** Ids of the code systems that a session is recorded with. */
const VOCABULARIES = [
  'intervention-kind',
  'sector',
  'checked-level',
  'funder',
  'setting',
  'delivery-mode',
  'approach',
  'absence-reason',
  'participation',
  'session-response',
  'session-event',
] as const
export type VocabularyName = (typeof VOCABULARIES)[number]
export type Vocabulary = Readonly<Record<VocabularyName, readonly Term[]>>

/** @throws Error when the package lacks one of them: nothing could be recorded */
export function vocabularyOf(codeSystems: readonly CodeSystem[]): Vocabulary {
  const terms = (name: string): readonly Term[] => {
    const found = codeSystems.find(({ id }) => id === name)
    if (found?.url === undefined || found.concept === undefined) throw new Error(`The package of profiles has no code system ${name}.`)
    const { url } = found
    return found.concept.flatMap(({ code, display }) => (code === undefined ? [] : [{ system: url, code, display: display ?? code }]))
  }
  return Object.fromEntries(VOCABULARIES.map((name) => [name, terms(name)])) as Record<VocabularyName, readonly Term[]>
}

/** The term that was meant, by its code or its name, whatever the case, spaces and punctuation; never by a part or a likeness. */
export function termFor(terms: readonly Term[], written: string): Term | undefined {
  const wanted = plainWord(written)
  return wanted === '' ? undefined : terms.find(({ code, display }) => plainWord(code) === wanted || plainWord(display) === wanted)
}

/** Letters and digits alone, in lower case and without accents. */
export const plainWord = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
