/** Takes a person's archive into this record. For the operator alone: it brings other people's words under their names. */
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { EVERYTHING } from '../../domain/access/data-class.ts'
import { masksFor } from '../../domain/access/masks.ts'
import { unpackArchive } from '../../domain/archive/pack.ts'
import { refuse } from '../../errors.ts'
import { restorePerson } from '../../store/restore-person.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { hasScope } from './request.ts'

/** An archive as it is sent: a record with many scanned letters. */
const MOST_BYTES = 256 * 1024 * 1024

export const restoreFromArchive: FastifyPluginAsync<FhirDependencies> = async (app, { record, now }) => {
  app.addContentTypeParser(
    ['application/gzip', 'application/x-gzip', 'application/octet-stream'],
    { parseAs: 'buffer', bodyLimit: MOST_BYTES },
    async (_request: FastifyRequest, body: Buffer) => body,
  )
  app.post(
    '/$import-person',
    {
      config: { fhir: { operation: 'import-person', types: 'system' } },
      bodyLimit: MOST_BYTES,
      // Before the body is taken: nobody else gets as far as sending one.
      onRequest: async ({ caller }) => {
        if (masksFor(caller.role, caller.grade).write.anybody !== EVERYTHING) throw refuse.MAY_NOT_WRITE({ type: 'record' })
        if (!hasScope(caller, '*', 'c')) throw refuse.SCOPE_MISSING({ type: '*', needed: 'create' })
      },
    },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body) || request.body.length === 0) throw refuse.BODY_MISSING()
      const { manifest, lines } = await unpackArchive(request.body)
      const { patient } = manifest
      request.disclosure.entity = `Patient/${patient}`
      request.disclosure.people = [patient]
      const { people: _people, entity: _entity, ...audit } = entryOf(request, { at: now(), status: 201 })
      const { resources, versions, kept, alreadyHere } = await restorePerson(record, { patient, lines }, audit)
      const words = alreadyHere
        ? `Patient/${patient} is here already, as the archive has it: nothing was changed.`
        : `Patient/${patient} is restored: ${resources} resources in ${versions} versions; ${kept} of the directory were here already.`
      return reply
        .code(alreadyHere ? 200 : 201)
        .header('content-type', request.answerType)
        .send(JSON.stringify(informationOutcome(words)))
    },
  )
}
