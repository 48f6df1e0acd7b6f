/**
 * A list of answers from a receiver's own system, as a spreadsheet: one row a step. A no, or a person who did not come, is always taken: what the row
 * cannot say (a code of ours, the next step) the hub adds, as it does for BaRS. HAZ-R11
 */
import { readCsv } from '@platform/fhir/csv-file'
import { isAskedAbout } from '../answers/hold-absence.ts'
import { applyAnswer, type Answered } from '../bars/apply-response.ts'
import { completeStep } from '../answers/complete-step.ts'
import type { Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { triagedAs } from '../rules/meet.ts'
import type { Write } from '../write.ts'

/** The columns. `task` and `answer` are needed, the others where the answer has them. */
export const COLUMNS = ['task', 'answer', 'reason', 'words'] as const

/** The most rows of one list. */
export const MOST_ROWS = 2_000

/** One row that can be acted upon. */
export interface AnswerRow {
  /** Line of the file, from 1; the header is line 1. */
  readonly line: number
  /** Id of the Task. */
  readonly task: string
  readonly said: Answered
}

/** One row that cannot, and why. */
export interface UnreadableRow {
  readonly line: number
  readonly problem: string
}

const ACT_OF: Readonly<Record<string, Answered['act']>> = {
  accepted: 'taken-up',
  refused: 'refused',
  'did-not-attend': 'did-not-attend',
  done: 'done',
}

/** Why a list as a whole is not read. */
export type NoList = 'not a table' | 'columns missing' | 'too many rows'

/**
 * Reads the list.
 *
 * @param reasons the codes of refusal-reason; another one is taken as "other", with its words
 */
export function readAnswersList(
  csv: string,
  reasons: ReadonlySet<string>,
): { readonly no: NoList } | { readonly rows: readonly (AnswerRow | UnreadableRow)[] } {
  const file = readCsv(Buffer.from(csv), { mostRows: MOST_ROWS })
  if ('no' in file) return { no: NO_LIST[file.no] }
  const names = file.header.map((name) => name.trim().toLowerCase())
  if (!names.includes('task') || !names.includes('answer')) return { no: 'columns missing' }
  const cellsOf = (cells: readonly string[]) => Object.fromEntries(names.map((name, index) => [name, cells[index]?.trim() ?? '']))
  // A row that nobody has filled in is no answer: a list that was sent out comes back with such.
  const isBlank = ({ answer, reason, words }: Readonly<Record<string, string>>) => `${answer ?? ''}${reason ?? ''}${words ?? ''}` === ''
  return {
    rows: file.rows.flatMap(({ line, cells }) => {
      const row = cellsOf(cells)
      return isBlank(row) ? [] : [rowOf(row, line, reasons)]
    }),
  }
}

const NO_LIST = { unreadable: 'not a table', empty: 'columns missing', 'too-long': 'too many rows' } as const satisfies Readonly<
  Record<string, NoList>
>

function rowOf(row: Readonly<Record<string, string>>, line: number, reasons: ReadonlySet<string>): AnswerRow | UnreadableRow {
  const { task = '', answer = '', reason = '', words = '' } = row
  const id = task.replace(/^Task\//, '')
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) return { line, problem: 'The column task holds no id of a Task.' }
  const act = ACT_OF[answer.toLowerCase()]
  if (act === undefined) return { line, problem: `The column answer holds none of ${Object.keys(ACT_OF).join(', ')}.` }
  const code = act === 'did-not-attend' ? 'did-not-attend' : reasons.has(reason) ? reason : 'other-in-words'
  const said =
    words !== ''
      ? words
      : act === 'did-not-attend'
        ? 'The receiver says that the person did not attend.'
        : reason !== ''
          ? reason
          : 'The receiver gave no words.'
  return { line, task: id, said: { act, reason: code, words: said } }
}

/**
 * The writes of a row; none where the step says so already.
 *
 * @throws TASK_CLOSED when it ended otherwise than the row says, COORDINATOR_UNKNOWN while nobody is listed who could have the next step
 */
export function answerOfRow(need: Need, { task, said }: AnswerRow, circumstances: Circumstances): readonly Write[] {
  if (saysSo(need, task, said)) return []
  if (said.act === 'done' && said.words !== 'The receiver gave no words.')
    return completeStep(need, task, { outcome: said.words }, circumstances)
  return applyAnswer(need, task, said, circumstances)
}

/** Whether the step says already what the row says. One that was ended by somebody else, or otherwise, does not: who sent the row has to hear of it. */
function saysSo(need: Need, id: string, { act }: Answered): boolean {
  const task = need.tasks.find((one) => one.id === id)
  if (task === undefined) return false
  // A step that was split or passed on has ended, and whoever had it does not have the person.
  const isDone = task.status === 'completed' && (triagedAs(task) ?? 'accept') === 'accept'
  switch (act) {
    case 'taken-up':
      // Who has finished had said yes.
      return task.status === 'accepted' || task.status === 'in-progress' || isDone
    case 'done':
      return isDone
    case 'refused':
      return task.status === 'rejected'
    case 'did-not-attend':
      return task.status === 'rejected' || isAskedAbout(task, need)
  }
}
