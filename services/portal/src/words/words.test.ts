import t from 'tap'
import { readCatalogue } from '../knowledge/catalogue.ts'
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

t.test('whatever can be chosen has words for every code of its code system', async (t) => {
  const catalogue = readCatalogue()
  const offered = {
    'refusal-reason': catalogue.refusalReasons,
    'unmet-need': catalogue.unmetNeeds,
    'absence-reason': catalogue.absenceReasons,
    'delivery-mode': catalogue.deliveryModes,
    approach: catalogue.approaches,
    setting: catalogue.settings,
    'service-kind': catalogue.serviceKinds,
    'access-attribute': catalogue.accessNeeds,
  }
  t.same(Object.keys(en.choices), Object.keys(offered))
  for (const [system, choices] of Object.entries(offered)) {
    const words = en.choices[system as keyof typeof offered]
    t.same(words, Object.fromEntries(choices.map(({ code, display }) => [code, display.replaceAll("'", '’')])), system)
  }
})

/** Names, and words that the two languages share. */
const SAME = new Set(['Handrail', 'Sector', 'Person', 'Ward', 'Cost', 'Myasthenia gravis'])

t.test('no text is English in Welsh', async (t) => {
  const english = textsOf(en)
  const copied = [...textsOf(cy)].filter(([place, text]) => english.get(place) === text && !SAME.has(text))
  t.same(copied, [])
})
