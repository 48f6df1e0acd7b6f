/**
 * `POST /$import-answers`: answers of a receiver as a list (CSV), row by row, each with what became of it. A list that is sent again changes nothing;
 * `dryRun` changes nothing the first time either. Each row is written with the caller's own token, and can be taken back by `$undo-answers`: where the
 * record fails in the middle of a list, what was taken until then is told too, with the id of the list. HAZ-R80
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

/** Why a row was not taken when the record could not be reached. */
const AWAY = {
  unsure:
    'The record did not answer, so that nobody knows whether this row was taken. Send the list again: what was taken is not taken twice.',
  untried: 'The record could not be reached, and this row was not tried. Send the list again: what was taken is not taken twice.',
} as const

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
    let away = false
    for (const row of list.rows) {
      if ('problem' in row) results.push({ line: row.line, went: 'not-taken', text: row.problem })
      else if (away) results.push({ line: row.line, task: row.task, went: 'not-taken', text: AWAY.untried })
      else {
        const { why, ...result } = await takeRow(row, caller, dryRun ? rehearsed : id)
        away = why !== undefined
        // Where nothing stands yet, and nothing may stand, the whole list is for another time.
        if (why !== undefined && result.text !== AWAY.unsure && !results.some(({ went }) => went === 'answered')) throw why
        results.push(result)
      }
    }
    const count = (went: RowResult['went']) => results.filter((one) => one.went === went).length
    const parameter: ParametersParameter[] = [
      { name: 'answered', valueUnsignedInt: count('answered') },
      { name: 'unchanged', valueUnsignedInt: count('unchanged') },
      { name: 'notTaken', valueUnsignedInt: count('not-taken') },
      { name: 'dryRun', valueBoolean: dryRun },
      // What `$undo-answers` takes back; absent where nothing was taken.
      ...(dryRun || !results.some(({ went, text }) => went === 'answered' || text === AWAY.unsure)
        ? []
        : [{ name: 'list', valueString: id }]),
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

  /**
   * @param list id of this sending; where it is rehearsed, the needs as the rows before would leave them
   * @returns with it `why`, where the record could not be reached
   */
  async function takeRow(
    row: AnswerRow,
    caller: Caller,
    list: string | Map<string, Need>,
  ): Promise<RowResult & { readonly why?: Refusal }> {
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
        await keep(list)
      }
      if (wrote > 0) return { line, task, went: 'answered' }
      return { line, task, went: 'unchanged', ...(said === undefined ? {} : { text: `The step is ${said} already.` }) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.issue !== 'transient') return { line, task, went: 'not-taken', text: error.message }
      // What was decided may have been written, though no answer came.
      const isUnsure = typeof list === 'string' && (await keep(list))
      return { line, task, went: 'not-taken', text: isUnsure ? AWAY.unsure : AWAY.untried, why: error }
    }

    /** Keeps what the step was, where the row writes something. @returns whether it did */
    async function keep(id: string): Promise<boolean> {
      if (wrote === 0 || before === undefined || caller.organization === undefined) return false
      await listAnswers.keep(id, caller.organization, before)
      return true
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
