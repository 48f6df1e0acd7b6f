import fc from '@platform/testing/properties'
import t from 'tap'
import { readAnswersList, MOST_ROWS } from './answers-list.ts'

const REASONS = new Set(['no-capacity', 'did-not-attend', 'other-in-words'])
const rowsOf = (csv: string) => {
  const list = readAnswersList(csv, REASONS)
  return 'no' in list ? list.no : list.rows
}

t.test('a row says which step, what was answered, why', async (t) => {
  t.same(rowsOf('task,answer,reason,words\nTask/one,accepted,,\ntwo,Refused,no-capacity,"Full, until March."\n'), [
    { line: 2, task: 'one', said: { act: 'taken-up', reason: 'other-in-words', words: 'The receiver gave no words.' } },
    { line: 3, task: 'two', said: { act: 'refused', reason: 'no-capacity', words: 'Full, until March.' } },
  ])
})

t.test('HAZ-R11: a no whose reason is not ours, or that gives none, is taken all the same', async (t) => {
  t.match(rowsOf('task;answer;reason\none;refused;Wartezeit'), [{ said: { act: 'refused', reason: 'other-in-words', words: 'Wartezeit' } }])
  t.match(rowsOf('task,answer\none,did-not-attend'), [{ said: { act: 'did-not-attend', reason: 'did-not-attend' } }])
})

t.test('what cannot be acted upon is named by its line, and keeps no other row waiting', async (t) => {
  t.match(rowsOf('\uFEFFTask,Answer\n../etc,accepted\none,perhaps\ntwo,done'), [
    { line: 2, problem: /no id/ },
    { line: 3, problem: /none of accepted/ },
    { line: 4, task: 'two' },
  ])
})

t.test('a list that is none is refused whole', async (t) => {
  t.equal(rowsOf('task,answer\n"one,accepted'), 'not a table')
  t.equal(rowsOf('name,answer\nAda,accepted'), 'columns missing')
  t.equal(rowsOf(''), 'columns missing')
  t.equal(rowsOf(`task,answer\n${'one,done\n'.repeat(MOST_ROWS + 1)}`), 'too many rows')
})

t.test('whatever is sent, it is read or refused and never thrown', async (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => void t.ok(rowsOf(`task,answer,words\n${text}`))),
    { numRuns: 200 },
  )
})
