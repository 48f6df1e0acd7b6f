/** Read and vread. https://hl7.org/fhir/R4/http.html#read */
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../../errors.ts'
import { readVersion } from '../../store/record-store.ts'
import { sendRow } from './answer.ts'
import type { FhirDependencies } from './dependencies.ts'
import { typeAllowed } from './request.ts'

export const read: FastifyPluginAsync<FhirDependencies> = async (app, { database, readRow }) => {
  app.get<{ Params: { type: string; id: string } }>(
    '/:type/:id',
    { config: { fhir: { interaction: 'read', types: 'all' } } },
    async (request, reply) => {
      const { type, id } = request.params
      typeAllowed(request, type, 'r')
      const reference = `${type}/${id}`
      request.disclosure.entity = reference
      const row = await readRow(request.caller, type, id)
      if (row === undefined) throw refuse.NOT_FOUND({ reference })
      if (row.patient !== undefined) request.disclosure.people = [row.patient]
      if (row.deleted) throw refuse.DELETED({ reference })
      return sendRow(request, reply, row)
    },
  )

  app.get<{ Params: { type: string; id: string; version: string } }>(
    '/:type/:id/_history/:version',
    { config: { fhir: { interaction: 'vread', types: 'all' } } },
    async (request, reply) => {
      const { type, id, version } = request.params
      typeAllowed(request, type, 'r')
      const reference = `${type}/${id}/_history/${version}`
      request.disclosure.entity = reference
      if (!/^[1-9]\d{0,8}$/.test(version)) throw refuse.NOT_FOUND({ reference })
      const row = await readVersion(database, request.caller, type, id, Number(version))
      if (row === undefined) throw refuse.NOT_FOUND({ reference })
      if (row.patient !== undefined) request.disclosure.people = [row.patient]
      if (row.deleted) throw refuse.DELETED({ reference })
      return sendRow(request, reply, row)
    },
  )
}
