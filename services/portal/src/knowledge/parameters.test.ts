import t from 'tap'
import { parametersOf, readParts } from './parameters.ts'

t.test('an answer is read by name, part by part, and what is absent stays absent', async (t) => {
  const answer = readParts(
    parametersOf(
      {
        name: 'entry',
        part: [
          { name: 'text', valueString: 'one' },
          { name: 'times', valueInteger: 2 },
        ],
      },
      { name: 'entry', part: [{ name: 'by', valueReference: { reference: 'Organization/a', display: 'A' } }] },
      { name: 'next', valueUri: 'https://hub.example' },
    ),
  )
  const [first, second] = answer.all('entry')
  t.same([first?.text('text'), first?.number('times'), first?.reference('by')], ['one', 2, undefined])
  t.same(second?.reference('by'), { reference: 'Organization/a', display: 'A' })
  t.equal(answer.text('next'), 'https://hub.example')
  t.same([answer.text('nothing'), answer.all('nothing'), readParts(undefined).texts('x')], [undefined, [], []])
})
