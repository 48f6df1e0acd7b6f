// What a decision about an alert is given: what the record holds of the stay, and everything that is known beside it.
import type { Appointment, Consent, Encounter, Task } from '@medplum/fhirtypes'
import type { Calendar, Duration } from '@handrail/fhir-profiles/calendar'
import type { AlertLines } from './alert-lines.ts'
import type { OnDuty } from './rota.ts'
import type { AnsweringRole } from './vocabulary.ts'

/** What the record holds of a stay; absent is not there yet. */
export interface StayRecord {
  readonly encounter?: Encounter
  readonly alert?: Task
  readonly answers: Readonly<Partial<Record<AnsweringRole, Task>>>
  readonly afterDischarge?: Task
}

/** Everything a decision about a stay needs to be given. */
export interface AlertContext {
  readonly now: Date
  /** The person is on the register now, with a consent or decision behind it. */
  readonly registered: boolean
  readonly lines: AlertLines
  /** `Organization/…`: who answers for what. */
  readonly owners: Readonly<Record<AnsweringRole | 'alert' | 'afterDischarge', string>>
  /** Who is on for the specialist's answer; asked only where something is opened. */
  readonly onDuty?: OnDuty | undefined
  /** The hospital's Organization, where the record knows it. */
  readonly hospital?: string
  readonly due: { readonly answer: Readonly<Record<AnsweringRole, Duration>>; readonly alert: Duration; readonly afterDischarge: Duration }
  readonly calendar: Pick<Calendar, 'isWorked' | 'timeZone'>
  /** Open Tasks of referrals of the person, and what the person agreed to; read only where something may be paused or taken up again. */
  readonly community?: {
    readonly tasks: readonly Task[]
    readonly consents: readonly Consent[]
    readonly appointments: readonly Appointment[]
    /** Whose each reader of an appointment is: `Organization/…`. */
    readonly organizationOf: ReadonlyMap<string, string>
  }
  readonly newId: () => string
}
