/** `POST /Task/:id/$send-link` and `$revoke-link`: whoever sent or coordinates a referral sends another link for it, or stops those that are out. */
import type { Task } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { coordinatorOf } from '../../domain/coordinator.ts'
import { isOpen, needIdOf } from '../../domain/need.ts'
import { singlePointOfAccess } from '../../domain/pathway.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { wentParameters } from './link-door.ts'

export const taskLink: FastifyPluginAsync<Dependencies> = async (app, dependencies) => {
  const { links, deliveries, clock } = dependencies
  app.post<{ Params: { id: string } }>('/Task/:id/$send-link', async ({ params, caller }, reply) => {
    const task = await ownTask(params.id, caller, dependencies)
    if (!isOpen(task)) throw refuse.TASK_CLOSED({ id: params.id, status: task.status })
    if (!(await deliveries.again(params.id, 'link', clock.now()))) throw refuse.LINK_NOT_USED({ id: params.id })
    return sendResource(reply, wentParameters('sent'))
  })
  app.post<{ Params: { id: string } }>('/Task/:id/$revoke-link', async ({ params, caller }, reply) => {
    await ownTask(params.id, caller, dependencies)
    const revoked = await links.revokeOf(params.id, clock.now())
    return sendResource(reply, wentParameters('revoked', { name: 'count', valueUnsignedInt: revoked }))
  })
}

/** The Task, for who sent the referral, coordinates it, or decides who helps. @throws TASK_UNKNOWN, TASK_NOT_OF_A_REFERRAL, LINK_NOT_YOURS */
async function ownTask(id: string, caller: Caller, { record, directory, pathway, clock }: Dependencies): Promise<Task> {
  const own = record.as({ get: async () => caller.token })
  const task = await own.read<Task>(`Task/${id}`)
  if (task === undefined) throw refuse.TASK_UNKNOWN({ id })
  const need = await record.readNeed(needIdOf(task) ?? '')
  if (need === undefined) throw refuse.TASK_NOT_OF_A_REFERRAL({ id })
  const circumstances = { at: clock.now(), pathway, directory }
  const may = [need.request.requester?.reference, coordinatorOf(need.request, circumstances), singlePointOfAccess(circumstances)]
  if (caller.role !== 'admin' && (caller.organization === undefined || !may.includes(caller.organization)))
    throw refuse.LINK_NOT_YOURS({ id })
  return task
}
