/** Summaries and emergency views of people, made from what the reader may see and kept while it is the same. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { Section } from '../domain/summary/define-section.ts'
import { encodeDocument, type EncodedDocument } from '../domain/summary/document-template.ts'
import { summaryDocument } from '../domain/summary/document.ts'
import { emergencyView } from '../domain/summary/emergency/emergency-view.ts'
import type { TimeCriticalKnowledge } from '../domain/summary/emergency/time-critical.ts'
import { toParameters } from '../domain/summary/emergency/to-parameters.ts'
import { DIRECTORY_TYPES } from '../domain/summary/named.ts'
import type { Language } from '../domain/summary/words.ts'
import { keptAnswers } from './kept-answers.ts'

export interface SummaryRequest {
  readonly caller: Caller
  /** id of the Patient */
  readonly patient: string
  /** Whether the caller's token covers reading a type. */
  readonly mayRead: (type: string) => boolean
  readonly language: Language
  /** The business date, `YYYY-MM-DD`. */
  readonly today: string
}

export interface Summaries {
  /** The summary as a document; nothing when the person is not there for the reader. */
  document(request: SummaryRequest): Promise<EncodedDocument | undefined>
  /** The emergency view as the text of a Parameters resource, encoded. */
  emergency(request: SummaryRequest): Promise<Buffer | undefined>
}

export interface SummaryKnowledge {
  readonly sections: readonly Section[]
  readonly timeCritical: TimeCriticalKnowledge
  readonly baseUrl: string
}

/** Beside what the sections read: who the person is, and who stands around them. */
const ALWAYS = ['Patient', 'CareTeam', 'RelatedPerson', ...DIRECTORY_TYPES]

export function summariesOver(database: Queryable, { sections, timeCritical: knowledge, baseUrl }: SummaryKnowledge): Summaries {
  const types = [...new Set([...sections.flatMap((section) => section.types), ...ALWAYS])].toSorted()
  const answers = keptAnswers(database)
  const readingOf = ({ caller, patient, mayRead }: SummaryRequest) => ({ caller, patient, types: types.filter(mayRead) })
  return {
    async document(request) {
      const { language, today } = request
      return answers.answer(readingOf(request), `summary ${language} ${today}`, (material) =>
        encodeDocument(summaryDocument(material, sections, { baseUrl, language, today, knowledge })),
      )
    },
    async emergency(request) {
      const { language, today } = request
      const pieces = await answers.answer(readingOf(request), `emergency ${language} ${today}`, (material) => [
        Buffer.from(JSON.stringify(toParameters(emergencyView(material, { language, today, knowledge })))),
      ])
      return pieces?.[0]
    },
  }
}
