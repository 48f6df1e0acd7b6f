/**
 * `Patient/{id}/$request-correction`: "this entry is wrong". A Task of whoever made the entry, with a due time; nothing is changed by it.
 * For the person, a carer who may see the entry, and the operator in their name. Ours. Hazard HAZ-P130.
 */
import type { FastifyPluginAsync } from 'fastify'
import { correctionTask, LONGEST_CORRECTION } from '../../domain/access/correction.ts'
import { reviewOwner } from '../../domain/access/review.ts'
import { localReference, type FhirResource } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { partiesOfCaller } from '../../store/access-sql.ts'
import { answerWithTask } from './asked-task.ts'
import type { FhirDependencies } from './dependencies.ts'
import { given, invalid, missing } from './given.ts'
import { typeAllowed } from './request.ts'

export const requestCorrection: FastifyPluginAsync<FhirDependencies> = async (app, dependencies) => {
  const { record, readRow, baseUrl, reviewOwner: reviewer } = dependencies

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$request-correction',
    { config: { fhir: { operation: 'request-correction', types: ['Patient'] } } },
    async (request, reply) => {
      const { id } = request.params
      const { caller } = request
      typeAllowed(request, 'Task', 'c')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const person = await readRow(caller, 'Patient', id)
      if (person === undefined || person.deleted) throw refuse.NOT_FOUND({ reference })
      request.disclosure.people = [id]
      const own = caller.patient === id && (caller.role === 'patient' || caller.role === 'carer')
      if (!own && caller.role !== 'admin') throw refuse.MAY_NOT_ASK_FOR_CORRECTION()

      const parameters = given(request, baseUrl)
      const value = parameters.value('entry')
      const asked = localReference(typeof value === 'object' && value !== null ? (value as { reference?: unknown }).reference : value)
      if (asked === undefined) throw value === undefined ? missing('entry') : invalid('entry')
      const words = parameters.text('words')?.trim() ?? ''
      if (words === '') throw missing('words')
      if ([...words].length > LONGEST_CORRECTION) throw invalid('words')
      // Somebody else's entry, one that may not be seen, and one that does not exist are the same.
      const entry = await readRow(caller, asked.type, asked.id)
      const about = asked.type === 'Patient' ? asked.id : entry?.patient
      if (entry === undefined || entry.deleted || about !== id) throw invalid('entry')

      // The first party of a row is its author.
      const author = entry.parties[0] ?? ''
      const task = correctionTask({
        patient: id,
        entry: { reference: `${asked.type}/${asked.id}`, classes: entry.classes },
        words,
        owner: author.startsWith('Organization/')
          ? { reference: author }
          : reviewOwner(JSON.parse(person.content) as FhirResource, reviewer, []),
        requester: partiesOfCaller(caller)[0] ?? reference,
        at: record.clock.now(),
      })
      return answerWithTask(request, reply, dependencies, task)
    },
  )
}
