/** `POST /ServiceRequest/:id/$overrule`: a service is chosen against the reasons, with a reason of one's own; each rule overruled is counted. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { overruleMatch } from '../../domain/answers/overrule-match.ts'
import { askedFor, personOf } from '../../domain/matching/asked-for.ts'
import { askedIn } from '../../domain/matching/asked.ts'
import { judge } from '../../domain/matching/rules.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

export const serviceRequestOverrule: FastifyPluginAsync<Dependencies> = async (
  app,
  { needs, record, directory, harmWarnings, ruleEffects, feedStates },
) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$overrule', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['service', 'reason', 'near'])
    const { service: reference, reason } = complete({ service: given.reference('service'), reason: given.string('reason') })
    const near = given.words('near')
    const service = directory.listing(reference)
    if (service === undefined)
      throw refuse.NEXT_OWNER_UNKNOWN({ reference }, { expression: "Parameters.parameter.where(name = 'service')" })
    const need = await needs.decide(params.id, caller, (whole, { at }) => {
      const asked = askedIn(whole.request, { at, ...(near === undefined ? {} : { near }) })
      const answers = directory.listing(service.organization ?? '')
      const judgement = judge(service, asked, harmWarnings, { feeds: feedStates, answers })
      ruleEffects.count(
        [...new Set(judgement.against.map(({ rule }) => rule))].map((rule) => ({ rule, effect: 'overruled' as const, times: 1 })),
        askedFor(whole.request, { near }),
        personOf(whole.request),
      )
      return overruleMatch(whole, { service, judgement, reason }, { at, directory })
    })
    const asStored = await record.as({ get: async () => caller.token }).read<ServiceRequest>(`ServiceRequest/${params.id}`)
    return sendResource(reply, asStored ?? need.request)
  })
}
