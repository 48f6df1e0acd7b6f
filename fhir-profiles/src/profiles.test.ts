/** What the profiles of people, health, plans, consent, messages and the directory ask for; and that no code outside of a required list passes. HAZ-K04. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadProfiles } from '@platform/fhir/profiles'
import { loadPackage } from '@platform/fhir/profiles-external'
import { createValidator } from '@platform/fhir/validate'
import t from 'tap'
import { packageFolder } from './package.ts'

type Json = Record<string, unknown>

const folder = join(packageFolder, 'example')
const examples = new Map<string, Json>()
for (const name of (await readdir(folder)).filter((each) => each.endsWith('.json'))) {
  const resource: Json = JSON.parse(await readFile(join(folder, name), 'utf8'))
  examples.set(String(resource['id']), resource)
}
const profiles = loadProfiles(packageFolder)
const validator = createValidator({ profiles })
const faults = (resource: unknown) => validator.validate(resource).filter(({ severity }) => severity === 'error')

function example(id: string): Json {
  const found = examples.get(id)
  if (found === undefined) throw new Error(`There is no example ${id}.`)
  return structuredClone(found)
}

/** The example with elements replaced; undefined takes one away. */
const changed = (id: string, change: Json): unknown => JSON.parse(JSON.stringify({ ...example(id), ...change }))

const OURS = 'https://handrail.example/fhir'
const nhsNumber = (value: string, more: object = {}) => ({ system: 'https://fhir.nhs.uk/Id/nhs-number', value, ...more })
const verified = (system: string, code: string) => ({
  extension: [
    {
      url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
      valueCodeableConcept: {
        coding: [{ system: `https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus${system}`, code }],
      },
    },
  ],
})
const sexAtBirth = (code: string) => [
  { url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BirthSex', valueCodeableConcept: { coding: [{ code }] } },
]
const ods = (...values: (string | undefined)[]) =>
  values.map((value) => ({ system: 'https://fhir.nhs.uk/Id/ods-organization-code', ...(value && { value }), use: 'official' }))

t.test('what a profile asks for is asked for', (t) => {
  const sections = example('carys-joint-assessment')['item'] as Json[]
  const without = (linkId: string) => sections.filter((section) => section['linkId'] !== linkId)
  const broken: readonly [string, string, Json, string][] = [
    ['two NHS numbers in use', 'ada-person', { identifier: [nhsNumber('9990123454'), nhsNumber('9990548609')] }, 'patient-2'],
    ['a verification code that is none', 'ada-person', { identifier: [nhsNumber('9990123454', verified('England', '09'))] }, 'patient-3'],
    ['a sex at birth that is none', 'ada-person', { extension: sexAtBirth('X') }, 'patient-4'],
    ['a carer without a relationship', 'dafydd-brother', { relationship: undefined }, ''],
    ['a telephone without a number', 'dafydd-brother', { telecom: [{ system: 'phone' }] }, 'related-1'],
    ['a carer whose name cannot be said', 'dafydd-brother', { name: [{ use: 'official' }] }, 'related-2'],
    ['a condition that may be active or not', 'bryn-multiple-sclerosis', { clinicalStatus: undefined }, 'condition-1'],
    [
      'a condition without words',
      'bryn-multiple-sclerosis',
      { code: { coding: [{ system: 'http://snomed.info/sct', code: '425500002' }] } },
      '',
    ],
    ['an allergy to nothing said', 'carys-baclofen-reaction', { code: undefined }, ''],
    ['an allergy of no day', 'carys-baclofen-reaction', { recordedDate: undefined }, ''],
    ['a medicine that cannot be read', 'bryn-tizanidine', { medicationCodeableConcept: { coding: [{ code: '1' }] } }, 'medication-1'],
    ['a medicine that nobody said', 'bryn-tizanidine', { informationSource: undefined }, ''],
    ['a medicine of no day', 'bryn-tizanidine', { dateAsserted: undefined }, ''],
    ['a medicine with half an identifier', 'bryn-tizanidine', { identifier: [{ value: '1' }] }, ''],
    [
      'a plan in which nobody does it',
      'bryn-plan',
      { activity: [{ detail: { status: 'in-progress', description: 'Stands.' } }] },
      'plan-1',
    ],
    ['an active plan that is never looked at again', 'bryn-plan', { extension: undefined }, 'plan-2'],
    ['a goal without words', 'bryn-standing-goal', { description: { coding: [{ code: 'stand' }] } }, ''],
    ['a goal that ended without a word', 'bryn-standing-goal', { lifecycleStatus: 'completed' }, 'goal-1'],
    ['a completed assessment without mood', 'carys-joint-assessment', { item: without('mood') }, 'assessment-1'],
    ['a completed assessment without pain', 'carys-joint-assessment', { item: without('pain') }, 'assessment-1'],
    ['a section that nobody owns', 'carys-joint-assessment', { item: [...sections, { linkId: 'more' }] }, 'assessment-2'],
    ['a consent about nothing of ours', 'ada-agrees-to-share', { category: [{ text: 'Other' }] }, 'consent-1'],
    ['a consent that nobody checked', 'ada-agrees-to-share', { verification: undefined }, 'consent-2'],
    ['an origin without anybody who answers', 'ada-class-origin', { agent: [{ who: { display: 'Somebody' } }] }, 'provenance-1'],
    ['an origin that says nothing was done', 'ada-class-origin', { activity: undefined }, 'provenance-2'],
    ['a stay that ended at no time', 'dafydd-stay', { status: 'finished' }, 'encounter-1'],
    ['a stay in no hospital', 'dafydd-stay', { serviceProvider: undefined }, ''],
    ['a message sent at no time', 'bryn-note-from-emergency', { status: 'completed', sent: undefined }, 'communication-1'],
    ['a message not sent without a reason', 'bryn-note-from-emergency', { status: 'not-done', statusReason: undefined }, 'communication-2'],
    ['a message without a word', 'bryn-note-from-emergency', { payload: undefined }, ''],
    ['an organisation of no sector', 'therapy-centre-example', { extension: undefined }, ''],
    ['two ODS codes', 'therapy-centre-example', { identifier: ods('RX9', 'RX8') }, 'organization-1'],
    ['an ODS code without its value', 'therapy-centre-example', { identifier: ods(undefined) }, 'organization-1'],
    ['a service that nobody gives', 'therapy-centre-fes', { providedBy: undefined }, ''],
    ['a service with half a telephone', 'therapy-centre-fes', { telecom: [{ value: '01632 960104' }] }, 'service-1'],
  ]
  for (const [says, id, change, invariant] of broken) {
    const found = faults(changed(id, change)).filter(({ http }) => http === 422)
    t.ok(
      found.some(({ text }) => text.includes(invariant)),
      `${says}: ${found.map(({ text }) => text).join(' ')}`,
    )
  }
  t.end()
})

t.test('what is allowed stays allowed', (t) => {
  const allowed: readonly [string, string, Json][] = [
    [
      'an old NHS number beside the new one',
      'ada-person',
      { identifier: [nhsNumber('9990123454'), nhsNumber('9990548609', { use: 'old' })] },
    ],
    ['a number traced with the Welsh register', 'ada-person', { identifier: [nhsNumber('9990123454', verified('Wales', 'nn'))] }],
    ['the words older senders use', 'ada-person', { identifier: [nhsNumber('9990123454', verified('', 'number-present-and-verified'))] }],
    ['no number at all', 'ada-person', { identifier: undefined }],
    ['a Scottish number', 'ada-person', { identifier: [{ system: 'https://fhir.nhs.uk/Id/chi-number', value: '9990123454' }] }],
    ['a number of Northern Ireland', 'ada-person', { identifier: [{ system: 'https://fhir.nhs.uk/Id/hsc-number', value: '9990123454' }] }],
    ['sex at birth not determined', 'ada-person', { extension: sexAtBirth('UN') }],
    [
      'an assessment that is still open',
      'carys-joint-assessment',
      { status: 'in-progress', item: [(example('carys-joint-assessment')['item'] as Json[])[0]] },
    ],
    ['a goal given up with a reason', 'bryn-standing-goal', { lifecycleStatus: 'cancelled', statusReason: 'The season is over.' }],
    ['an organisation without an ODS code', 'therapy-centre-example', { identifier: undefined }],
    ['a refusal to share, which needs no checking', 'ada-agrees-to-share', { verification: undefined, provision: { type: 'deny' } }],
  ]
  for (const [says, id, change] of allowed) t.same(faults(changed(id, change)), [], says)
  t.end()
})

/** Every value in a resource with the place it stands in: the last property, and the object. */
function* placesIn(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Json
  for (const each of Object.values(value)) yield* placesIn(each)
}

/** Our extensions with a required list of codes, by URL. */
const coded = new Set(
  profiles.structureDefinitions
    .filter(({ differential }) =>
      differential?.element.some(({ binding, path }) => path.includes('value') && binding?.strength === 'required'),
    )
    .map(({ url }) => url),
)

t.test('a code outside of a required list is refused: in every coded extension of every example', (t) => {
  const tried = new Set<string>()
  for (const id of examples.keys()) {
    const count = [...placesIn(example(id))].length
    for (let index = 0; index < count; index += 1) {
      const resource = example(id)
      const place = [...placesIn(resource)][index]
      const inner = Array.isArray(place?.['extension']) ? (place['extension'] as Json[]).filter((each) => 'valueCode' in each) : []
      const bound = place !== undefined && coded.has(String(place['url'])) ? ['valueCode' in place ? place : undefined, ...inner] : []
      for (const each of bound) {
        if (each === undefined) continue
        each['valueCode'] = 'no-such-code'
        tried.add(String(place?.['url']))
        t.ok(
          faults(resource).some(({ http, code }) => http === 422 && code === 'code-invalid'),
          `${id}, ${String(place?.['url'])}`,
        )
      }
    }
  }
  for (const name of ['sector', 'checked-level', 'funder', 'approach', 'setting', 'delivery-mode', 'grade'])
    t.ok(tried.has(`${OURS}/StructureDefinition/${name}`), name)
  t.end()
})

t.test('a code outside of a required list is refused: in every coded element', (t) => {
  const outside = (system: string) => ({ text: 'x', coding: [{ system: `${OURS}/CodeSystem/${system}`, code: 'no-such-code' }] })
  const cases: readonly [string, Json][] = [
    ['ada-class-attended', { code: outside('intervention-kind') }],
    ['ada-timed-up-and-go-12-weeks', { code: outside('measure') }],
    ['dafydd-pump-example', { type: outside('device-kind') }],
    ['dafydd-pump-example', { property: [{ type: outside('device-property') }] }],
    ['dafydd-on-the-register', { code: outside('register') }],
    ['dafydd-agreed-to-alerts', { category: [outside('consent-kind')] }],
    ['ada-leisure-asked', { code: outside('task-kind') }],
    ['ada-class-missed', { status: 'skipped' }],
    ['ada-person', { gender: 'F' }],
  ]
  for (const [id, change] of cases)
    t.ok(
      faults(changed(id, change)).some(({ code }) => code === 'code-invalid'),
      `${id}, ${Object.keys(change).join()}`,
    )
  t.end()
})

t.test('each profile names what UK Core asks for, or that UK Core has none', (t) => {
  const ofResources = profiles.structureDefinitions.filter(({ type, kind }) => kind === 'resource' && type !== 'Extension')
  for (const { id, description } of ofResources) t.match(description, /UK Core/, id ?? '')
  t.end()
})

const ukCore = fileURLToPath(new URL('../../../shared/uk-core', import.meta.url))

t.test(
  'what UK Core requires, ours requires; what must be supported there must be supported here',
  { skip: !existsSync(ukCore) && 'UK Core is not beside the repository' },
  async (t) => {
    const published = (await loadPackage(ukCore)).structureDefinitions
    let compared = 0
    for (const { id = '', type, kind, snapshot } of profiles.structureDefinitions) {
      const theirs = published.find((each) => each.type === type && each.kind === 'resource')
      if (kind !== 'resource' || theirs === undefined) continue
      compared += 1
      const ours = new Map(snapshot?.element.map((element) => [element.id, element]))
      // Slices are rules of ours (patient-2, organization-1 …); extensions of UK Core are taken as they come.
      const elements = theirs.differential?.element.filter(({ id: at, path }) => !at?.includes(':') && !path.endsWith('xtension')) ?? []
      for (const { id: at = '', min = 0, mustSupport } of elements) {
        if (min > 0) t.ok((ours.get(at)?.min ?? 0) >= min, `${id}: ${at} is required`)
        if (mustSupport === true) t.equal(ours.get(at)?.mustSupport, true, `${id}: ${at} must be supported`)
      }
    }
    t.ok(compared >= 19)
  },
)

t.test('the questionnaire of the joint assessment has the sections that the profile asks for, and the example answers it', async (t) => {
  const questionnaire: Json = JSON.parse(await readFile(join(packageFolder, 'Questionnaire-joint-assessment.json'), 'utf8'))
  const idsIn = (value: unknown): string[] => [...placesIn(value)].flatMap(({ linkId }) => (typeof linkId === 'string' ? [linkId] : []))
  const asked = idsIn(questionnaire)
  for (const domain of ['mood', 'cognition', 'fatigue', 'pain', 'participation']) t.ok(asked.includes(domain), domain)
  for (const linkId of idsIn(example('carys-joint-assessment'))) t.ok(asked.includes(linkId), linkId)
  t.equal(new Set(asked).size, asked.length)
})
