/** Summaries and emergency views of people, made from what the reader may see and kept while it is the same. */
import { setImmediate as nextTurn } from 'node:timers/promises'
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
import type { Material } from '../domain/summary/material.ts'
import type { AuditEntry, AuditTrail } from './audit-store.ts'
import { keptAnswers, type Answered, type Piece } from './kept-answers.ts'
import { materialInPart } from './material-in-part.ts'
import type { ShowsInPart } from './shown-in-part.ts'

export interface SummaryRequest {
  readonly caller: Caller
  /** id of the Patient */
  readonly patient: string
  /** Whether the caller's token covers reading a type. */
  readonly mayRead: (type: string) => boolean
  readonly language: Language
  /** The business date, `YYYY-MM-DD`. */
  readonly today: string
  /** What the trail has to hold before it leaves. */
  readonly disclosing: () => AuditEntry
}

export interface Summaries {
  /** The summary as a document; nothing when the person is not there for the reader. */
  document(request: SummaryRequest): Promise<Answered<EncodedDocument> | undefined>
  /** The emergency view as the text of a Parameters resource, encoded, in one piece. */
  emergency(request: SummaryRequest): Promise<Answered<readonly Buffer[]> | undefined>
}

export interface SummaryKnowledge {
  readonly sections: readonly Section[]
  readonly timeCritical: TimeCriticalKnowledge
  readonly baseUrl: string
  readonly trail: AuditTrail
  readonly inPart: ShowsInPart
}

/** Beside what the sections read: who the person is, and who stands around them. */
const ALWAYS = ['Patient', 'CareTeam', 'RelatedPerson', ...DIRECTORY_TYPES]

/** Opens the summaries. What is kept is kept in memory, and given again only while the same reader would get the same. */
export function summariesOver(
  database: Queryable,
  { sections, timeCritical: knowledge, baseUrl, trail, inPart }: SummaryKnowledge,
): Summaries {
  const types = [...new Set([...sections.flatMap((section) => section.types), ...ALWAYS])].toSorted()
  const answers = keptAnswers(database)

  async function answerOf<Pieces extends readonly Piece[]>(
    { caller, patient, mayRead, disclosing }: SummaryRequest,
    name: string,
    make: (material: Material) => Pieces,
  ): Promise<Answered<Pieces> | undefined> {
    let audited = false
    // Whoever is shown other parts, since their organisation is of another kind now, is not given what was made for the kind it was.
    const partly = await inPart.typesInPart(caller)
    // The entry of the trail is on its way to the disk while the answer is made; only when both are done does anything leave.
    const makeAudited = async (material: Material): Promise<Pieces> => {
      const kept = trail.record(disclosing())
      const made = nextTurn().then(async () => make(await materialInPart(inPart, caller, material)))
      await Promise.all([kept, made])
      audited = true
      return made
    }
    const answer = await answers.answer(
      { caller, patient, types: types.filter(mayRead) },
      [name, ...partly].join(' '),
      makeAudited,
      disclosing,
    )
    return answer === undefined ? undefined : { ...answer, audited: answer.audited || audited }
  }

  return {
    document: async (request) => {
      const { language, today } = request
      const make = (material: Material) => encodeDocument(summaryDocument(material, sections, { baseUrl, language, today, knowledge }))
      return answerOf(request, `summary ${language} ${today}`, make)
    },
    emergency: async (request) => {
      const { language, today } = request
      const make = (material: Material) => [
        Buffer.from(JSON.stringify(toParameters(emergencyView(material, { language, today, knowledge })))),
      ]
      return answerOf(request, `emergency ${language} ${today}`, make)
    },
  }
}
