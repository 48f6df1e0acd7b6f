/**
 * The patient summary and the emergency view. https://hl7.org/fhir/uv/ips/OperationDefinition-summary.html
 * A person who is not open to the caller is absent, as on every other way in; what he may not see of one who is, is not in it.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { compositionIdOf, IPS_BUNDLE, patientOfComposition } from '../../domain/summary/document.ts'
import { writeEncoded } from '../../domain/summary/document-template.ts'
import { storedDocument, type StoredEntry } from '../../domain/summary/stored-document.ts'
import { localReference } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { readIdentified, readRow, readRows } from '../../store/record-store.ts'
import type { SummaryRequest } from '../../store/summaries.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { languageOf, oneOf, onlyKnown, parametersOf } from './parameters.ts'
import { hasScope, typeAllowed } from './request.ts'

type Given = readonly (readonly [string, string])[]

export const summary: FastifyPluginAsync<FhirDependencies> = async (app, { summaries, database, inPart, baseUrl, newId, now, record }) => {
  // They change nothing, and so they may be asked for by GET and by POST. https://hl7.org/fhir/R4/operations.html#executing
  const method: ['GET', 'POST'] = ['GET', 'POST']

  app.route<{ Params: { id: string } }>({
    method,
    url: '/Patient/:id/$summary',
    config: { fhir: { operation: 'summary', types: ['Patient'] } },
    handler: async (request, reply) => {
      typeAllowed(request, 'Patient', 'r')
      return answerSummary(request, reply, request.params.id, profileAllowed(givenTo(request, SUMMARY)))
    },
  })

  app.route({
    method,
    url: '/Patient/$summary',
    config: { fhir: { operation: 'summary', types: ['Patient'] } },
    handler: async (request, reply) => {
      typeAllowed(request, 'Patient', 'r')
      typeAllowed(request, 'Patient', 's')
      const given = profileAllowed(givenTo(request, SUMMARY))
      const [system = '', value = ''] = (oneOf(given, 'identifier') ?? '').split('|', 2)
      if (system === '' || value === '') throw refuse.IDENTIFIER_WANTED({}, { expression: 'identifier' })
      request.disclosure.entity = 'Patient'
      // Whoever is not shown numbers does not learn by one alone whose it is.
      if ((await inPart.typesInPart(request.caller)).includes('Patient'))
        throw refuse.PARAMETER_UNKNOWN({ parameter: 'identifier' }, { expression: 'identifier' })
      const [[found, another] = []] = await readIdentified(database, request.caller, [{ type: 'Patient', system, value }])
      if (found === undefined) throw refuse.NOT_FOUND({ reference: 'Patient' })
      if (another !== undefined) throw refuse.MANY_MATCH()
      return answerSummary(request, reply, found.id, given)
    },
  })

  app.route<{ Params: { id: string } }>({
    method,
    url: '/Patient/:id/$emergency',
    config: { fhir: { operation: 'emergency', types: ['Patient'] } },
    handler: async (request, reply) => {
      typeAllowed(request, 'Patient', 'r')
      const { id } = request.params
      const view = await summaries.emergency(asked(request, id, givenTo(request, EMERGENCY)))
      if (view === undefined) throw await absent(request, id)
      request.disclosure.committed = view.audited
      return reply.header('content-type', request.answerType).send(view.pieces[0])
    },
  })

  // FHIR R4 composition-operation-document: of the computed summary, and of a Composition that somebody stored.
  app.route<{ Params: { id: string } }>({
    method,
    url: '/Composition/:id/$document',
    config: { fhir: { operation: 'document', types: ['Composition'] } },
    handler: async (request, reply) => {
      typeAllowed(request, 'Composition', 'r')
      const { id } = request.params
      const given = givenTo(request, DOCUMENT)
      if (oneOf(given, 'persist') === 'true') throw refuse.DOCUMENT_NOT_KEPT({}, { expression: 'persist' })
      const patient = patientOfComposition(id)
      if (patient !== undefined) {
        typeAllowed(request, 'Patient', 'r')
        return answerSummary(request, reply, patient, given, compositionIdOf(patient))
      }
      const reference = `Composition/${id}`
      request.disclosure.entity = reference
      const row = await readRow(database, request.caller, 'Composition', id)
      if (row === undefined) throw refuse.NOT_FOUND({ reference })
      if (row.deleted) throw refuse.DELETED({ reference })
      const wanted = storedDocument
        .references(row.content)
        .flatMap((one) => localReference(one) ?? [])
        .filter(({ type }) => hasScope(request.caller, type, 'r'))
      const rows = await inPart.shown(request.caller, await readRows(database, request.caller, wanted))
      request.disclosure.people = [...new Set([row, ...rows].flatMap((one) => one.patient ?? []))]
      const entries = rows.filter(({ deleted }) => !deleted).map(({ type, id: own, content }): StoredEntry => ({ type, id: own, content }))
      return reply
        .header('content-type', request.answerType)
        .send(storedDocument.write({ type: 'Composition', id, content: row.content }, entries, { baseUrl, id: newId(), at: now() }))
    },
  })

  async function answerSummary(
    request: FastifyRequest,
    reply: FastifyReply,
    patient: string,
    given: Given,
    reference?: string,
  ): Promise<FastifyReply> {
    const answer = await summaries.document(asked(request, patient, given))
    if (answer === undefined) throw await absent(request, patient, reference === undefined ? undefined : `Composition/${reference}`)
    request.disclosure.committed = answer.audited
    return reply.header('content-type', request.answerType).send(writeEncoded(answer.pieces, { id: newId(), at: now() }))
  }

  function asked(request: FastifyRequest, patient: string, given: Given): SummaryRequest {
    request.disclosure.entity = `Patient/${patient}`
    request.disclosure.people = [patient]
    return {
      caller: request.caller,
      patient,
      mayRead: (type) => hasScope(request.caller, type, 'r'),
      language: languageOf(request, given),
      today: record.clock.now().toISOString().slice(0, 10),
      disclosing: () => entryOf(request, { at: now(), status: OK }),
    }
  }

  /** The operation says no exactly as a read of the Patient would. */
  async function absent(request: FastifyRequest, patient: string, reference = `Patient/${patient}`): Promise<Error> {
    request.disclosure.people = []
    const row = await readRow(database, request.caller, 'Patient', patient)
    return row?.deleted === true ? refuse.DELETED({ reference }) : refuse.NOT_FOUND({ reference })
  }
}

const OK = 200
const SUMMARY = new Set(['identifier', 'profile', '_language'])
const EMERGENCY = new Set(['_language'])
const DOCUMENT = new Set(['persist', '_language'])

/** @throws OPERATION_PARAMETER_UNKNOWN: whoever asks for a language by another name than ours shall not read English and believe it was all there is */
function givenTo(request: FastifyRequest, names: ReadonlySet<string>): Given {
  const given = parametersOf(request)
  onlyKnown(given, names)
  return given
}

/** IPS: an unsupported profile is an error, not a silent default. */
function profileAllowed(given: Given): Given {
  const profile = oneOf(given, 'profile')
  if (profile !== undefined && profile !== IPS_BUNDLE && profile !== `${IPS_BUNDLE}|2.0.0`)
    throw refuse.SUMMARY_PROFILE_UNKNOWN({}, { expression: 'profile' })
  return given
}
