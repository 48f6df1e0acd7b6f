import t from 'tap'
import { toldOf } from './told.ts'

const message = (...texts: string[]) => ({
  resourceType: 'Communication' as const,
  status: 'completed' as const,
  sent: '2026-11-21T02:14:00Z',
  payload: texts.map((contentString) => ({ contentString })),
})

t.test('a message of the hub is read in the language of the page, one of a person as it was written', async (t) => {
  const both = message('Your record was opened.', 'Agorwyd eich cofnod.')
  t.same(toldOf([both], 'cy'), [{ text: 'Agorwyd eich cofnod.', lang: 'cy', at: '2026-11-21T02:14:00Z' }])
  t.same(toldOf([both], 'en')[0]?.text, 'Your record was opened.')
  t.same(toldOf([message('Rang to ask.')], 'cy')[0], { text: 'Rang to ask.', lang: 'en', at: '2026-11-21T02:14:00Z' })
  t.same(toldOf([message(), { ...both, status: 'entered-in-error' }], 'en'), [])
})
