import type { HospitalSite } from '@handrail/fhir-profiles/hospital-sites'
import type { Pathway } from '@handrail/fhir-profiles/pathway'
import type { Clock } from '@platform/service/clock'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import type { AlertRule } from '../domain/alert-lines.ts'
import type { AnswersAhead } from './answers-ahead.ts'
import type { Deaths } from './deaths.ts'
import type { FhirRecord } from './record.ts'
import type { Register } from './register.ts'
import type { RuleApprovals } from './rule-approvals.ts'
import type { StayStore } from './stay-store.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { WatchList } from './watch-list.ts'

/** What alerts are made from. */
export interface AlertSources {
  readonly record: FhirRecord
  readonly stays: StayStore
  readonly answersAhead: AnswersAhead
  readonly watchList: WatchList
  readonly register: Register
  readonly subscriptions: Pick<Subscriptions, 'reach'>
  readonly rules: readonly AlertRule[]
  readonly approvals: RuleApprovals
  readonly deaths: Deaths
  /** Somebody is newly said to have died, or not to have: others must be told, and stays settled again. */
  readonly onDeath: () => void
  readonly siteOf: (facility: string) => HospitalSite
  readonly pathway: Pathway
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}
