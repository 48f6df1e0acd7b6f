/** `GET /ServiceRequest/:id/$status`: where a referral is, in one of eight plain words, who has it and by when; the same for every sender. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { coordinatorOf } from '../../domain/coordinator.ts'
import { dueOf, isOpen, kindOf, referenceTo, type Need } from '../../domain/need.ts'
import type { Circumstances } from '../../domain/pathway.ts'
import { PLAIN_WORDS, plainStatusOf, plainStatusOfStep, type PlainStatus } from '@platform/fhir/plain-status'
import { REFERRAL_STATUS } from '../../domain/vocabulary.ts'
import { sendResource } from './answer.ts'

export const serviceRequestStatus: FastifyPluginAsync<Dependencies> = async (app, { needs }) => {
  app.get<{ Params: { id: string } }>('/ServiceRequest/:id/$status', async ({ params, caller }, reply) => {
    const { need, circumstances } = await needs.read(params.id, caller)
    return sendResource(reply, toParameters(need, circumstances))
  })
}

const DAY_MS = 86_400_000

function toParameters(need: Need, circumstances: Circumstances): Parameters {
  const { request, tasks } = need
  const coordinator = coordinatorOf(request, circumstances)
  const since = request.authoredOn
  const days = since === undefined ? undefined : Math.floor((circumstances.at.getTime() - new Date(since).getTime()) / DAY_MS)
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'status', valueCoding: codingOf(plainStatusOf(need)) },
      ...(since === undefined ? [] : [{ name: 'since', valueDateTime: since }]),
      ...(days === undefined || days < 0 ? [] : [{ name: 'days', valueUnsignedInt: days }]),
      ...(coordinator === undefined ? [] : [{ name: 'coordinator', valueReference: { reference: coordinator } }]),
      ...tasks.map((task): ParametersParameter => {
        const due = dueOf(task)
        return {
          name: 'step',
          part: [
            { name: 'task', valueReference: { reference: referenceTo(task) } },
            { name: 'kind', valueCode: kindOf(task) },
            { name: 'status', valueCoding: codingOf(plainStatusOfStep(task)) },
            { name: 'open', valueBoolean: isOpen(task) },
            ...(task.owner === undefined ? [] : [{ name: 'owner', valueReference: task.owner }]),
            ...(due === undefined ? [] : [{ name: 'due', valueDateTime: due.toISOString() }]),
          ],
        }
      }),
    ],
  }
}

const codingOf = (code: PlainStatus) => ({ system: REFERRAL_STATUS, code, display: PLAIN_WORDS[code] })
