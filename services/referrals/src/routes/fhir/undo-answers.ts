/**
 * `POST /$undo-answers`: takes back what a list of answers said, row by row, where nobody has acted on it; by the organisation that sent the list. Each step
 * is changed with the caller's own token, and what had followed from it ends.
 */
import type { ParametersParameter } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { endFollowers, undoAnswer } from '../../domain/answers-list/undo-answer.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const undoAnswers: FastifyPluginAsync<Dependencies> = async (app, { needs, listAnswers, clock }) => {
  app.post('/$undo-answers', async ({ body, caller }, reply) => {
    const given = readParameters(body, ['list'])
    const { list } = complete({ list: given.string('list') })
    const by = caller.organization
    const rows = UUID.test(list) && by !== undefined ? await listAnswers.standing(list, by) : []
    if (rows.length === 0) throw refuse.LIST_UNKNOWN({}, { expression: "Parameters.parameter.where(name = 'list')" })
    const results: ParametersParameter[] = []
    let undone = 0
    for (const before of rows) {
      const { task, need, line } = before
      const row = (went: 'undone' | 'not-undone', text?: string): ParametersParameter => ({
        name: 'row',
        part: [
          { name: 'line', valueUnsignedInt: line },
          { name: 'went', valueCode: went },
          { name: 'task', valueReference: { reference: `Task/${task}` } },
          ...(text === undefined ? [] : [{ name: 'text', valueString: text }]),
        ],
      })
      try {
        await needs.answer(task, caller, (whole, circumstances) => undoAnswer(whole, before, circumstances))
        await needs.apply(need, (whole, circumstances) => endFollowers(whole, before, circumstances))
        await listAnswers.undone(list, task, clock.now())
        undone += 1
        results.push(row('undone'))
      } catch (error) {
        if (!(error instanceof Refusal) || error.issue === 'transient') throw error
        results.push(row('not-undone', error.message))
      }
    }
    const parameter: ParametersParameter[] = [
      { name: 'undone', valueUnsignedInt: undone },
      { name: 'notUndone', valueUnsignedInt: results.length - undone },
      ...results,
    ]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })
}
