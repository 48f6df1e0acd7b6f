/**
 * `POST /$import-answers`: answers of a receiver as a list (CSV), row by row, each with what became of it. A list that is sent again changes nothing;
 * `dryRun` changes nothing the first time either. Each row is written with the caller's own token.
 */
import type { ParametersParameter, Task } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { answerOfRow, MOST_ROWS, readAnswersList, type AnswerRow } from '../../domain/answers-list/answers-list.ts'
import { needIdOf } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

interface RowResult {
  readonly line: number
  readonly task?: string
  /** `answered`, `unchanged` (it said so already), or `not-taken` */
  readonly went: 'answered' | 'unchanged' | 'not-taken'
  readonly text?: string
}

export const importAnswers: FastifyPluginAsync<Dependencies> = async (app, { needs, record, refusalReasons }) => {
  app.post('/$import-answers', async ({ body, caller }, reply) => {
    const given = readParameters(body, ['csv', 'dryRun'])
    const { csv } = complete({ csv: given.string('csv') })
    const dryRun = given.boolean('dryRun') === true
    const list = readAnswersList(csv, refusalReasons)
    if ('no' in list)
      throw refuse.LIST_UNREADABLE({ because: list.no, most: MOST_ROWS }, { expression: "Parameters.parameter.where(name = 'csv')" })
    const results: RowResult[] = []
    // One after another: two rows may be about one need, and the second is decided on what the first has made.
    for (const row of list.rows) {
      if ('problem' in row) results.push({ line: row.line, went: 'not-taken', text: row.problem })
      else results.push(await takeRow(row, caller, dryRun))
    }
    const count = (went: RowResult['went']) => results.filter((one) => one.went === went).length
    const parameter: ParametersParameter[] = [
      { name: 'answered', valueUnsignedInt: count('answered') },
      { name: 'unchanged', valueUnsignedInt: count('unchanged') },
      { name: 'notTaken', valueUnsignedInt: count('not-taken') },
      { name: 'dryRun', valueBoolean: dryRun },
      ...results.map(({ line, task, went, text }) => ({
        name: 'row',
        part: [
          { name: 'line', valueUnsignedInt: line },
          { name: 'went', valueCode: went },
          ...(task === undefined ? [] : [{ name: 'task', valueReference: { reference: `Task/${task}` } }]),
          ...(text === undefined ? [] : [{ name: 'text', valueString: text }]),
        ],
      })),
    ]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })

  async function takeRow(row: AnswerRow, caller: Caller, dryRun: boolean): Promise<RowResult> {
    const { line, task } = row
    let wrote = 0
    const decide: Parameters<typeof needs.answer>[2] = (need, circumstances) => {
      const writes = answerOfRow(need, row, circumstances)
      wrote = writes.length
      return writes
    }
    try {
      if (dryRun) {
        const found = await record.as({ get: async () => caller.token }).read<Task>(`Task/${task}`)
        const need = found === undefined ? undefined : needIdOf(found)
        if (need === undefined) throw refuse.TASK_UNKNOWN({ id: task })
        await needs.preview(need, caller, decide)
      } else await needs.answer(task, caller, decide)
      return { line, task, went: wrote === 0 ? 'unchanged' : 'answered' }
    } catch (error) {
      if (!(error instanceof Refusal) || error.issue === 'transient') throw error
      return { line, task, went: error.code === 'TASK_CLOSED' ? 'unchanged' : 'not-taken', text: error.message }
    }
  }
}
