/** `GET /$export-steps`: the open steps of the caller's organisation as CSV, to be filled in and sent back by `$import-answers`. Read with the caller's token. */
import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { stepsList } from '../../domain/answers-list/steps-list.ts'
import { localId, needIdOf, OPEN_STATUSES } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'

const AT_ONCE = 100

export const exportSteps: FastifyPluginAsync<Dependencies> = async (app, { record }) => {
  app.get('/$export-steps', async ({ caller }, reply) => {
    const { organization } = caller
    if (organization === undefined) throw refuse.REFERRER_WITHOUT_ORGANISATION()
    const own = record.as({ get: async () => caller.token })
    const tasks = await own.search<Task>('Task', { owner: organization, status: OPEN_STATUSES.join(',') })
    const byId = async <T extends ServiceRequest | Patient>(type: T['resourceType'], ids: readonly (string | undefined)[]) => {
      const wanted = [...new Set(ids.filter((id) => id !== undefined))]
      const found: T[] = []
      for (let at = 0; at < wanted.length; at += AT_ONCE)
        found.push(...(await own.search<T>(type, { _id: wanted.slice(at, at + AT_ONCE).join(',') })))
      return new Map(found.map((one) => [one.id ?? '', one]))
    }
    const requests = await byId<ServiceRequest>('ServiceRequest', tasks.map(needIdOf))
    const patients = await byId<Patient>(
      'Patient',
      tasks.map((task) => localId(task.for, 'Patient')),
    )
    const { rows, csv } = stepsList(tasks, { requests, patients })
    const parameter = [
      { name: 'rows', valueUnsignedInt: rows },
      { name: 'csv', valueString: csv },
    ]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
