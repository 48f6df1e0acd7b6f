/** Where a need stands, in one of the eight plain words, and who coordinates it, as `ServiceRequest/$status` says. */
import type { PersonalRecord } from '../../clients/record.ts'
import { calledOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

export interface Standing {
  readonly status: string
  /** `Organization/<id>` */
  readonly coordinatorReference?: string
  readonly coordinator?: string
}

/** Reads it for whoever may see the request. */
export async function loadStanding(record: PersonalRecord, request: string, words: Words): Promise<Standing> {
  const { parameter = [] } = await record.ask(`ServiceRequest/${request}`, '$status')
  const coding = parameter.find(({ name }) => name === 'status')?.valueCoding
  const reference = parameter.find(({ name }) => name === 'coordinator')?.valueReference
  const coordinator = calledOf(reference, await record.resolve([reference?.reference]))
  return {
    status: words.clock.plain[coding?.code as keyof typeof words.clock.plain] ?? coding?.display ?? '',
    ...(reference?.reference === undefined ? {} : { coordinatorReference: reference.reference }),
    ...(coordinator === undefined ? {} : { coordinator }),
  }
}
