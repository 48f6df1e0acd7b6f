import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { profilesFolder } from './package.ts'
import { loadTimeCritical } from './time-critical.ts'

const text = readFileSync(join(profilesFolder, 'emergency/time-critical.json'), 'utf8')
const codesOf = (file: string): ReadonlySet<string> =>
  new Set(
    (JSON.parse(readFileSync(join(profilesFolder, 'package', file), 'utf8')) as { concept: { code: string }[] }).concept.map(
      ({ code }) => code,
    ),
  )

t.test('every line has a source, an id of its own, and gives no dose; nothing is approved yet', async (t) => {
  const { medicines, registers, status } = loadTimeCritical()
  t.equal(status, 'draft')
  t.equal(new Set(medicines.map(({ id }) => id)).size, medicines.length)
  for (const { text: line, source } of [...medicines, ...registers]) {
    t.ok(source.length > 5)
    t.notMatch(line, /\d+ ?(mg|micrograms?|ml)\b/i)
  }
})

t.test('names are looked for in lower case, so they are written so', async (t) => {
  for (const { names, notNames = [], needsCondition } of loadTimeCritical().medicines)
    for (const name of [...names, ...notNames, ...(needsCondition?.names ?? [])]) t.equal(name, name.toLowerCase())
})

t.test('what is pinned, cannot be undone, or is registered are codes of ours', async (t) => {
  const { pinnedDevices, pinnedRegisters, irreversible, registers, medicines } = loadTimeCritical()
  for (const code of pinnedDevices) t.ok(codesOf('CodeSystem-device-kind.json').has(code), code)
  for (const code of irreversible) t.ok(codesOf('CodeSystem-intervention-kind.json').has(code), code)
  const register = codesOf('CodeSystem-register.json')
  for (const code of [
    ...pinnedRegisters,
    ...registers.map((one) => one.register),
    ...medicines.flatMap(({ needsCondition }) => needsCondition?.register ?? []),
  ])
    t.ok(register.has(code), code)
})

t.test('a malformed file stops the start with a sentence that names the place', async (t) => {
  const folder = t.testdir({ 'time-critical.json': text.replace('"source"', '"sauce"') })
  t.throws(() => loadTimeCritical(folder), { message: /emergency\/time-critical\.json.*sauce/ })
})
