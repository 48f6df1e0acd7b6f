/** `POST /ServiceRequest/$match`: who could help, with reasons for and against each one, the excluded too. */
import type { Parameters, ParametersParameter, ServiceRequest } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { match, type Candidate, type Reason } from '../../domain/match.ts'
import { localId } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters, type Given } from './parameters.ts'

export const serviceRequestMatch: FastifyPluginAsync<Dependencies> = async (app, { directory, record, clock }) => {
  /** The request as it was given, or the stored one as the caller may see it. */
  const requestOf = async (given: Given, caller: Caller): Promise<ServiceRequest> => {
    const { request } = complete({ request: given.resourceOrReference('request') })
    if (typeof request !== 'string') {
      if (request.resourceType === 'ServiceRequest') return request
      throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'request')" })
    }
    const id = localId({ reference: request }, 'ServiceRequest')
    const stored =
      id === undefined ? undefined : await record.as({ get: async () => caller.token }).read<ServiceRequest>(`ServiceRequest/${id}`)
    if (stored === undefined) throw refuse.REFERRAL_UNKNOWN({ id: id ?? request })
    return stored
  }

  app.post('/ServiceRequest/$match', async ({ body, caller }, reply) => {
    if (!caller.scopes.some(({ type, r, s }) => (type === '*' || type === 'HealthcareService') && (r || s))) {
      throw refuse.SCOPE_MISSING({ type: 'HealthcareService' })
    }
    const given = readParameters(body, ['request', 'near', 'count'])
    const near = given.words('near')
    const count = given.integer('count')
    const asked = { ...(near === undefined ? {} : { near }), ...(count === undefined ? {} : { count }) }
    const request = await requestOf(given, caller)
    return sendResource(reply, toParameters(match(request, asked, { at: clock.now(), directory })))
  })
}

const toParameters = (candidates: readonly Candidate[]): Parameters => ({
  resourceType: 'Parameters',
  ...(candidates.length === 0 ? {} : { parameter: candidates.map((candidate, index) => toParameter(candidate, index + 1)) }),
})

const toParameter = ({ listing, excluded, for: reasons, against }: Candidate, rank: number): ParametersParameter => ({
  name: 'candidate',
  part: [
    { name: 'service', valueReference: { reference: listing.reference, display: listing.name } },
    ...(listing.organization === undefined ? [] : [{ name: 'organization', valueReference: { reference: listing.organization } }]),
    { name: 'rank', valuePositiveInt: rank },
    { name: 'excluded', valueBoolean: excluded },
    ...reasons.map((reason) => toPart('for', reason)),
    ...against.map((reason) => toPart('against', reason)),
  ],
})

const toPart = (name: 'for' | 'against', { rule, says }: Reason): ParametersParameter => ({
  name,
  part: [
    { name: 'rule', valueCode: rule },
    { name: 'says', valueString: says },
  ],
})
