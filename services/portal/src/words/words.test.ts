import t from 'tap'
import { cy, en } from './words.ts'

/** Every text, by where it stands: `home.title`; what a function says is looked at with ones. */
function textsOf(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(words) as [string, unknown][]) {
    const place = path === '' ? name : `${path}.${name}`
    if (typeof value === 'string') found.set(place, value)
    else if (typeof value === 'function') found.set(place, String(Reflect.apply(value, undefined, [1, 1, 1])))
    else if (typeof value === 'object' && value !== null) for (const entry of textsOf(value, place)) found.set(...entry)
  }
  return found
}

t.test('every text is there in Welsh, and none is empty', async (t) => {
  const [english, welsh] = [textsOf(en), textsOf(cy)]
  t.same([...welsh.keys()], [...english.keys()])
  t.same(
    [...welsh].filter(([, text]) => text.trim() === '').map(([place]) => place),
    [],
  )
})

/** Names, and words that the two languages share. */
const SAME = new Set(['Handrail', 'Sector', 'Person', 'Ward'])

t.test('no text is English in Welsh', async (t) => {
  const english = textsOf(en)
  const copied = [...textsOf(cy)].filter(([place, text]) => english.get(place) === text && !SAME.has(text))
  t.same(copied, [])
})
