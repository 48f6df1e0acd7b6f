import t from 'tap'
import { summariseError } from './describe-error.ts'

const refused = (issues: readonly unknown[]) =>
  Object.assign(new Error('The record refused it.'), { code: 'RECORD_REFUSED', remedy: 'See the other issues of this outcome.', issues })

t.test('a refusal made of several findings says of each what it is and where, and nothing that it quotes', async (t) => {
  const text = 'Ada Probert is no date'
  const said = summariseError(
    refused([
      { code: 'invariant', expression: 'Bundle.entry[0].resource', text },
      { code: 'value', text },
    ]),
  )
  t.equal(said, 'RECORD_REFUSED: See the other issues of this outcome. (invariant at Bundle.entry[0].resource, value)')
})

t.test('a place that could hold a value is left out', async (t) => {
  const said = summariseError(refused([{ code: 'value', expression: `Patient.name.where(family='Probert')` }]))
  t.equal(said, 'RECORD_REFUSED: See the other issues of this outcome. (value)')
  t.equal(summariseError(refused([])), 'RECORD_REFUSED: See the other issues of this outcome.')
})

t.test('what the database’s client says in words alone is told as a code', async (t) => {
  const cause = new Error('Connection terminated due to connection timeout')
  t.equal(
    summariseError(new Error('timeout exceeded when trying to connect', { cause })),
    'Error CONNECTION_TIMED_OUT, because Error CONNECTION_TIMED_OUT',
  )
  t.equal(summariseError(new Error('Connection terminated unexpectedly')), 'Error CONNECTION_LOST')
  t.equal(summariseError(new Error('Ada Probert')), 'Error')
})
