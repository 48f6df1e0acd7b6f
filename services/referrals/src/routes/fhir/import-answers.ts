/**
 * `POST /$import-answers`: answers of a receiver as a list (CSV), row by row, each with what became of it. A list that is sent again changes nothing;
 * `dryRun` changes nothing the first time either. Each row is written with the caller's own token, and can be taken back by `$undo-answers`.
 */
import type { ParametersParameter } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { answerOfRow, MOST_ROWS, readAnswersList, type AnswerRow } from '../../domain/answers-list/answers-list.ts'
import { dueOf, type Need } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import type { ListAnswer } from '../../store/list-answers.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

interface RowResult {
  readonly line: number
  readonly task?: string
  /** `answered`, `unchanged` (it said so already), or `not-taken` */
  readonly went: 'answered' | 'unchanged' | 'not-taken'
  readonly text?: string
}

export const importAnswers: FastifyPluginAsync<Dependencies> = async (app, { needs, refusalReasons, listAnswers, newId }) => {
  app.post('/$import-answers', async ({ body, caller }, reply) => {
    const given = readParameters(body, ['csv', 'dryRun'])
    const { csv } = complete({ csv: given.string('csv') })
    const dryRun = given.boolean('dryRun') === true
    const list = readAnswersList(csv, refusalReasons)
    if ('no' in list)
      throw refuse.LIST_UNREADABLE({ because: list.no, most: MOST_ROWS }, { expression: "Parameters.parameter.where(name = 'csv')" })
    const id = newId()
    const results: RowResult[] = []
    const rehearsed = new Map<string, Need>()
    // One after another: two rows may be about one need, and the second is decided on what the first has made.
    for (const row of list.rows) {
      if ('problem' in row) results.push({ line: row.line, went: 'not-taken', text: row.problem })
      else results.push(await takeRow(row, caller, dryRun ? rehearsed : id))
    }
    const count = (went: RowResult['went']) => results.filter((one) => one.went === went).length
    const parameter: ParametersParameter[] = [
      { name: 'answered', valueUnsignedInt: count('answered') },
      { name: 'unchanged', valueUnsignedInt: count('unchanged') },
      { name: 'notTaken', valueUnsignedInt: count('not-taken') },
      { name: 'dryRun', valueBoolean: dryRun },
      // What `$undo-answers` takes back; absent where nothing was taken.
      ...(dryRun || count('answered') === 0 ? [] : [{ name: 'list', valueString: id }]),
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

  /** @param list id of this sending; where it is rehearsed, the needs as the rows before would leave them */
  async function takeRow(row: AnswerRow, caller: Caller, list: string | Map<string, Need>): Promise<RowResult> {
    const { line, task } = row
    let wrote = 0
    let before: ListAnswer | undefined
    let said: string | undefined
    const decide: Parameters<typeof needs.answer>[2] = (need, circumstances) => {
      const writes = answerOfRow(need, row, circumstances)
      wrote = writes.length
      before = beforeOf(need, row, circumstances.at)
      said = before?.status
      return writes
    }
    try {
      if (typeof list !== 'string') await needs.rehearse(task, caller, decide, list)
      else {
        await needs.answer(task, caller, decide)
        if (wrote > 0 && before !== undefined && caller.organization !== undefined)
          await listAnswers.keep(list, caller.organization, before)
      }
      if (wrote > 0) return { line, task, went: 'answered' }
      return { line, task, went: 'unchanged', ...(said === undefined ? {} : { text: `The step is ${said} already.` }) }
    } catch (error) {
      if (!(error instanceof Refusal) || error.issue === 'transient') throw error
      return { line, task, went: 'not-taken', text: error.message }
    }
  }
}

/** What the step is before it is answered at this time. */
function beforeOf({ request, tasks }: Need, { task: id, line }: AnswerRow, at: Date): ListAnswer | undefined {
  const task = tasks.find((one) => one.id === id)
  const due = task === undefined ? undefined : dueOf(task)
  if (task === undefined) return undefined
  const known = { task: id, need: request.id ?? '', line, status: task.status, answeredAt: at.toISOString() }
  return due === undefined ? known : { ...known, due }
}
