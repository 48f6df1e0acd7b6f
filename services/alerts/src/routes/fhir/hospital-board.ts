/** `Task/$hospital-board`: who is in hospital now, unacknowledged first. What the caller may see is decided by the record. */
import type { Encounter, Organization, Patient, Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import { CODES } from '@platform/nhs/systems'
import { boardOf } from '../../domain/board.ts'
import { OPEN } from '../../domain/vocabulary.ts'
import { refuse } from '../../errors.ts'
import type { FhirRecord } from '../../store/record.ts'
import { parametersOf, sendResource } from './parameters.ts'

/** What it works with. */
export interface HospitalBoardDependencies {
  readonly record: FhirRecord
  /** FHIR base under which others know the record. */
  readonly base: string
}

const KINDS = ['hospital-alert', 'alert-answer'].map((kind) => `${CODES.TASK_KIND}|${kind}`).join(',')
const INCLUDED = ['Task:patient', 'Task:encounter', 'Task:owner']

/** The operation, mounted at `/fhir`. By GET, or by POST with Parameters. */
export const hospitalBoard: FastifyPluginAsync<HospitalBoardDependencies> = async (app, { record, base }) => {
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/Task/$hospital-board',
      handler: async (request, reply) => {
        const given = parametersOf(request, ['ward', 'waiting'])
        const waiting = given.get('waiting')
        if (waiting !== undefined && waiting !== 'own' && waiting !== 'any')
          throw refuse.PARAMETERS_MALFORMED({}, { expression: "Parameters.parameter.where(name = 'waiting')" })
        const asCaller = record.as({ get: async () => request.caller.token })
        const criteria = { code: KINDS, status: [...OPEN].join(','), _include: INCLUDED, _revinclude: 'Task:part-of' }
        const found = await asCaller.search<Task | Patient | Encounter | Organization>('Task', criteria)
        const board = boardOf(found, { organization: request.caller.organization, ward: given.get('ward'), waiting }, base)
        return sendResource(reply.header('cache-control', 'no-store'), board)
      },
    })
  }
}
