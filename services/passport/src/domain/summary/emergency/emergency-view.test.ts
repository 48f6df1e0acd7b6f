import type { Flag, MedicationStatement } from '@medplum/fhirtypes'
import { loadTimeCritical } from '@handrail/fhir-profiles/time-critical'
import t from 'tap'
import { aMaterial, anItem, type MaterialOptions } from '../../../../test/a-material.ts'
import { BLOCKS, emergencyView, type BlockId, type EmergencyBlock } from './emergency-view.ts'

const knowledge = loadTimeCritical()
const viewOf = (who: string, options: MaterialOptions = {}, today = '2026-11-21', language: 'en' | 'cy' = 'en') =>
  emergencyView(aMaterial(who, options), { today, language, knowledge })
const blockOf = (id: BlockId, ...given: Parameters<typeof viewOf>): EmergencyBlock => {
  const block = viewOf(...given).blocks.find((one) => one.id === id)
  if (block === undefined) throw new Error(`No block ${id}`)
  return block
}
const texts = ({ lines }: EmergencyBlock) => lines.map(({ text }) => text)
const said = ({ unknown }: EmergencyBlock) => unknown.map(({ text }) => text).join(' ')
const aMedicine = (text: string, more: Partial<MedicationStatement> = {}) =>
  anItem<MedicationStatement>({
    resourceType: 'MedicationStatement',
    id: `m-${text.toLowerCase().replaceAll(/\W+/g, '-')}`,
    status: 'active',
    subject: { reference: 'Patient/ada' },
    medicationCodeableConcept: { text },
    ...more,
  })

t.test('every block is there for everybody, in one order', (t) => {
  for (const who of ['ada', 'bryn', 'carys', 'dafydd'])
    t.same(
      viewOf(who).blocks.map(({ id }) => id),
      BLOCKS,
    )
  t.end()
})

t.test('the pump stands first, with what a ward must know, whom to call, and its dates', (t) => {
  const [pump] = blockOf('pinned', 'dafydd').lines
  t.match(pump, {
    text: /^Intrathecal baclofen pump, Northmere Devices NM-20/,
    kind: 'device',
    code: 'intrathecal-baclofen-pump',
    call: '01632 960107',
    source: 'Organization/pump-centre',
    asOf: '2026-08-14',
    old: false,
    notes: [],
  })
  const detail = new Map(pump?.details.map(({ label, text }) => [label, text]))
  t.equal(detail.get('Refill by'), '23 November 2026')
  t.equal(detail.get('Low-reservoir alarm expected'), '24 November 2026')
  t.equal(detail.get('Concentration'), '2000 micrograms/ml')
  t.equal(detail.get('Dose'), '350 micrograms/day')
  t.match(detail.get('MRI'), /Allowed to 3 tesla/)
  t.match(detail.get('Pressure'), /2\.0 ATA/)
  t.match(detail.get('Signs that need urgent advice'), /High fever, confusion/)
  t.end()
})

t.test('HAZ-A103: a device for which somebody is on the alerts register stands first, where nothing else says that they have it', (t) => {
  const aFlag = (code: string, status: Flag['status'] = 'active') =>
    anItem<Flag>({
      resourceType: 'Flag',
      id: `flag-${code}`,
      status,
      subject: { reference: 'Patient/ada' },
      code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/register', code }], text: `As recorded: ${code}` },
    })
  const also = [aFlag('intrathecal-baclofen-pump'), aFlag('multiple-sclerosis'), aFlag('deep-brain-stimulator', 'inactive')]
  const [pump, ...others] = blockOf('pinned', 'ada', { also }).lines
  t.match(pump, { text: 'As recorded: intrathecal-baclofen-pump', kind: 'device', code: 'intrathecal-baclofen-pump' })
  t.match(pump?.notes[0]?.text, /Nothing more of it is here/)
  t.same(others, [])
  t.equal(
    texts(blockOf('pinned', 'dafydd', { also })).filter((text) => /pump/i.test(text)).length,
    1,
    'the device that is recorded stands alone',
  )
  t.end()
})

t.test('past its refill date a device block says to call the centre. HAZ-P80', (t) => {
  const [pump] = blockOf('pinned', 'dafydd', {}, '2026-11-24').lines
  t.equal(pump?.old, true)
  t.match(pump?.notes[0]?.text, /refill date recorded here \(23 November 2026\) has passed: call the centre/)
  const [dry] = blockOf('pinned', 'dafydd', {}, '2026-11-25').lines
  t.match(dry?.notes[0]?.text, /low-reservoir date recorded here \(24 November 2026\) has passed: call the centre now/)
  t.end()
})

t.test('what nobody confirmed for six months is old, and says so. HAZ-P80', (t) => {
  const gabapentin = blockOf('medicines', 'dafydd', {}, '2027-03-20').lines.find(({ text }) => text.startsWith('Gabapentin'))
  t.equal(gabapentin?.old, true)
  t.match(gabapentin?.notes[0]?.text, /Last confirmed 6 months ago/)
  t.equal(blockOf('medicines', 'dafydd').lines[0]?.old, false)
  t.end()
})

t.test('a block whose lines nobody dated says so', (t) => {
  t.match(said(blockOf('baseline', 'dafydd')), /last confirmed is not recorded/)
  t.equal(said(blockOf('pinned', 'dafydd')), '')
  t.end()
})

t.test('the do-not-stop list is what the centre and the prescriber recorded, each thing once', (t) => {
  t.same(texts(blockOf('do-not-stop', 'dafydd')), ['Intrathecal baclofen', 'Gabapentin', 'Levetiracetam'])
  t.end()
})

t.test('a medicine is time-critical by what the person takes, never by a diagnosis alone', (t) => {
  const none = { without: ({ resourceType }: { resourceType: string }) => resourceType === 'MedicationStatement' }
  t.same(
    blockOf('pinned', 'ada', none).lines.filter(({ kind }) => kind === 'time-critical'),
    [],
  )
  const levodopa = blockOf('pinned', 'ada', { also: [aMedicine('Co-careldopa 25 mg/100 mg tablets')] }).lines[0]
  t.match(levodopa, { kind: 'time-critical', text: /^Co-careldopa/ })
  t.match(levodopa?.details[0]?.text, /within 30 minutes of the person's own times/)
  t.match(levodopa?.notes[0]?.text, /not yet approved/)
  // Ropinirole is given for other things too: it counts where Parkinson's is recorded of this person.
  t.same(texts(blockOf('pinned', 'ada', { also: [aMedicine('Ropinirole 2 mg')] })), [])
  const condition = anItem({
    resourceType: 'Condition',
    id: 'pd',
    subject: { reference: 'Patient/ada' },
    code: { text: "Parkinson's disease" },
  } as const)
  t.same(texts(blockOf('pinned', 'ada', { also: [aMedicine('Ropinirole 2 mg'), condition] })), ['Ropinirole 2 mg'])
  t.end()
})

t.test('a medicine that is not understood is named, to be checked by hand. HAZ-P81', (t) => {
  const block = blockOf('do-not-stop', 'ada', { also: [aMedicine('Wundermittel'), aMedicine('Baclofen 10 mg tablets')] })
  t.match(said(block), /not known here, check by hand: Wundermittel\./)
  t.same(texts(block), ['Baclofen 10 mg tablets'])
  t.end()
})

t.test('an empty block says who recorded nothing since when, and is never "none". HAZ-P82', (t) => {
  const block = blockOf('allergies', 'ada')
  t.equal(block.state, 'nothing-recorded')
  t.match(said(block), /Nothing recorded by .+\./)
  t.match(said(block), /does not mean that there is none/)
  t.notMatch(said(block).replace('does not mean that there is none', ''), /\bnone\b|no known/i)
  for (const { state, unknown } of viewOf('ada', { without: () => true }).blocks) if (state !== 'recorded') t.ok(unknown.length > 0)
  t.end()
})

t.test('a block that the reader may not see says so, the same whether it holds anything or not', (t) => {
  const closed = { closed: ['diagnoses'] as const }
  const empty = ({ resourceType }: { resourceType: string }) => resourceType === 'Condition'
  const block = blockOf('conditions', 'dafydd', { ...closed, without: empty })
  t.equal(block.state, 'not-shown')
  t.match(said(block), /Not shown to you\. This says nothing about whether there is any/)
  t.end()
})

t.test('expected sources say when anything last came from them, and who never sent', (t) => {
  const { sources } = viewOf('dafydd')
  const pump = sources.find(({ reference }) => reference === 'Organization/pump-centre')
  t.match(pump, { lastReceivedAt: '2026-11-20T08:00:00.000Z' })
  const practice = sources.find(({ reference }) => reference === 'Organization/gp-practice')
  t.ok(practice?.name)
  t.equal(practice?.lastReceivedAt, undefined)
  t.end()
})

t.test('usual walking and communication, needs and contacts are in the words of the record', (t) => {
  t.match(texts(blockOf('baseline', 'dafydd')), [
    'Walking and transfers: Does not walk; powered wheelchair. Transfers with a slide board and one person.',
  ])
  t.match(texts(blockOf('communication', 'carys')).join(), /Welsh first; needs time to find words.*Welsh/)
  t.equal(blockOf('needs', 'ada').lines.length, 4)
  t.match(texts(blockOf('contacts', 'ada'))[0], /^Sister, Mair Probert, 07700 900102$/)
  t.end()
})

t.test('what was entered in error, refuted, or is over is not in it', (t) => {
  const over = (id: string, more: object) =>
    anItem({ resourceType: 'Condition', id, subject: { reference: 'Patient/ada' }, code: { text: id }, ...more } as const)
  const status = (system: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] })
  const block = blockOf('conditions', 'ada', {
    also: [
      over('mistake', { verificationStatus: status('condition-ver-status', 'entered-in-error') }),
      over('refuted', { verificationStatus: status('condition-ver-status', 'refuted') }),
      over('resolved', { clinicalStatus: status('condition-clinical', 'resolved') }),
    ],
  })
  t.same(texts(block), ['Relapsing remitting multiple sclerosis, 2013'])
  t.end()
})

t.test('in Welsh the headings are Welsh, and a clinical statement that nobody approved stays English', (t) => {
  const block = blockOf('allergies', 'ada', {}, '2026-11-21', 'cy')
  t.equal(block.title, 'Alergeddau ac anoddefiadau')
  t.ok(block.unknown.every(({ language }) => language === 'en'))
  t.end()
})
