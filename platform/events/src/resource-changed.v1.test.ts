import t from 'tap'
import { example, parse, schema } from './resource-changed.v1.ts'

t.test('the example is what the schema says, and is read as it is', (t) => {
  t.strictSame(parse(JSON.parse(JSON.stringify(example))), example)
  for (const field of schema.required) t.ok(field in example, field)
  t.end()
})

t.test('a change without a patient has none', (t) => {
  const { patientId: _, ...nobodys } = example
  t.strictSame(parse(nobodys), nobodys)
  t.end()
})

t.test('fields that a later version may add are left out', (t) => {
  t.strictSame(parse({ ...example, priority: 'urgent' }), example)
  t.end()
})

t.test('a message with a field missing or wrong is refused by the name of the field, not by its value', (t) => {
  for (const [field, value] of Object.entries({ changeId: '1; DROP', type: 'task', id: 'Ada Jones', versionId: 1, patientId: '' })) {
    t.throws(() => parse({ ...example, [field]: value }), { code: 'EVENT_MALFORMED', message: `A change has no usable ${field}.` })
  }
  for (const nothing of [null, 'text', [], {}]) t.throws(() => parse(nothing), { code: 'EVENT_MALFORMED' })
  t.end()
})
