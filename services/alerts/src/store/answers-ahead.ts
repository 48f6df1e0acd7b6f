/** Answers whose ladder was climbed by a clock that was ahead: nobody would be told until the time that it showed. HAZ-A120 */
import type { Database } from '@platform/service/database'
import type { AnsweringRole } from '../domain/vocabulary.ts'
import type { WaitingAnswer } from './stay-state.ts'

/** What is known of them. */
export interface AnswersAhead {
  /** Answers whose next step is later than `at`. A demonstration moves its clock back for a while: there, what was raised after `now` waits for its time. */
  after(at: Date, now: Date, limit: number): Promise<readonly WaitingAnswer[]>
  /** An answer stands there on its ladder; not where it was taken up, or asked for anew, meanwhile. */
  standsAt(answer: WaitingAnswer, now: { readonly raisedAt: Date; readonly done: number; readonly nextStepAt: Date }): Promise<void>
}

/** Opens them. */
export function answersAheadIn(database: Database, { demo }: { readonly demo: boolean }): AnswersAhead {
  return {
    async after(at, now, limit) {
      const { rows } = await database.query<{ stay: string; role: AnsweringRole; task: string; raised_at: Date; done: number }>({
        name: 'answers-ahead',
        text: AHEAD,
        values: [at, limit, demo ? now : null],
      })
      return rows.map(({ raised_at: raisedAt, ...answer }) => ({ ...answer, raisedAt }))
    },
    async standsAt({ stay, role, done, raisedAt }, now) {
      const values = [stay, role, done, raisedAt, now.raisedAt, now.done, now.nextStepAt]
      await database.query({ name: 'answer-stands-at', text: STANDS_AT, values })
    },
  }
}

const AHEAD =
  'SELECT stay, role, task, raised_at, done FROM alerts.answer WHERE next_step_at > $1 AND ($3::timestamptz IS NULL OR raised_at <= $3) ORDER BY next_step_at LIMIT $2'
const STANDS_AT = `
  UPDATE alerts.answer SET raised_at = $5, done = $6, next_step_at = $7
  WHERE stay = $1 AND role = $2 AND done = $3 AND raised_at = $4 AND next_step_at IS NOT NULL`
