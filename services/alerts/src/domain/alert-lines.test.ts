import { readdirSync, readFileSync } from 'node:fs'
import type { Device, Flag, Patient, PlanDefinition } from '@medplum/fhirtypes'
import t from 'tap'
import { rulesFolder } from '@handrail/fhir-profiles/package'
import { readDemo } from '@handrail/fhir-profiles/demo'
import { aDeviceBlock, anOrganization, aPatient } from '@platform/testing/cast'
import type { AdmissionKind } from './adt.ts'
import { phaseOf } from './phase.ts'
import { asksFor, linesFor, showDates, type Approved, type PersonMaterial } from './alert-lines.ts'
import { toAlertRule } from './alert-rule.ts'

const ruleOf = (id: string) => toAlertRule(JSON.parse(readFileSync(`${rulesFolder}/${id}.json`, 'utf8')) as PlanDefinition)
const rules = ['alert-anyone', 'alert-intrathecal-baclofen-pump'].map(ruleOf)
const everyRule = readdirSync(rulesFolder)
  .filter((name) => /^alert-.*\.json$/.test(name))
  .map((name) => ruleOf(name.replace('.json', '')))
const { device, use } = aDeviceBlock()
const medicines = readDemo().health.flatMap((each) =>
  each.resourceType === 'MedicationStatement' && each.subject.reference === 'Patient/dafydd' ? [each] : [],
)
const dafydd: PersonMaterial = {
  patient: aPatient('dafydd'),
  devices: [device],
  uses: [use],
  medicines,
  flags: [],
  specialist: anOrganization('pump-centre'),
}
const REGISTER = 'https://handrail.example/fhir/CodeSystem/register'
const REGISTERS = ['multiple-sclerosis', 'intrathecal-baclofen-pump']

t.test('the ward sees seven lines about the pump, as the pump centre entered them', async (t) => {
  const { lines, more } = linesFor(REGISTERS, dafydd, rules, '2026-11-21')
  t.strictSame(more, [])
  t.strictSame(
    lines.map(({ title, text }) => [title, text]),
    [
      ['Device', 'Intrathecal baclofen pump: Northmere Devices NM-20, serial NM20-000447. Right side of the abdomen, near the waist.'],
      ['Do not stop', 'Do not stop: Intrathecal baclofen, Gabapentin, Levetiracetam.'],
      ['Refill', 'Refill due by 23 Nov 2026; low-reservoir alarm expected 24 Nov 2026. Last refill 14 Aug 2026.'],
      [
        'Urgent signs',
        'High fever, confusion, sudden return of stiffness, itching without a rash: call the pump centre at once, day or night.',
      ],
      ['MRI', 'MRI: Allowed to 3 tesla. The pump stops in the scanner and must be checked after.'],
      [
        'Call, 24 hours',
        '24-hour contact: 01632 960107. Oral rescue plan held by the pump centre: call, do not start from this line. Tell the pump team of every emergency visit; only trained staff touch the pump.',
      ],
      [
        'Usual walking and communication',
        'Usually: Does not walk; powered wheelchair. Transfers with a slide board and one person. Speaks and understands without help when well; new confusion is not usual for him.',
      ],
    ],
  )
  for (const line of lines.slice(0, 6)) t.match(line, { source: 'Organization/pump-centre', asOf: '2026-08-14' })
})

t.test('HAZ-A04: past the refill date the line turns to "call the centre", and old content says its age', async (t) => {
  const later = linesFor(REGISTERS, dafydd, rules, '2027-03-01').lines
  t.match(
    later.find(({ title }) => title === 'Refill')?.text,
    /^The refill date we hold \(23 Nov 2026\) has passed: call the centre\. \(last confirmed 6 months ago: ask the team to confirm\)$/,
  )
})

t.test('HAZ-A06: a diagnosis alone makes no line; what the record does not hold is not said', async (t) => {
  const bare: PersonMaterial = { patient: { resourceType: 'Patient' }, devices: [], uses: [], medicines: [], flags: [] }
  t.strictSame(linesFor(REGISTERS, bare, rules, '2026-11-21'), { lines: [], more: [] })
})

t.test('without a pump the medicines line is taken from the medicines, with source and date', async (t) => {
  const withoutPump = { ...dafydd, devices: [], uses: [] }
  const line = linesFor(['multiple-sclerosis'], withoutPump, rules, '2026-11-21').lines.find(({ title }) => title === 'Do not stop')
  t.match(line, {
    text: 'Recorded as not to be stopped: Gabapentin, Levetiracetam. The ward reconciles.',
    source: 'Organization/pump-centre',
    asOf: '2026-09-08',
  })
})

t.test('a rule with a line that has no text stops the start', async (t) => {
  t.throws(
    () => toAlertRule({ resourceType: 'PlanDefinition', status: 'draft', id: 'x', action: [{ title: 'Device' }] }),
    /lacks its title or its text/,
  )
})

t.test('dates are shown as people read them', async (t) => {
  t.equal(showDates('by 2026-11-03.'), 'by 3 Nov 2026.')
  t.equal(showDates('2026-13-03'), '2026-13-03')
})

/** Rows of the standards page, section 9: registered under a code, taking these medicines, and the words a ward then reads. */
const ROWS: readonly (readonly [register: string, takes: readonly string[], expected: readonly RegExp[]])[] = [
  [
    'parkinsons',
    ['Co-careldopa 25/100'],
    [
      /^Give levodopa within 30 min.*Late doses risk acute akinesia and, if long, neuroleptic malignant syndrome\.$/,
      /no gap over about 2 hours.*can kill/,
      /^Call the Parkinson's team.*nasogastric route or dispersible levodopa; a patch if there is no gut route; conversion by the local guideline/,
      /^Avoid metoclopramide/,
      /^Tell the Parkinson's nurse/,
    ],
  ],
  ['parkinsons', [], [/check by hand/, /^Do not stop/, /^Call/, /^Avoid/, /^Tell/]],
  ['oral-baclofen', ['Baclofen 10 mg'], [/^Never stop baclofen suddenly/]],
  ['epilepsy', ['Levetiracetam'], [/^Antiseizure medicines are time-critical: no missed doses\. If the mouth route is lost, replace/]],
  ['epilepsy', [], [/check by hand/]],
  [
    'motor-neurone-disease',
    [],
    [/^Oxygen with great caution/, /early-warning score/, /advance care plan, ADRT, DNACPR/, /^Ask how the person communicates/],
  ],
  ['multiple-sclerosis', [], [/infection: look for it, urine first/]],
  ['multiple-sclerosis', ['Baclofen 10 mg'], [/infection: look for it/, /^Never stop baclofen suddenly/]],
  ['epilepsy', ['Baclofen 10 mg'], [/^Antiseizure/, /^Never stop baclofen suddenly/]],
  ['myasthenia-gravis', ['Pyridostigmine 60 mg'], [/^Pyridostigmine at exact times/, /gentamicin/, /^On-call neurology/]],
  ['myasthenia-gravis', [], [/^No pyridostigmine is recorded/, /gentamicin/, /^On-call neurology/]],
  ['spinal-cord-injury', [], [/^If the injury is above T6/, /bowel routine/]],
  ['long-term-steroids', ['Prednisolone'], [/^Long-term steroids are time-critical/]],
  ['long-term-steroids', [], [/check by hand/]],
  ['huntingtons', [], []],
  ['irreversible-treatment', [], []],
  ['other-stimulator', [], []],
]

for (const [register, takes, expected] of ROWS) {
  t.test(`${register}, ${takes.length === 0 ? 'no medicine recorded' : `on ${takes.join(', ')}`}`, async (t) => {
    const taken = takes.map((text) => ({
      resourceType: 'MedicationStatement' as const,
      status: 'active' as const,
      subject: { reference: 'Patient/x' },
      medicationCodeableConcept: { text },
    }))
    const material: PersonMaterial = { patient: { resourceType: 'Patient' }, devices: [], uses: [], medicines: taken, flags: [] }
    const { lines, more } = linesFor([register], material, everyRule, '2026-11-21')
    t.strictSame(more, [])
    t.equal(lines.length, expected.length, lines.map(({ text }) => text).join('\n'))
    for (const [index, pattern] of expected.entries()) t.match(lines[index]?.text, pattern)
    for (const line of lines) t.ok(line.source !== undefined && line.rule !== '')
  })
}

t.test(
  'a device block without its dates and signs is made good by what is written for every pump; a stimulator asks its centre first',
  async (t) => {
    const { extension: _, ...empty } = use
    const { property: __, ...plain } = device
    const pump = linesFor(['intrathecal-baclofen-pump'], { ...dafydd, devices: [plain], uses: [empty] }, everyRule, '2026-11-21').lines
    t.match(pump.find(({ title }) => title === 'Urgent signs')?.text, /^If delivery stops it is an emergency/)
    t.match(pump.find(({ title }) => title === 'Refill')?.text, /^No refill date is recorded here: ask.*faint and hourly/)
    const registeredOtherwise = linesFor(
      ['multiple-sclerosis'],
      { ...dafydd, devices: [plain], uses: [empty] },
      everyRule,
      '2026-11-21',
    ).lines
    t.strictSame(
      registeredOtherwise.filter(({ rule }) => rule === 'alert-intrathecal-baclofen-pump'),
      pump.filter(({ rule }) => rule === 'alert-intrathecal-baclofen-pump'),
      'who is registered for another reason and has a pump is told of with it',
    )
    t.match(pump.find(({ title }) => title === 'MRI')?.text, /checked after/)
    const stimulator: Device = {
      resourceType: 'Device',
      status: 'active',
      type: {
        text: 'Stimulator',
        coding: [{ system: 'https://handrail.example/fhir/CodeSystem/device-kind', code: 'deep-brain-stimulator' }],
      },
    }
    const bare: PersonMaterial = { patient: { resourceType: 'Patient' }, devices: [stimulator], uses: [], medicines: [], flags: [] }
    t.match(linesFor(['deep-brain-stimulator'], bare, everyRule, '2026-11-21').lines[0]?.text, /go to the stimulator centre first/)
  },
)

t.test(
  'what no line was written for shows the entry as recorded; swallowing, a feeding tube and adjustments come from the record',
  async (t) => {
    const entry: Flag = {
      resourceType: 'Flag',
      status: 'active',
      subject: { reference: 'Patient/x' },
      code: { text: "Huntington's disease, known to the clinic in Northmere", coding: [{ system: REGISTER, code: 'huntingtons' }] },
      author: { reference: 'Organization/neurorehab' },
      period: { start: '2026-09-01' },
    }
    const adjustment: Flag = {
      resourceType: 'Flag',
      status: 'active',
      subject: { reference: 'Patient/x' },
      category: [{ coding: [{ system: 'https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryRA', code: 'communication-support' }] }],
      code: { text: 'Requires support for receptive communication' },
    }
    const tube: Device = {
      resourceType: 'Device',
      status: 'active',
      type: {
        text: 'Gastrostomy tube',
        coding: [{ system: 'https://handrail.example/fhir/CodeSystem/device-kind', code: 'feeding-tube' }],
      },
    }
    const baseline = (kind: string, text: string) => ({
      url: 'https://handrail.example/fhir/StructureDefinition/baseline',
      extension: [
        { url: 'kind', valueCode: kind },
        { url: 'text', valueString: text },
      ],
    })
    const patient: Patient = {
      resourceType: 'Patient',
      extension: [baseline('swallowing', 'Level 2 thickened drinks.'), baseline('walking', 'Walks with a frame.')],
    }
    const { lines } = linesFor(
      ['huntingtons'],
      { patient, devices: [tube], uses: [], medicines: [], flags: [entry, adjustment] },
      everyRule,
      '2026-11-21',
    )
    t.strictSame(
      lines.map(({ title, text }) => [title, text]),
      [
        ['On the register', "Huntington's disease, known to the clinic in Northmere"],
        ['Swallowing', 'Swallowing: Level 2 thickened drinks.'],
        ['Feeding tube', 'Has a feeding tube: Gastrostomy tube'],
        [
          'Usual walking and communication',
          'Usually: Walks with a frame. Reasonable adjustments: Requires support for receptive communication.',
        ],
      ],
    )
    t.match(lines[0], { source: 'Organization/neurorehab', asOf: '2026-09-01' })
  },
)

t.test('HAZ-A04: never more than seven lines, and what does not fit is named after them', async (t) => {
  const registers = [...REGISTERS, 'parkinsons', 'epilepsy', 'motor-neurone-disease']
  const { lines, more } = linesFor(registers, dafydd, everyRule, '2026-11-21')
  t.equal(lines.length, 7)
  t.strictSame(
    lines.slice(0, 5).map(({ title }) => title),
    ['Device', 'Do not stop', 'Refill', 'Urgent signs', 'MRI'],
    'the device first',
  )
  t.match(lines[5]?.text, /24-hour contact.*Parkinson's nurse/)
  t.match(lines[6]?.text, /Usually.*bring the aid|bring the aid.*Usually/)
  t.ok(
    more.some(({ text }) => text.startsWith("Do not stop Parkinson's medicines")),
    'two rules that say "do not stop" are both said',
  )
  t.ok(more.some(({ text }) => text.startsWith('Oxygen')))
})

t.test('HAZ-A13: a rule speaks once somebody approved its words; a changed rule wants another approval', async (t) => {
  const [anyone, pump] = rules
  if (anyone === undefined || pump === undefined) throw new Error('The rules are not there.')
  const approval = { by: 'Dr Example, clinical lead', on: '2026-11-01', reviewBy: '2026-12-01' }
  const only = (wording: string) => (rule: { wording: string }) => (rule.wording === wording ? approval : undefined)
  t.strictSame(
    linesFor(REGISTERS, dafydd, rules, '2026-11-21', () => undefined),
    { lines: [], more: [] },
  )
  const { lines } = linesFor(REGISTERS, dafydd, rules, '2026-11-21', only(pump.wording))
  t.equal(lines.length, 6)
  t.match(lines[0], { rule: 'alert-intrathecal-baclofen-pump', author: 'Handrail project', approval })
  t.match(linesFor(REGISTERS, dafydd, rules, '2026-12-21', only(pump.wording)).lines[0]?.rule, /due for review on 1 Dec 2026/)

  const file = JSON.parse(readFileSync(`${rulesFolder}/alert-anyone.json`, 'utf8')) as PlanDefinition
  const changed = toAlertRule({ ...file, action: file.action?.slice(1) ?? [] })
  t.not(changed.wording, anyone.wording)
  t.equal(toAlertRule({ ...file, description: 'Other words about it' }).wording, anyone.wording)
})

t.test('a rule may bring a ladder of its own, and it rises', async (t) => {
  const file = JSON.parse(readFileSync(`${rulesFolder}/alert-anyone.json`, 'utf8')) as PlanDefinition
  const minutes = (...each: readonly number[]) =>
    toAlertRule({
      ...file,
      extension: each.map((valueInteger) => ({ url: 'https://handrail.example/fhir/StructureDefinition/ladder-minutes', valueInteger })),
    })
  t.strictSame(minutes(10, 20).ladder, [10, 20])
  t.throws(() => minutes(20, 10), /does not rise/)
})

t.test(
  'a rule may be for emergencies alone; what is not known to be otherwise is one, and a rule nobody approved keeps nothing silent',
  async (t) => {
    const file = JSON.parse(readFileSync(`${rulesFolder}/alert-parkinsons.json`, 'utf8')) as PlanDefinition
    const url = 'https://handrail.example/fhir/StructureDefinition/alert-admission'
    const only = (...codes: readonly string[]) => toAlertRule({ ...file, extension: codes.map((valueCode) => ({ url, valueCode })) })
    const emergencies = only('emergency')
    const asks = (admission: AdmissionKind | undefined, approved: Approved = () => 'demonstration') =>
      asksFor([emergencies, ...rules], ['parkinsons'], admission, approved)
    t.strictSame([asks('emergency'), asks('elective'), asks('day-case'), asks(undefined)], [true, false, false, true])
    t.ok(asks('elective', () => undefined))
    t.ok(
      asksFor([emergencies, ...everyRule], ['parkinsons', 'epilepsy'], 'elective', () => 'demonstration'),
      'another entry of theirs asks for all',
    )
    t.ok(
      asksFor(everyRule, ['parkinsons'], 'day-case', () => 'demonstration'),
      'the shipped rules are for every admission',
    )
    const stay = { status: 'inpatient', admissionInferred: false, died: false, places: [], wasIn: true } as const
    const view = { id: 's', facility: 'F', patient: 'p', stay, wrongPerson: false, merged: false }
    t.strictSame([phaseOf(view, true), phaseOf({ ...view, notAskedFor: true }, true)], ['open', 'quiet'])
    t.throws(() => only('sometimes'), /unknown kind of admission "sometimes"/)
  },
)
