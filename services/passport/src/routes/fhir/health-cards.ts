/** `$health-cards-issue`: the emergency essentials as a signed card. https://hl7.org/fhir/uv/smart-health-cards-and-links/OperationDefinition-patient-i-health-cards-issue.html */
import type { FastifyPluginAsync } from 'fastify'
import {
  CARD_TYPES,
  cardCandidates,
  cardClaims,
  fitCard,
  HEALTH_CARD,
  IDENTITY_CLAIMS,
  LONGEST_JWS,
  numericOf,
  type CardType,
  type IdentityClaim,
} from '../../domain/share/health-card.ts'
import { RESOURCE_TYPES } from '../../domain/resource-types.ts'
import { refuse } from '../../errors.ts'
import { cardLength, signCard } from '../../store/sign-card.ts'
import { readParameters } from './operation-input.ts'
import type { ShareDependencies } from './share-dependencies.ts'
import { atParameter, sendPrivately } from './share-parameters.ts'
import { mayShare } from './sharer.ts'

const IN = { credentialType: 'many', credentialValueSet: 'many', includeIdentityClaim: 'many', _since: 'once' } as const

export const healthCards: FastifyPluginAsync<ShareDependencies> = async (app, { sharing, readRow, now, baseUrl }) => {
  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$health-cards-issue',
    { config: { fhir: { operation: 'health-cards-issue', types: ['Patient'] } } },
    async (request, reply) => {
      const person = await mayShare(request, readRow)
      const given = readParameters(request.body, IN)
      const types = typesIn(given.words('credentialType'))
      const claims = claimsIn(given.words('includeIdentityClaim'))
      const found = await sharing.view(person, ['emergency'], { at: sharing.clock.now(), language: 'en' })
      if (found === undefined) throw refuse.SHARE_CLOSED()

      const nbf = Math.floor(now().getTime() / 1000)
      const signedFrom = (bundle: object) => cardClaims(bundle, { issuer: sharing.publicUrl, nbf })
      const { person: first, candidates, leftOut } = cardCandidates(found.view, found.material, { types, claims })
      const card = fitCard(first, candidates, (bundle) => cardLength(signedFrom(bundle), sharing.cards) <= LONGEST_JWS)
      const without = [...leftOut, ...card.leftOut]
      // Asked for value sets that we have not loaded, or for what changed since: nothing is claimed to match.
      const wanted = given.words('credentialValueSet').length === 0 && (types.includes('Patient') || card.taken.length > 1)
      const jws = wanted ? await signCard(signedFrom(card.bundle), sharing.cards) : undefined
      const fitting = jws !== undefined && jws.length <= LONGEST_JWS
      return sendPrivately(request, reply, [
        ...(jws === undefined ? [] : [{ name: 'verifiableCredential', valueString: jws }]),
        ...(jws === undefined
          ? []
          : card.taken.map(({ reference }, index) => ({
              name: 'resourceLink',
              part: [
                { name: 'vcIndex', valueInteger: 0 },
                { name: 'bundledResource', valueUri: `resource:${index}` },
                { name: 'hostedResource', valueUri: `${baseUrl}/${reference}` },
              ],
            }))),
        ...(fitting ? [{ name: 'qr', valueString: `shc:/${numericOf(jws)}` }] : []),
        ...without.map(({ reference, because }) => ({
          name: 'leftOut',
          part: [
            { name: 'resource', valueUri: `${baseUrl}/${reference}` },
            { name: 'because', valueCode: because },
          ],
        })),
      ])
    },
  )
}

/** @throws PARAMETERS_UNREADABLE without one, or for what is no resource type */
function typesIn(asked: readonly string[]): CardType[] {
  const names = asked.map((type) => (type.startsWith('#') ? `https://smarthealth.cards${type}` : type))
  if (names.length === 0 || names.some((type) => type !== HEALTH_CARD && !Object.hasOwn(RESOURCE_TYPES, type)))
    throw refuse.PARAMETERS_UNREADABLE({}, atParameter('credentialType'))
  return CARD_TYPES.filter((type) => names.includes(HEALTH_CARD) || names.includes(type))
}

function claimsIn(asked: readonly string[]): readonly IdentityClaim[] {
  const known = IDENTITY_CLAIMS.filter((claim) => asked.includes(claim))
  return known.length === 0 ? ['Patient.name', 'Patient.birthDate'] : known
}
