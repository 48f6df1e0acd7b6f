import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { evalFhirPath, toTypedValue } from '@medplum/core'
import t from 'tap'
import { readDemo } from './demo.ts'
import { checkRefill, readDeviceBlock } from './device-block.ts'
import { packageFolder, rulesFolder } from './package.ts'
import { loadRules, parseRule } from './rules.ts'

const rules = await loadRules()

/** The titles and texts that hold for somebody who takes these medicines. */
function linesOf(id: string, medicines: readonly string[]): [string, unknown][] {
  const rule = rules.find((each) => each.id === id)
  const list = medicines.map((text) => ({ resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text } }))
  const variables = { '%medicines': toTypedValue({ list }) }
  const read = (expression = ''): unknown => evalFhirPath(expression, {}, variables)[0]
  return (rule?.planDefinition.action ?? [])
    .filter(({ condition }) => condition === undefined || read(condition[0]?.expression?.expression) === true)
    .map(({ title = '', dynamicValue }) => [title, read(dynamicValue?.find(({ path }) => path === 'text')?.expression?.expression)])
}

t.test('a line on levodopa appears for who takes it; who has none recorded is to be checked by hand', (t) => {
  t.match(linesOf('alert-parkinsons', ['Co-careldopa 25 mg/100 mg tablets'])[0], [
    'Tablets on time',
    /^Give levodopa within 30 minutes of the person's own times/,
  ])
  t.match(linesOf('alert-parkinsons', ['Paracetamol'])[0], ['Tablets on time', /check by hand/])
  t.equal(linesOf('alert-parkinsons', []).length, 5)
  t.end()
})

t.test('baclofen by mouth is told apart from baclofen in a pump', (t) => {
  t.match(linesOf('alert-oral-baclofen', ['Baclofen 10 mg tablets'])[0]?.[1], /^Never stop baclofen suddenly/)
  t.match(linesOf('alert-oral-baclofen', ['Baclofen, intrathecal'])[0]?.[1], /check by hand/)
  t.end()
})

t.test('no rule gives a dose to be given', (t) => {
  for (const { id, planDefinition } of rules) t.notMatch(JSON.stringify(planDefinition.action), /\d+ ?(mg|micrograms?|ml)\b/i, id)
  t.end()
})

t.test('every rule answers for a code of the register, or for anybody on it', async (t) => {
  const { concept }: { concept: { code: string }[] } = JSON.parse(await readFile(join(packageFolder, 'CodeSystem-register.json'), 'utf8'))
  for (const { id, register } of rules) t.ok(register === '*' || concept.some(({ code }) => code === register), id)
})

t.test('a malformed rule is refused with a sentence that names the file', async (t) => {
  const good = await readFile(join(rulesFolder, 'alert-parkinsons.json'), 'utf8')
  const file = 'rules/alert-parkinsons.json'
  const broken = (from: string, to: string) => () => parseRule(good.replace(from, to), file)
  t.throws(broken('"author"', '"editor"'), { message: `${file} names no author.` })
  t.throws(broken('"effectivePeriod"', '"_effectivePeriod"'), { message: /has no review date/ })
  t.throws(broken('"status": "draft"', '"status": "active"'), { message: /active without an approvalDate/ })
  t.throws(broken('"path": "text"', '"path": "texts"'), { message: `${file}, action[0] has no title or no text.` })
  t.throws(broken('"text/fhirpath"', '"text/cql"'), { message: /not text\/fhirpath/ })
  t.throws(broken('lower().matches(', 'lower(.matches('), { message: /is no FHIRPath/ })
  t.throws(() => parseRule('{', 'rules/x.json'), { message: 'rules/x.json is not JSON.' })
})

t.test('the refill dates of the device block agree with its amounts, and a wrong date is told', (t) => {
  const { register } = readDemo()
  const device = register.find((each) => each.resourceType === 'Device')
  const use = register.find((each) => each.resourceType === 'DeviceUseStatement')
  const block = use && readDeviceBlock(device, use)
  if (block === undefined) throw new Error('Dafydd has no device block.')
  t.match(block, {
    reservoirMl: 20,
    usableMl: 18,
    microgramsPerMl: 2000,
    microgramsPerDay: 350,
    refillBy: '2026-11-23',
    confirmedBy: 'Organization/pump-centre',
  })
  t.same(checkRefill(block), { agrees: true, days: 102 })
  t.same(checkRefill({ ...block, lowReservoirAlarm: '2026-12-24' }), {
    agrees: false,
    days: 102,
    expected: '2026-11-24',
    recorded: '2026-12-24',
  })
  const { usableMl: _, ...without } = block
  t.same(checkRefill(without), { agrees: 'not checked', missing: ['usableMl'] })
  t.end()
})
