import type { Clock } from '@platform/service/clock'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import type { Issuer } from './clients/issuer.ts'
import type { LinkClient } from './clients/links.ts'
import type { LocalRecords } from './clients/local-records.ts'
import type { OperatorClient } from './clients/operator.ts'
import type { RecordClient } from './clients/record.ts'
import type { ReportClient } from './clients/reports.ts'
import type { Catalogue } from './knowledge/catalogue.ts'
import type { DemoPerson } from './knowledge/demo-people.ts'
import type { SessionTimes } from './session/session-end.ts'
import type { Seal } from './session/seal.ts'

/** What `buildApp` is given. */
export interface Dependencies {
  readonly record: RecordClient
  /** Published reports and unit costs. */
  readonly reports: ReportClient
  /** What a receiver without an account does. */
  readonly links: LinkClient
  readonly operator: OperatorClient
  /** Local records of organisations that open these pages. */
  readonly localRecords: LocalRecords
  readonly issuer: Issuer
  readonly seal: Seal
  /** What time it is for people; tokens stay on real time. */
  readonly clock: Clock
  readonly newId: NewId
  readonly log?: Log
}

/** What every page is given. */
export interface PageDependencies extends Dependencies {
  readonly catalogue: Catalogue
  /** How long a sign-in lasts. */
  readonly times: SessionTimes
  /** Who has a button on the first page; nobody outside the demonstration. */
  readonly demoPeople: readonly DemoPerson[]
  /** Whether people reach the hub by https. */
  readonly secure: boolean
}
