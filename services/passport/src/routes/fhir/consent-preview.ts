/** `POST /fhir/Consent/$preview`: what a Consent would open and close, before it is stored. Nothing is stored. */
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { agreedTo, closedOutBy } from '../../domain/access/consent.ts'
import { previewOf } from '../../domain/access/preview.ts'
import { patientOf } from '../../domain/compartment.ts'
import { isObject, understood, type FhirResource } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { partyNames } from '../../store/party-names.ts'
import type { FhirDependencies } from './dependencies.ts'
import { given, missing, parametersText } from './given.ts'
import { typeAllowed } from './request.ts'

const DEFINITION = 'https://handrail.example/fhir/OperationDefinition/consent-preview'

export const consentPreview: FastifyPluginAsync<FhirDependencies> = async (app, { database, readRow, baseUrl, record }) => {
  app.post(
    '/Consent/$preview',
    { config: { fhir: { operation: 'preview', definition: DEFINITION, types: ['Consent'] } } },
    async (request, reply) => {
      typeAllowed(request, 'Consent', 'c')
      // The answer tells that the person is there, as a read would: a token that reads no person gets no preview.
      typeAllowed(request, 'Patient', 'r')
      request.disclosure.entity = 'Consent'
      const parameters = given(request, baseUrl)
      const consent = understood(consentIn(request) ?? parameters.value('consent'), baseUrl)
      if (!isObject(consent) || consent['resourceType'] !== 'Consent') throw missing('consent')
      const resource = consent as FhirResource
      const issues = record.validate(resource).filter(({ severity }) => severity === 'error' || severity === 'fatal')
      if (issues.length > 0) throw refuse.RESOURCE_INVALID({}, { issues })
      const patient = patientOf(resource, '')
      // Whoever may not see the person is told so as by a read, and learns nothing of whom the Consent names.
      const person = patient === undefined ? undefined : await readRow(request.caller, 'Patient', patient)
      if (patient === undefined || person === undefined || person.deleted) throw refuse.NO_RELATIONSHIP({ type: 'Consent' })
      request.disclosure.people = [patient]
      const parties = [...closedOutBy(resource, patient), ...agreedTo(resource, patient)].map(({ party }) => party)
      const names = await partyNames(database, parties)
      const sentences = previewOf(resource, patient, { names, language: parameters.language() })
      return reply
        .header('content-type', request.answerType)
        .send(parametersText(sentences.map(({ about, text }) => ({ name: about, valueString: text }))))
    },
  )
}

/** The Consent by itself in the body, as a create would take it. */
function consentIn({ body }: FastifyRequest): unknown {
  const value = (body as ParsedJson | undefined)?.value
  return isObject(value) && value['resourceType'] === 'Consent' ? value : undefined
}
