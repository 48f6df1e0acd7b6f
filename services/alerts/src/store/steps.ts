/** What becomes of people's referrals: what of it is news, and who may be told, at the moment of telling. */
import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Need } from '@platform/fhir/plain-status'
import type { Database } from '@platform/service/database'
import type { Notices } from './notices.ts'
import type { FhirRecord } from './record.ts'
import type { DueDelivery } from './subscriptions.ts'

/** A step of a need, as it was found. */
export interface FoundStep {
  /** Id of the ServiceRequest. */
  readonly need: string
  /** Id of the Patient. */
  readonly person: string
  /** Word and owners; the same text is the same step. */
  readonly step: string
  /** When what was found was last changed. */
  readonly asOf: string
  readonly at: Date
}

/** The steps, and whom they may be told. */
export interface Steps {
  /** Whether anybody chose to be told of this person's referrals. */
  heard(person: string): Promise<boolean>
  /** A need as it is now; nothing when it is gone. */
  need(id: string): Promise<Need | undefined>
  /** Leaves a notice for whoever chose to be told, once for each step; an older look than the last one leaves none. */
  tell(step: FoundStep): Promise<void>
  /** Those that may still be told: the person is alive, and whoever is told may read the referral now. HAZ-R60 HAZ-R61 */
  mayTell(due: readonly DueDelivery[]): Promise<readonly DueDelivery[]>
}

/** Opens them. */
export function stepsIn(database: Database, record: FhirRecord, notices: Pick<Notices, 'ring'>): Steps {
  return {
    async heard(person) {
      const { rows } = await database.query({ name: 'step-heard', text: HEARD, values: [person] })
      return rows.length > 0
    },
    async need(id) {
      const found = await record.search<ServiceRequest | Task>('ServiceRequest', {
        _id: id,
        _revinclude: ['Task:based-on', 'Task:focus'],
      })
      const request = found.find((resource) => resource.resourceType === 'ServiceRequest')
      return request === undefined ? undefined : { request, tasks: found.filter((resource) => resource.resourceType === 'Task') }
    },
    async tell({ need, person, step, asOf, at }) {
      const values = [need, step, asOf, person, at]
      const { rows } = await database.query<{ deliveries: number }>({ name: 'step-tell', text: TELL, values })
      notices.ring({ deliveries: rows[0]?.deliveries ?? 0 })
    },
    async mayTell(due) {
      const [first] = due
      const person = first?.subscription.person
      if (first === undefined || person === undefined) return []
      const patient = await record.read<Patient>(`Patient/${person}`)
      if (patient === undefined || patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined) return []
      const needs = [...new Set(due.map(({ event }) => event.focus))]
      const open = await Promise.all(needs.map(async (need) => record.maySubscriberRead(first.subscription.id, need)))
      return due.filter(({ event }) => open[needs.indexOf(event.focus)] === true)
    },
  }
}

const HEARD = `SELECT 1 FROM alerts.subscription WHERE person = $1 AND topic = 'step' LIMIT 1`
const TELL = `
  WITH found AS (
    INSERT INTO alerts.step_told AS known (need, step, news, as_of) VALUES ($1, $2, true, $3)
    ON CONFLICT (need) DO UPDATE SET news = known.step <> excluded.step, step = excluded.step, as_of = excluded.as_of
      WHERE known.as_of <= excluded.as_of
    RETURNING news
  )
  SELECT alerts.tell_all(NULL, $4, jsonb_build_array(jsonb_build_object(
      'topic', 'step', 'kind', 'step', 'quiet', false, 'task', 'ServiceRequest/' || $1, 'at', $5::timestamptz,
      'audience', (SELECT jsonb_agg(party) FROM alerts.subscription WHERE person = $4 AND topic = 'step')))) AS deliveries
  FROM found WHERE news AND EXISTS (SELECT 1 FROM alerts.subscription WHERE person = $4 AND topic = 'step')`
