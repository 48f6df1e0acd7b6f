/** The minimum necessary: what each kind of receiver is sent, and that nothing else ever leaves. Feature C11. */
import { kindFor } from '@handrail/fhir-profiles/payload-kind'
import { partsFor, type Given } from '@handrail/fhir-profiles/payload-parts'
import { loadPayloads, parsePayloads } from '@handrail/fhir-profiles/payloads'
import type { Consent, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { agreedFor } from './agreed.ts'
import { needsIn, payloadOf } from './payload.ts'

const policy = await loadPayloads()
const OURS = 'https://handrail.example/fhir/StructureDefinition'

const patient: Patient = {
  resourceType: 'Patient',
  id: 'ada',
  name: [{ text: 'Ada' }],
  birthDate: '1974-03-18',
  gender: 'female',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
  telecom: [{ system: 'phone', value: '07700 900101' }],
  address: [{ postalCode: 'QQ1 3AP' }],
  contact: [{ name: { text: 'Mair' }, telecom: [{ system: 'phone', value: '07700 900102' }] }],
  generalPractitioner: [{ reference: 'Organization/gp' }],
  extension: [
    { url: `${OURS}/needs`, valueString: 'Uses one stick.' },
    { url: `${OURS}/baseline`, extension: [{ url: 'text', valueString: 'Walks indoors.' }] },
    { url: 'https://elsewhere.example/secret', valueString: 'unknown extension' },
  ],
  photo: [{ title: 'unknown element' }],
}
const request: ServiceRequest = {
  resourceType: 'ServiceRequest',
  id: 'need',
  meta: { versionId: '3', security: [{ code: 'label' }] },
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/ada' },
  code: { text: 'Strength and balance' },
  extension: [{ url: `${OURS}/needs`, valueString: 'Room at 20 degrees.' }],
  reasonCode: [{ text: 'the diagnosis' }],
  reasonReference: [{ reference: '#condition' }],
  contained: [{ resourceType: 'Condition', id: 'condition', code: { text: 'the diagnosis' }, subject: {} }],
  note: [{ text: 'the note' }],
  supportingInfo: [{ reference: 'Observation/walk' }],
  bodySite: [{ text: 'unknown element' }],
}
const task: Task = { resourceType: 'Task', id: 'task', status: 'requested', intent: 'order', note: [{ text: 'between professionals' }] }
const whole = { request, patient, task }
const given = (more: Partial<Given> = {}): Given => ({
  receiver: { sector: 'leisure', grade: 'needs-only' },
  channel: 'hub',
  agreed: new Set(),
  ...more,
})

t.test('HAZ-R30: leisure is sent a needs card: name, telephone, needs, what is asked, whom to ring', async (t) => {
  const sent = payloadOf(whole, given(), policy)
  t.equal(sent.kind, 'needs-card')
  t.same(sent.sent.toSorted(), ['asked', 'emergency-contact', 'name', 'needs', 'telephone'])
  t.same(needsIn(sent), ['Room at 20 degrees.', 'Uses one stick.'])
  t.notMatch(JSON.stringify(sent), /the diagnosis|the note|9990123454|1974|unknown|professionals|security/)
  t.ok(sent.withheld.includes('reasons') && sent.withheld.includes('notes'), 'what stays is named')
})

t.test('HAZ-R30: the sector of leisure gets the needs card whatever grade somebody gave it, and who has neither gets it too', async (t) => {
  t.equal(kindFor({ sector: 'leisure', grade: 'full' }, policy), 'needs-card')
  t.equal(kindFor({}, policy), 'needs-card')
  t.equal(kindFor({ grade: 'link-only', sector: 'third-sector' }, policy), 'needs-card')
  t.equal(kindFor({ grade: 'therapy-record', sector: 'third-sector' }, policy), 'therapy-record')
  t.equal(kindFor({ grade: 'full', sector: 'nhs' }, policy), 'clinical')
})

t.test('a charity with registered professionals is sent notes and evidence, and a diagnosis only when the person agreed', async (t) => {
  const receiver = { grade: 'therapy-record', sector: 'third-sector' }
  t.notMatch(JSON.stringify(payloadOf(whole, given({ receiver }), policy)), /the diagnosis/)
  t.match(payloadOf(whole, given({ receiver }), policy).request, { note: [{ text: 'the note' }], supportingInfo: [{}] })
  t.match(payloadOf(whole, given({ receiver, agreed: new Set(['diagnoses']) }), policy).request, {
    reasonCode: [{ text: 'the diagnosis' }],
  })
})

t.test('a channel may need a part, and may never carry another', async (t) => {
  t.ok(partsFor(given({ channel: 'bars' }), policy).has('numbers'), 'BaRS finds a person by number')
  const clinical = partsFor(given({ receiver: { grade: 'full', sector: 'nhs' }, channel: 'link' }), policy)
  t.notOk(clinical.has('numbers') || clinical.has('evidence'), 'a link carries no number and no way into the record')
})

t.test('HAZ-R30: whatever a request and a person hold, only what the table names leaves', async (t) => {
  const element = fc
    .string({ minLength: 3, maxLength: 12 })
    .filter((name) => /^[a-z]+$/i.test(name) && !(name in patient) && !(name in request))
  const receiver = fc.record(
    {
      sector: fc.constantFrom('leisure', 'nhs', 'third-sector', 'nonsense'),
      grade: fc.constantFrom('full', 'therapy-record', 'needs-only', 'link-only'),
    },
    { requiredKeys: [] },
  )
  const somebody = fc.record({
    receiver,
    channel: fc.constantFrom('hub', 'bars', 'link', 'pigeon'),
    agreed: fc.constantFrom(new Set<string>(), new Set(['diagnoses']), new Set(['identity']), new Set(['contacts'])),
  })
  fc.assert(
    fc.property(fc.dictionary(element, fc.constant('SECRET'), { maxKeys: 5 }), somebody, (strange, one) => {
      const parts = partsFor(one, policy)
      const sent = payloadOf(
        { request: { ...request, ...strange }, patient: { ...patient, ...strange }, task: { ...task, ...strange } },
        one,
        policy,
      )
      const text = JSON.stringify([sent.request, sent.patient, sent.task])
      t.notMatch(text, /SECRET|unknown/)
      t.equal(text.includes('the diagnosis'), parts.has('reasons'))
      t.equal(text.includes('the note'), parts.has('notes'))
      t.equal(text.includes('9990123454'), parts.has('numbers'))
      t.same(
        [...sent.sent, ...sent.withheld].toSorted(),
        [...new Set([...sent.sent, ...sent.withheld])].toSorted(),
        'each part goes or stays',
      )
    }),
    { numRuns: 100 },
  )
})

const at = new Date('2026-11-04T10:00:00Z')
const consent = (provision: Consent['provision'], more: Partial<Consent> = {}): Consent => ({
  resourceType: 'Consent',
  status: 'active',
  scope: {},
  category: [],
  ...(provision === undefined ? {} : { provision }),
  ...more,
})
const diagnoses = [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'diagnoses' }]
const toLeisure = [{ role: {}, reference: { reference: 'Organization/leisure' } }]

t.test('an agreement counts for whom it names, in its time; a refusal beside it counts more', async (t) => {
  const yes = consent({ type: 'permit', actor: toLeisure, class: diagnoses })
  t.same([...agreedFor([yes], 'Organization/leisure', at)], ['diagnoses'])
  t.same([...agreedFor([yes], 'Organization/other', at)], [])
  t.same([...agreedFor([{ ...yes, status: 'inactive' }], 'Organization/leisure', at)], [])
  t.same(
    [
      ...agreedFor(
        [consent({ type: 'permit', actor: toLeisure, class: diagnoses, period: { end: '2026-11-01' } })],
        'Organization/leisure',
        at,
      ),
    ],
    [],
  )
  const but = consent({ type: 'permit', actor: toLeisure, provision: [{ type: 'deny', class: diagnoses }] })
  t.same([...agreedFor([yes, but], 'Organization/leisure', at)], [])
  const nobody = consent({ type: 'deny', class: diagnoses })
  t.same([...agreedFor([yes, nobody], 'Organization/leisure', at)], [])
})

t.test('a table that names a kind which it does not describe is refused', async (t) => {
  const table = {
    id: 'x',
    title: 'x',
    status: 'draft',
    author: 'x',
    source: 'x',
    reviewBy: '2027-05-21',
    kinds: {},
    receivers: [],
    otherwise: 'card',
    channels: {},
  }
  t.throws(() => parsePayloads(JSON.stringify(table)), /names the kind card/)
  const everybody = { ...table, kinds: { card: { title: 'x', shows: ['name'], ifAgreed: {} } }, receivers: [{ kind: 'card' }] }
  t.throws(() => parsePayloads(JSON.stringify(everybody)), /without sectors and grades/)
  const strange = { ...table, kinds: { card: { title: 'x', shows: ['name'], ifAgreed: { everything: 'diagnoses' } } } }
  t.throws(() => parsePayloads(JSON.stringify(strange)), /no part of a referral/)
})
