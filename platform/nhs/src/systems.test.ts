import t from 'tap'
import { CODES, EXTENSION, ID, OWN_ID, PROFILE, TOPIC } from './systems.ts'

t.test('each URI is written once and is absolute', async (t) => {
  const all = [ID, OWN_ID, CODES, EXTENSION, PROFILE, TOPIC].flatMap((table) => Object.values(table))
  t.equal(new Set(all).size, all.length)
  t.ok(all.every((uri) => URL.canParse(uri)))
})
