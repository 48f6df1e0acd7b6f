/** `POST /ServiceRequest/$match`: who could help, with reasons for and against each one, the excluded too. */
import type { Parameters, ParametersParameter, ServiceRequest } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { askedFor, personOf } from '../../domain/matching/asked-for.ts'
import { effectsOf } from '../../domain/matching/effects.ts'
import { match, type Candidate, type Matched } from '../../domain/matching/match.ts'
import type { Reason } from '../../domain/matching/rules.ts'
import { LANGUAGES, type MatchingLanguage } from '../../domain/matching/words.ts'
import { localId } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters, type Given } from './parameters.ts'

export const serviceRequestMatch: FastifyPluginAsync<Dependencies> = async (
  app,
  { directory, record, clock, harmWarnings, ruleEffects, groupsNear, feedStates },
) => {
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
    const given = readParameters(body, ['request', 'near', 'count', 'withinMiles', 'ageBand', 'language'])
    const [near, count, miles] = [given.words('near'), atLeastOne(given, 'count'), atLeastOne(given, 'withinMiles')]
    const language = languageIn(given)
    const asked = {
      ...(language === undefined ? {} : { language }),
      ...(near === undefined ? {} : { near }),
      ...(count === undefined ? {} : { count }),
      ...(miles === undefined ? {} : { withinKm: miles * KM_PER_MILE }),
    }
    const request = await requestOf(given, caller)
    const matched = match(request, asked, { at: clock.now(), directory, warnings: harmWarnings, feeds: feedStates })
    const groups = await groupsNear(near)
    ruleEffects.count(effectsOf(matched), askedFor(request, { near, ageBand: given.code('ageBand'), groups }), personOf(request))
    return sendResource(reply, toParameters(matched, isSubsetted(request) ? [IN_PART] : []))
  })
}

const KM_PER_MILE = 1.609344

/** @throws PARAMETERS_UNREADABLE for a number that would leave options out, or all of them, without a word */
function atLeastOne(given: Given, name: string): number | undefined {
  const number = given.integer(name)
  if (number !== undefined && number < 1)
    throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter.where(name = '${name}')` })
  return number
}

/** In which the reasons are told. @throws PARAMETERS_UNREADABLE for one in which none are */
function languageIn(given: Given): MatchingLanguage | undefined {
  const code = given.code('language')
  const language = LANGUAGES.find((one) => one === code)
  if (code !== undefined && language === undefined)
    throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'language')" })
  return language
}

const beside = (more: number | undefined): readonly string[] =>
  more === undefined ? [] : [`${more} more ${more === 1 ? 'option is' : 'options are'} known and not shown: ask with a greater count.`]

/** Said beside the candidates: whoever reads of no warning must not take it that there is none. */
const IN_PART =
  'You are shown a part of this request. What it says of age, conditions and precautions is not weighed here, and warnings of harm may be missing: ask whoever made the request before you choose.'

const toParameters = ({ options, excluded, elsewhere, note, more }: Matched, notes: readonly string[]): Parameters => {
  const parameter: ParametersParameter[] = [
    ...[...notes, ...(note === undefined ? [] : [note]), ...beside(more)].map((valueString) => ({ name: 'note', valueString })),
    ...[...options, ...excluded].map((candidate, index) => toParameter(candidate, index + 1)),
    ...[...elsewhere].map(([rule, times]) => ({
      name: 'counted',
      part: [
        { name: 'rule', valueCode: rule },
        { name: 'times', valueUnsignedInt: times },
      ],
    })),
  ]
  return { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) }
}

const toParameter = ({ listing, excluded, stale, distanceKm, for: reasons, against }: Candidate, rank: number): ParametersParameter => ({
  name: 'candidate',
  part: [
    { name: 'service', valueReference: { reference: listing.reference, display: listing.name } },
    ...(listing.organization === undefined ? [] : [{ name: 'organization', valueReference: { reference: listing.organization } }]),
    { name: 'rank', valuePositiveInt: rank },
    { name: 'excluded', valueBoolean: excluded },
    { name: 'stale', valueBoolean: stale },
    ...(distanceKm === undefined ? [] : [{ name: 'distance', valueQuantity: { value: Math.round(distanceKm * 10) / 10, unit: 'km' } }]),
    ...reasons.map((reason) => toPart('for', reason)),
    ...against.map((reason) => toPart('against', reason)),
  ],
})

const toPart = (name: 'for' | 'against', { rule, says, source }: Reason): ParametersParameter => ({
  name,
  part: [
    { name: 'rule', valueCode: rule },
    { name: 'says', valueString: says },
    { name: 'source', valueString: source },
  ],
})
