/** What steps were before the rows of a list answered them. References, states and times. */
import type { Task } from '@medplum/fhirtypes'
import type { Database } from '@platform/service/database'

/** One row that was taken. */
export interface ListAnswer {
  readonly task: string
  readonly need: string
  /** Line of the file. */
  readonly line: number
  /** Of the Task before. */
  readonly status: Task['status']
  readonly due?: Date
  /** `Task.lastModified` that the answer gave it. */
  readonly answeredAt: string
}

/** Keeps them. */
export interface ListAnswers {
  keep(list: string, by: string, answer: ListAnswer): Promise<void>
  /** The rows of a list of this organisation that still stand, last line first: what came later is taken back first. */
  standing(list: string, by: string): Promise<readonly ListAnswer[]>
  undone(list: string, task: string, at: Date): Promise<void>
}

/** Opens them in a database. */
export function listAnswersIn(database: Database): ListAnswers {
  return {
    async keep(list, by, { task, need, line, status, due, answeredAt }) {
      const text = `INSERT INTO referrals.list_answer (list, task, need, line, by, status, due, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (list, task) DO UPDATE SET line = $4, status = $6, due = $7, answered_at = $8, undone_at = NULL`
      await database.query({ name: 'list-answer-keep', text, values: [list, task, need, line, by, status, due ?? null, answeredAt] })
    },
    async standing(list, by) {
      const text = `SELECT task, need, line, status, due, answered_at AS "answeredAt" FROM referrals.list_answer
        WHERE list = $1 AND by = $2 AND undone_at IS NULL ORDER BY line DESC`
      const { rows } = await database.query<Omit<ListAnswer, 'due'> & { readonly due: Date | null }>({
        name: 'list-answers',
        text,
        values: [list, by],
      })
      return rows.map(({ due, ...row }) => ({ ...row, ...(due === null ? {} : { due }) }))
    },
    async undone(list, task, at) {
      const text = 'UPDATE referrals.list_answer SET undone_at = $3 WHERE list = $1 AND task = $2'
      await database.query({ name: 'list-answer-undone', text, values: [list, task, at] })
    },
  }
}
