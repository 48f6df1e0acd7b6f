/**
 * `$acknowledge`, `$hand-on` and `$close` on an answer to a hospital alert. They are conveniences over the Task: what is written is written with the
 * caller's own token, so that the record decides whether this caller may. HAZ-A07
 */
import type { Organization, Practitioner, Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Caller } from '@platform/fhir/caller'
import type { Clock } from '@platform/service/clock'
import { acknowledge, close, handOn, type Answering } from '../../domain/answer.ts'
import { kindOf, OPEN, referenceTo } from '../../domain/vocabulary.ts'
import { refuse } from '../../errors.ts'
import type { FhirRecord } from '../../store/record.ts'
import { readParameters, sendResource } from './parameters.ts'

/** What the operations work with. */
export interface TaskAnswerDependencies {
  readonly record: FhirRecord
  readonly clock: Clock
}

type Decision = (task: Task, answering: Answering) => Task

/** Each operation: the parameters it takes and what it decides. Another one is a row. */
const OPERATIONS: Readonly<
  Record<string, { readonly parameters: readonly string[]; readonly decision: (given: ReadonlyMap<string, string>) => Decision }>
> = {
  $acknowledge: { parameters: ['by'], decision: () => acknowledge },
  '$hand-on': {
    parameters: ['by', 'to'],
    decision: (given) => {
      const to = organizationIn(required(given, 'to'))
      return (task, answering) => handOn(task, { ...answering, to })
    },
  },
  $close: {
    parameters: ['by', 'outcome', 'person'],
    decision: (given) => {
      const outcome = required(given, 'outcome')
      return (task, answering) => close(task, { ...answering, outcome, person: given.get('person') })
    },
  },
}

/** The three operations, mounted at `/fhir`. */
export const taskAnswer: FastifyPluginAsync<TaskAnswerDependencies> = async (app, { record, clock }) => {
  for (const [name, { parameters, decision }] of Object.entries(OPERATIONS)) {
    app.post<{ Params: { id: string } }>(`/Task/:id/${name}`, async (request, reply) => {
      const given = readParameters(request.body, parameters)
      const decide = decision(given)
      await mustBeThere(record, given, ['by', 'to'])
      const asCaller = record.as({ get: async () => request.caller.token })
      const answering = answeringOf(request, given, clock.now())
      let answered: Task | undefined
      for (const reference of await answersMeant(asCaller, request.params.id, request.caller)) {
        answered = await asCaller.change<Task>(reference, (task) => decide(task, answering))
      }
      if (answered === undefined) throw refuse.NOT_FOUND()
      return sendResource(reply, answered)
    })
  }
}

/** Whoever is named must be somebody: what is handed on to nobody is in no list, and a name that nobody has answers for nothing. HAZ-A68 */
async function mustBeThere(record: FhirRecord, given: ReadonlyMap<string, string>, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const reference = given.get(name)
    if (reference === undefined || !LISTED.test(reference)) continue
    const found = await record.read<Organization | Practitioner>(reference)
    if (found === undefined || found.active === false)
      throw refuse.NOBODY_NAMED({ name }, { expression: `Parameters.parameter.where(name = '${name}')` })
  }
}

/** Types of the directory, which everybody may read. */
const LISTED = /^(Organization|HealthcareService|PractitionerRole|Practitioner)\/[A-Za-z0-9\-.]{1,64}$/

function answeringOf({ caller }: FastifyRequest, given: ReadonlyMap<string, string>, at: Date): Answering {
  const by = given.get('by') ?? caller.fhirUser ?? caller.organization
  return {
    at,
    ...(by !== undefined && /^(Practitioner|PractitionerRole|Patient|RelatedPerson|Organization)\/[A-Za-z0-9\-.]{1,64}$/.test(by)
      ? { by }
      : {}),
  }
}

/** The answer itself; of an alert, the open parts that wait for the caller's organisation. */
async function answersMeant(record: FhirRecord, id: string, { role, organization }: Caller): Promise<readonly string[]> {
  const task = await record.read<Task>(`Task/${id}`)
  if (task === undefined) throw refuse.NOT_FOUND()
  if (kindOf(task) !== 'hospital-alert') return [`Task/${id}`]

  const parts = (await record.search<Task>('Task', { 'part-of': `Task/${id}` })).filter(({ status }) => OPEN.has(status))
  const own = parts.filter(({ owner }) => organization !== undefined && owner?.reference === organization)
  const meant = own.length > 0 || role !== 'admin' ? own : parts
  if (meant.length === 0) throw refuse.ALERT_NOT_YOURS({ task: `Task/${id}` })
  return meant.map(referenceTo)
}

function required(given: ReadonlyMap<string, string>, name: string): string {
  const value = given.get(name)
  if (value === undefined) throw refuse.PARAMETER_MISSING({ name }, { expression: `Parameters.parameter.where(name = '${name}')` })
  return value
}

function organizationIn(reference: string): string {
  if (!/^(Organization|HealthcareService|CareTeam|PractitionerRole|Practitioner)\/[A-Za-z0-9\-.]{1,64}$/.test(reference)) {
    throw refuse.PARAMETERS_MALFORMED({}, { expression: "Parameters.parameter.where(name = 'to')" })
  }
  return reference
}
