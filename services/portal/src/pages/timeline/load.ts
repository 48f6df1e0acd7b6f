/** Reads what a person has received. */
import type { Encounter, Flag, Observation, Patient, Procedure, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { PersonalRecord } from '../../clients/record.ts'
import { showPerson, type PersonShown } from '../../knowledge/person.ts'
import type { Words } from '../../words/words.ts'
import { entriesOf, referencesIn, type Entry } from './entries.ts'

export interface Timeline {
  readonly person: PersonShown
  readonly entries: readonly Entry[]
  /** True when there is more than one page of something. */
  readonly more: boolean
}

/** @throws NOT_FOUND when the reader has no part in this person */
export async function loadTimeline(record: PersonalRecord, id: string, words: Words): Promise<Timeline> {
  const patient = await record.read<Patient>('Patient', id)
  const about = { patient: `Patient/${id}` }
  const [procedures, encounters, requests, tasks, observations, flags] = await Promise.all([
    record.find<Procedure>('Procedure', { ...about, _sort: '-date' }),
    record.find<Encounter>('Encounter', { ...about, _sort: '-date' }),
    record.find<ServiceRequest>('ServiceRequest', { ...about, _sort: '-authored' }),
    record.find<Task>('Task', { ...about, _sort: '-authored-on' }),
    record.find<Observation>('Observation', { ...about, _sort: '-date' }),
    record.find<Flag>('Flag', { ...about, status: 'active' }),
  ])
  const received = {
    procedures: procedures.all,
    encounters: encounters.all,
    requests: requests.all,
    tasks: tasks.all,
    observations: observations.all,
  }
  const resolved = await record.resolve(referencesIn(received))
  return {
    person: showPerson(patient, flags.all),
    entries: entriesOf(received, resolved, words),
    more: [procedures, encounters, requests, tasks, observations].some((found) => found.more),
  }
}
