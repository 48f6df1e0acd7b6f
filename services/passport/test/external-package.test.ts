/** A FHIR package of somebody else, named by FHIR_PACKAGES: `$validate` and every write hold what claims its profiles to them. */
import { join } from 'node:path'
import t from 'tap'
import { aRecord } from './a-record.ts'

const CANONICAL = 'https://other.example/fhir/StructureDefinition/dated-patient'

const folder = t.testdir({
  other: {
    'package.json': JSON.stringify({ name: 'other', version: '2.0.0' }),
    'StructureDefinition-dated-patient.json': JSON.stringify({
      resourceType: 'StructureDefinition',
      url: CANONICAL,
      version: '2.0.0',
      name: 'DatedPatient',
      status: 'active',
      kind: 'resource',
      abstract: false,
      type: 'Patient',
      baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
      derivation: 'constraint',
      differential: { element: [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 }] },
    }),
    'SearchParameter-shoe-size.json': JSON.stringify({
      resourceType: 'SearchParameter',
      url: 'https://other.example/fhir/SearchParameter/shoe-size',
      name: 'ShoeSize',
      status: 'active',
      code: 'shoe-size',
      base: ['Patient'],
      type: 'number',
      expression: 'Patient.extension',
      description: 'Not taken over.',
    }),
  },
})
const { send, app } = await aRecord(t, { packages: [join(folder, 'other')] })
const undated = { resourceType: 'Patient', name: [{ family: 'Larch' }] }
const claiming = { ...undated, meta: { profile: [CANONICAL] } }

interface Outcome {
  readonly issue: readonly { readonly severity: string; readonly code: string; readonly expression?: readonly string[] }[]
}

t.test('$validate?profile= checks against it, by its address and by its version', async (t) => {
  for (const profile of [CANONICAL, `${CANONICAL}|2.0.0`]) {
    const answer = await send('admin', 'POST', `/Patient/$validate?profile=${encodeURIComponent(profile)}`, undated)
    t.match(answer.json<Outcome>().issue, [{ severity: 'error', expression: ['Patient.birthDate'] }], profile)
  }
  const other = await send('admin', 'POST', `/Patient/$validate?profile=${encodeURIComponent(`${CANONICAL}|1.0.0`)}`, undated)
  t.match(other.json<Outcome>().issue[0], { severity: 'information' }, 'another version was not checked, and that is said')
})

t.test('who claims it keeps it, who does not is not held to it', async (t) => {
  t.equal((await send('admin', 'POST', '/Patient', claiming)).statusCode, 422)
  t.equal((await send('admin', 'POST', '/Patient', { ...claiming, birthDate: '1974-02-11' })).statusCode, 201)
  t.equal((await send('admin', 'POST', '/Patient', undated)).statusCode, 201)
})

t.test('the CapabilityStatement names it beside our own profiles of the type', async (t) => {
  interface Statement {
    readonly rest: readonly [{ readonly resource: readonly { readonly type: string; readonly supportedProfile?: readonly string[] }[] }]
  }
  const { rest } = (await app.inject({ url: '/fhir/metadata' })).json<Statement>()
  const profilesOf = (type: string) => rest[0].resource.find((each) => each.type === type)?.supportedProfile
  t.same(profilesOf('Patient'), ['https://handrail.example/fhir/StructureDefinition/hub-patient', CANONICAL])
  t.equal(profilesOf('Slot'), undefined)
})

t.test('its search parameters are not taken over: the record does not perform them', async (t) => {
  const answer = await send('admin', 'GET', '/Patient?shoe-size=43', undefined, { prefer: 'handling=strict' })
  t.equal(answer.statusCode, 400)
})

t.test('a package that cannot be read stops the start with a sentence', async (t) => {
  await t.rejects(aRecord(t, { packages: [join(folder, 'absent.tgz')] }), { message: /The FHIR package .*absent.tgz cannot be read/ })
})
