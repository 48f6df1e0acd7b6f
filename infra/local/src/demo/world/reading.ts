/** Reading what the hub holds, as the stories speak of it. */
import type { CodeableConcept, Procedure, Task } from '@medplum/fhirtypes'
import type { FhirClient } from './fhir-client.ts'

/** Base of our canonical addresses. */
export const BASE = 'https://handrail.example/fhir'

/** A concept of one of our code systems. */
export const concept = (system: string, code: string, text?: string): CodeableConcept => ({
  coding: [{ system: `${BASE}/CodeSystem/${system}`, code }],
  ...(text === undefined ? {} : { text }),
})

/** The code that a concept has in one of our code systems. */
export const codeOf = (given: CodeableConcept | undefined, system: string): string | undefined =>
  given?.coding?.find((coding) => coding.system === `${BASE}/CodeSystem/${system}`)?.code

/** What kind of step a Task is. */
export const kindOf = (task: Task): string | undefined => codeOf(task.code, 'task-kind')

/** When it is due; an invalid date when it does not say. */
export const dueOf = (task: Task | undefined): Date => new Date(task?.restriction?.period?.end ?? Number.NaN)

/** What a Task says when it ended. */
export const outputOf = (task: Task | undefined, code: string) => task?.output?.find(({ type }) => codeOf(type, 'task-output') === code)

const OPEN: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])

/** Whether somebody still has to do something about it. */
export const isOpen = ({ status }: Task): boolean => OPEN.has(status)

/** The steps of a need, first one first. @param need `ServiceRequest/<id>` */
export const stepsOf = async (client: FhirClient, need: string): Promise<Task[]> =>
  (await client.find<Task>('Task', { 'based-on': need })).toSorted(
    (one, other) => new Date(one.authoredOn ?? 0).getTime() - new Date(other.authoredOn ?? 0).getTime(),
  )

/** The value of an extension of ours. */
export const extensionOf = ({ extension = [] }: Procedure, name: string): string | undefined =>
  extension.find(({ url }) => url === `${BASE}/StructureDefinition/${name}`)?.valueCode

const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'long', day: 'numeric', month: 'long' })
const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })

/** `Wednesday 7 October`, local. */
export const day = (at: Date | string): string => DAY.format(new Date(at)).replace(',', '')

/** `Wednesday 7 October, 09:00`, local. */
export const moment = (at: Date | string): string => `${day(at)}, ${TIME.format(new Date(at))}`

/** `YYYY-MM-DD`, local. */
export const isoDay = (at: Date | string): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(new Date(at))
