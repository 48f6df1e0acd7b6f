import { readDeviceBlock } from '@handrail/fhir-profiles/device-block'
import fc from '@platform/testing/properties'
import t from 'tap'
import { codesOf } from '../../knowledge/catalogue.ts'
import { en } from '../../words/words.ts'
import { enteredImplant, implantOf, readImplant, toDevice, toUse } from './implant-form.ts'

const known = {
  kinds: [
    { code: 'intrathecal-baclofen-pump', display: 'Intrathecal baclofen pump' },
    { code: 'shunt', display: 'Shunt' },
  ],
  centres: [{ reference: 'Organization/pump-centre' }],
  today: '2026-11-21',
}
const date = (name: string, day: string, month: string, year: string) => ({
  [`${name}[day]`]: day,
  [`${name}[month]`]: month,
  [`${name}[year]`]: year,
})
const whole = {
  key: '11111111-1111-4111-8111-111111111111',
  kind: 'intrathecal-baclofen-pump',
  manufacturer: 'Northmere Devices',
  model: 'NM-20',
  site: 'Right side of the abdomen',
  reservoir: '20',
  usable: '18',
  concentration: '2000',
  dose: '350',
  doNotStop: 'Intrathecal baclofen\n\nGabapentin',
  mri: 'Allowed to 3 tesla.',
  centre: 'Organization/pump-centre',
  phone: '01632 960107',
  ...date('lastRefill', '14', '8', '2026'),
  ...date('refillBy', '23', '11', '2026'),
  ...date('alarm', '24', '11', '2026'),
  ...date('checked', '14', '8', '2026'),
}
const by = { patient: 'Patient/1', fhirUser: 'Practitioner/2', organization: 'Organization/3', at: new Date('2026-11-21T09:00:00Z') }
const read = (body: object) => readImplant(enteredImplant({ ...whole, ...body }), known, en)
const made = (body: object = {}) => {
  const entered = enteredImplant({ ...whole, ...body })
  const { given } = readImplant(entered, known, en)
  if (given === undefined) throw new Error('The form is not whole.')
  return { device: toDevice(entered, given, by), use: toUse(entered, given, 'Device/4', by) }
}

t.test('nothing is chosen before somebody chooses, and what a ward needs is asked for', async (t) => {
  t.ok(Object.values(enteredImplant({})).every((one) => one === '' || (typeof one === 'object' && Object.values(one).join('') === '')))
  t.same(Object.keys(readImplant(enteredImplant({}), known, en).wrong.of), ['kind', 'centre', 'phone', 'checked'])
  t.same(Object.keys(en.implant.kinds), codesOf('device-kind'))
})

t.test('what is entered is what the emergency view reads, and comes back into its boxes', async (t) => {
  const { device, use } = made()
  t.match(readDeviceBlock(device, use), {
    kind: 'intrathecal-baclofen-pump',
    reservoirMl: 20,
    usableMl: 18,
    microgramsPerMl: 2000,
    microgramsPerDay: 350,
    lastRefill: '2026-08-14',
    refillBy: '2026-11-23',
    lowReservoirAlarm: '2026-11-24',
    contact: '01632 960107',
    doNotStop: ['Intrathecal baclofen', 'Gabapentin'],
    mri: 'Allowed to 3 tesla.',
    confirmedOn: '2026-08-14',
    confirmedBy: 'Organization/3',
  })
  t.same(
    use.extension?.flatMap(({ valueCode }) => valueCode ?? []),
    ['registered-professional-recorded'],
  )
  const { key: _key, ...boxes } = enteredImplant(whole)
  const none = { day: '', month: '', year: '' }
  t.match(implantOf({ device, use }), { ...boxes, doNotStop: 'Intrathecal baclofen\nGabapentin', state: 'active', checked: none })
})

t.test(
  'HAZ-P32: numbers that do not agree are asked about at the alarm, and stand only where that is said of these very numbers',
  async (t) => {
    const late = date('alarm', '24', '12', '2026')
    const { given, wrong, doubt } = read(late)
    t.equal(given, undefined)
    t.match(wrong.list, [{ href: '#alarm-day', text: /102 days, to 24 November 2026; the alarm is entered for 24 December 2026/ }])
    const said = read({ ...late, asRecorded: doubt })
    t.equal(said.given?.days.alarm, '2026-12-24', 'nothing is corrected')
    t.equal(read({ ...late, dose: '300', asRecorded: doubt }).given, undefined, 'other numbers are asked about anew')
    t.same(Object.keys(read(date('refillBy', '25', '11', '2026')).wrong.of), ['refillBy'])
  },
)

t.test('HAZ-P141: a number that may be read as ten times as much is refused', async (t) => {
  for (const dose of ['350.0', '350.', '.5', '0', '035', '3,5', '-1', '350 mcg'])
    t.same(Object.keys(read({ dose }).wrong.of), ['dose'], dose)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999 }), (thousandths) => {
      const dose = String(thousandths / 1000)
      return read({ dose, alarm: '', ...date('alarm', '', '', '') }).given?.amounts.dose === thousandths / 1000
    }),
  )
})

t.test('days are in their order, and a reservoir gives no more than it holds', async (t) => {
  const wrong = (body: object) => Object.keys(read(body).wrong.of)
  t.same(wrong({ usable: '21' }), ['usable'])
  t.same(wrong(date('lastRefill', '22', '11', '2026')), ['lastRefill', 'checked'])
  t.same(wrong(date('refillBy', '13', '8', '2026')), ['refillBy'])
  t.same(wrong(date('checked', '13', '8', '2026')), ['checked'])
  t.same(wrong(date('checked', '22', '11', '2026')), ['checked'])
  t.same(wrong({ kind: 'shunt' }), ['reservoir', 'usable', 'concentration', 'dose', 'lastRefill', 'refillBy', 'alarm'])
})

t.test('a correction keeps what the form does not ask for', async (t) => {
  const entered = enteredImplant({ ...whole, state: 'completed' })
  const { given } = readImplant(entered, known, en)
  if (given === undefined) throw new Error('The form is not whole.')
  const pressure = { type: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/device-property', code: 'pressure' }] } }
  const { device, use } = made()
  const corrected = toDevice(entered, given, by, { ...device, id: '4', lotNumber: 'L1', property: [...(device.property ?? []), pressure] })
  t.match(corrected, { id: '4', lotNumber: 'L1', status: 'inactive' })
  t.equal(corrected.property?.length, 4)
  t.match(toUse(entered, given, 'Device/4', by, { ...use, timingDateTime: '2022-03-08' }), {
    timingDateTime: '2022-03-08',
    status: 'completed',
  })
})
