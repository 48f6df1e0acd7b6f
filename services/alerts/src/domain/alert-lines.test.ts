import { readFileSync } from 'node:fs'
import type { PlanDefinition } from '@medplum/fhirtypes'
import t from 'tap'
import { rulesFolder } from '@handrail/fhir-profiles/package'
import { readDemo } from '@handrail/fhir-profiles/demo'
import { aDeviceBlock, anOrganization, aPatient } from '@platform/testing/cast'
import { linesFor, showDates, type PersonMaterial } from './alert-lines.ts'
import { toAlertRule } from './alert-rule.ts'

const rules = ['alert-anyone', 'alert-intrathecal-baclofen-pump'].map((id) =>
  toAlertRule(JSON.parse(readFileSync(`${rulesFolder}/${id}.json`, 'utf8')) as PlanDefinition),
)
const { device, use } = aDeviceBlock()
const medicines = readDemo().health.flatMap((each) =>
  each.resourceType === 'MedicationStatement' && each.subject.reference === 'Patient/dafydd' ? [each] : [],
)
const dafydd: PersonMaterial = {
  patient: aPatient('dafydd'),
  devices: [device],
  uses: [use],
  medicines,
  specialist: anOrganization('pump-centre'),
}
const REGISTERS = ['multiple-sclerosis', 'intrathecal-baclofen-pump']

t.test('the ward sees seven lines about the pump, as the pump centre entered them', async (t) => {
  const lines = linesFor(REGISTERS, dafydd, rules, '2026-11-21')
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
      ['Call, 24 hours', '24-hour contact: 01632 960107. Oral rescue plan held by the pump centre: call, do not start from this line.'],
      [
        'Usual walking and communication',
        'Usually: Does not walk; powered wheelchair. Transfers with a slide board and one person. Speaks and understands without help when well; new confusion is not usual for him.',
      ],
    ],
  )
  for (const line of lines.slice(0, 6)) t.match(line, { source: 'Organization/pump-centre', asOf: '2026-08-14' })
})

t.test('HAZ-A04: past the refill date the line turns to "call the centre", and old content says its age', async (t) => {
  const later = linesFor(REGISTERS, dafydd, rules, '2027-03-01')
  t.match(
    later.find(({ title }) => title === 'Refill')?.text,
    /^The refill date we hold \(23 Nov 2026\) has passed: call the centre\. \(last confirmed 6 months ago: ask the team to confirm\)$/,
  )
})

t.test('HAZ-A06: a diagnosis alone makes no line; what the record does not hold is not said', async (t) => {
  const bare: PersonMaterial = { patient: { resourceType: 'Patient' }, devices: [], uses: [], medicines: [] }
  t.strictSame(linesFor(REGISTERS, bare, rules, '2026-11-21'), [])
})

t.test('without a pump the medicines line is taken from the medicines, with source and date', async (t) => {
  const line = linesFor(['multiple-sclerosis'], dafydd, rules, '2026-11-21').find(({ title }) => title === 'Do not stop')
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
