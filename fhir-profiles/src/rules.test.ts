import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MedicationStatement, Resource } from '@medplum/fhirtypes'
import t from 'tap'
import { linesFor } from './alert-lines.ts'
import { readDemo } from './demo.ts'
import { checkRefill, readDeviceBlock } from './device-block.ts'
import { packageFolder, rulesFolder } from './package.ts'
import { loadRules, parseRule } from './rules.ts'

const rules = await loadRules()
const demo = readDemo()
const dafydd: readonly Resource[] = [
  ...demo.patients.filter(({ id }) => id === 'dafydd'),
  ...demo.register,
  ...demo.health.filter((each) => JSON.stringify(each).includes('Patient/dafydd')),
]
const ruleFor = (code: string) => {
  const rule = rules.get(code)
  if (rule === undefined) throw new Error(`no rule for ${code}`)
  return rule
}
const taking = (text: string): MedicationStatement => ({
  resourceType: 'MedicationStatement',
  status: 'active',
  subject: { reference: 'Patient/dafydd' },
  medicationCodeableConcept: { text },
})
const said = (code: string, record: readonly Resource[], on = '2026-11-21', audience: 'ward' | 'specialist' = 'ward') =>
  linesFor(ruleFor(code), record, { audience, on }).map(({ text }) => text)

t.test("the ward of Dafydd's night sees seven lines, in the words of his record", (t) => {
  t.same(said('intrathecal-baclofen-pump', dafydd), [
    'Intrathecal baclofen pump: Northmere NM-20 programmable pump, serial NM20-000447. Confirmed by the pump centre on 14 Aug 2026.',
    'Do not let intrathecal baclofen stop: an empty or stalled pump is an emergency. Must not stop suddenly: Intrathecal baclofen, Gabapentin, Levetiracetam.',
    'Refill due by 23 Nov 2026. Low-reservoir alarm expected 24 Nov 2026.',
    'High fever, confusion, sudden return of stiffness, itching without a rash: call the pump centre at once, day or night.',
    'MRI: Allowed to 3 tesla. The pump stops in the scanner and must be checked after.',
    'Pump centre, day and night: 01632 960107. Only trained staff touch the pump.',
    'Does not walk; powered wheelchair. Transfers with a slide board and one person. Speaks and understands without help when well; new confusion is not usual for him.',
  ])
  t.end()
})

t.test('past the refill date the line turns to: call the centre', (t) => {
  t.ok(
    said('intrathecal-baclofen-pump', dafydd, '2026-11-24').includes('The refill date 23 Nov 2026 has passed: call the pump centre now.'),
  )
  t.notOk(said('intrathecal-baclofen-pump', dafydd, '2026-11-24').some((line) => line.startsWith('Refill due by')))
  t.end()
})

t.test('every line says how old it is, and after six months that it is old', (t) => {
  const lineAt = (on: string) =>
    linesFor(ruleFor('intrathecal-baclofen-pump'), dafydd, { audience: 'ward', on }).find(({ id }) => id.endsWith('/contact-of-centre'))
  t.match(lineAt('2026-11-21'), {
    confirmedOn: '2026-08-14',
    old: false,
    status: 'draft',
    author: 'Handrail project',
    reviewBy: '2027-05-21',
  })
  t.match(lineAt('2027-03-01'), { confirmedOn: '2026-08-14', old: true })
  t.end()
})

t.test('what is not recorded is said not to be recorded', (t) => {
  t.same(said('intrathecal-baclofen-pump', [], '2026-11-21', 'specialist'), [
    'Intrathecal baclofen pump. Details are not recorded here: call the pump centre.',
    'Do not let intrathecal baclofen stop: an empty or stalled pump is an emergency.',
    'The dates of the next refill and of the low-reservoir alarm are not recorded here: ask the pump centre.',
    'High fever, altered mind, returning spasticity or rigidity: call the pump centre at once, day or night.',
    'Call the pump centre: its number is not recorded here. Only trained staff touch the pump.',
  ])
  t.end()
})

t.test('a line appears only if it holds for this person', (t) => {
  const onLevodopa = said('parkinsons', [taking('Co-careldopa 25 mg/100 mg tablets')])
  t.match(onLevodopa[0], /within 30 minutes of the person's own times/)
  t.notOk(onLevodopa.some((line) => line.includes('check by hand')))
  t.notOk(onLevodopa.some((line) => line.includes('stimulator')))
  t.match(said('parkinsons', [])[0], /check by hand/)
  t.match(said('oral-baclofen', [taking('Baclofen 10 mg tablets')])[0], /Never stop baclofen suddenly/)
  t.match(said('oral-baclofen', [taking('Baclofen, intrathecal')])[0], /check by hand/)
  t.end()
})

t.test('no line of any rule gives a dose to be given', (t) => {
  for (const rule of rules.values())
    for (const line of rule.lines) t.notMatch(line.text, /\d+ ?(mg|microgram|ml)/i, `${rule.id}/${line.id}`)
  t.end()
})

t.test('every rule answers for a code of the register', async (t) => {
  const { concept }: { concept: { code: string }[] } = JSON.parse(await readFile(join(packageFolder, 'CodeSystem-register.json'), 'utf8'))
  for (const code of rules.keys())
    t.ok(
      concept.some((each) => each.code === code),
      code,
    )
})

t.test('a malformed rule is refused with a sentence that names the file', async (t) => {
  const good = await readFile(join(rulesFolder, 'parkinsons.json'), 'utf8')
  const broken = (from: string, to: string) => () => parseRule(good.replace(from, to), 'rules/parkinsons.json')
  t.throws(broken('"author"', '"editor"'), { message: 'rules/parkinsons.json names no author.' })
  t.throws(broken('"effectivePeriod"', '"_effectivePeriod"'), { message: /has no review date/ })
  t.throws(broken('"status": "draft"', '"status": "active"'), { message: /active without an approvalDate/ })
  t.throws(broken('"documentation"', '"_documentation"'), { message: 'rules/parkinsons.json, action[0] names no source.' })
  t.throws(broken('lower().matches(', 'lower(.matches('), { message: /is no FHIRPath/ })
  t.throws(() => parseRule('{', 'rules/x.json'), { message: 'rules/x.json is not JSON.' })
})

t.test('the refill dates of the device block agree with its amounts, and a wrong date is told', (t) => {
  const device = demo.register.find((each) => each.resourceType === 'Device')
  const use = demo.register.find((each) => each.resourceType === 'DeviceUseStatement')
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
