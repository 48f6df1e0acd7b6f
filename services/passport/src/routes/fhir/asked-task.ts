/** A Task that an operation of the record opens for somebody: written in the hub's name, kept in the trail as what the caller asked. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FhirResource } from '../../domain/references.ts'
import { changeRecord } from '../../store/change-record.ts'
import { HUB } from '../../store/hub-caller.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'

/** Opens it and answers 201 with it. */
export async function answerWithTask(
  request: FastifyRequest,
  reply: FastifyReply,
  { record, baseUrl, now }: Pick<FhirDependencies, 'record' | 'baseUrl' | 'now'>,
  task: FhirResource,
): Promise<FastifyReply> {
  const at = now()
  const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 201 })
  const [outcome] = await changeRecord(record, [{ kind: 'create', place: '', type: 'Task', exact: task }], { caller: HUB, at, audit })
  request.disclosure.committed = true
  return reply
    .code(201)
    .header('content-type', request.answerType)
    .header('location', `${baseUrl}/Task/${outcome?.id ?? ''}`)
    .send(outcome?.content)
}
