/** `$answer-note`: the home team accepts what a reader of a link wrote, or dismisses it. */
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../../errors.ts'
import { answerNote } from '../../store/leave-note.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { readParameters } from './operation-input.ts'
import { typeAllowed } from './request.ts'

export const answerNoteRoute: FastifyPluginAsync<FhirDependencies> = async (app, { record, database, searches, now }) => {
  app.post<{ Params: { id: string } }>(
    '/Communication/:id/$answer-note',
    { config: { fhir: { operation: 'answer-note', types: ['Communication'] } } },
    async (request, reply) => {
      const { id } = request.params
      const { caller } = request
      typeAllowed(request, 'Communication', 'u')
      typeAllowed(request, 'Task', 'u')
      request.disclosure.entity = `Communication/${id}`
      const given = readParameters(request.body, { outcome: 'once', words: 'once' })
      const outcome = given.word('outcome')
      if (outcome !== 'accept' && outcome !== 'dismiss')
        throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'outcome')" })
      // Whoever is the person, or acts for them, cannot confirm what a stranger wrote about them.
      if (caller.role === 'patient' || caller.role === 'carer') throw refuse.MAY_NOT_WRITE({ type: 'Communication' })
      const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at: now(), status: 200 })
      const tasks = (await searches.find(database, caller, 'Task', `focus=Communication/${id}&status=requested,accepted,in-progress`)).map(
        (task) => task.id,
      )
      const content = await answerNote(
        { record, database, now, clock: record.clock },
        { id, outcome, words: given.word('words'), tasks },
        { caller, at: now(), audit },
      )
      request.disclosure.committed = true
      return reply.header('content-type', request.answerType).send(content)
    },
  )
}
