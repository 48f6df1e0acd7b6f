/** What the FHIR routes are given. */
import type { Issue } from '@platform/fhir/errors'
import type { RetentionCode } from '@handrail/fhir-profiles/retention'
import type { Database } from '@platform/service/database'
import type { Log } from '@platform/service/log'
import type { CursorSeal } from '../../domain/cursor.ts'
import type { MeasureFacts } from '../../domain/outcomes/paired-change.ts'
import type { Vocabulary } from '../../domain/recording/vocabulary.ts'
import type { FhirResource } from '../../domain/references.ts'
import type { OperationReference } from '../../domain/capability-statement.ts'
import type { SearchDefinitions } from '../../domain/search/definitions.ts'
import type { AuditTrail } from '../../store/audit-store.ts'
import type { Shapes } from '../../domain/search/elements.ts'
import type { Summaries } from '../../store/summaries.ts'
import type { ShowsInPart } from '../../store/shown-in-part.ts'
import type { Searches } from '../../store/searches.ts'
import type { ReadRow } from '../../store/together.ts'
import type { RecordDependencies } from '../../store/change-record.ts'

export interface FhirDependencies {
  readonly record: RecordDependencies
  /** Few known statements, planned once. */
  readonly database: Database
  readonly trail: AuditTrail
  readonly readRow: ReadRow
  /** What leaves of requests and of people. Rows that are given to a caller go through it. */
  readonly inPart: ShowsInPart
  /** Real time. */
  readonly now: () => Date
  /** `${PUBLIC_URL}/fhir` */
  readonly baseUrl: string
  readonly seal: CursorSeal
  /** `Organization/…` that reviews emergency access and what people ask about; '' = whoever manages the person's record. */
  readonly reviewOwner: string
  readonly newId: () => string
  readonly log?: Log | undefined
  /** How long each nation keeps records. */
  readonly retention?: readonly RetentionCode[]
  readonly operations: readonly OperationReference[]
  readonly profilesByType: ReadonlyMap<string, readonly string[]>
  readonly startedAt: Date
  readonly definitions: SearchDefinitions
  readonly searches: Searches
  readonly shapes: Shapes
  readonly summaries: Summaries
  readonly validateAgainst: (resource: FhirResource, profiles: readonly string[]) => readonly Issue[]
}

/** What the routes are given that record sessions of many people, or read their outcomes. */
export interface RecordingDependencies extends FhirDependencies {
  /** What is known of each outcome measure, by its code. */
  readonly measures: ReadonlyMap<string, MeasureFacts>
  readonly vocabulary: Vocabulary
}
