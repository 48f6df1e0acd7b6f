import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import t from 'tap'
import { loadPackage, withPackages } from './profiles-external.ts'
import { createValidator } from './validate.ts'

const CANONICAL = 'https://other.example/fhir/StructureDefinition/dated-patient'

/** A profile of somebody else: a person has a date of birth, and a marital status of a list of his. */
const datedPatient = {
  resourceType: 'StructureDefinition',
  id: 'dated-patient',
  url: CANONICAL,
  version: '2.0.0',
  name: 'DatedPatient',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: {
    element: [
      { id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 },
      {
        id: 'Patient.maritalStatus',
        path: 'Patient.maritalStatus',
        binding: { strength: 'required', valueSet: 'https://other.example/fhir/ValueSet/marital' },
      },
    ],
  },
}
const marital = {
  resourceType: 'ValueSet',
  id: 'marital',
  url: 'https://other.example/fhir/ValueSet/marital',
  status: 'active',
  compose: { include: [{ system: 'https://other.example/fhir/CodeSystem/marital', concept: [{ code: 'wed' }] }] },
}
const files = {
  'package/package.json': { name: 'other', version: '2.0.0' },
  'package/.index.json': { 'index-version': 1, files: [] },
  'package/StructureDefinition-dated-patient.json': datedPatient,
  'package/ValueSet-marital.json': marital,
  'package/fhirpkg.lock.json': { updated: 'by a tool' },
  'package/example/Patient-nobody.json': { resourceType: 'Patient', id: 'nobody' },
  'package/other/notes.json': { anything: 'goes' },
}
const nothing = { structureDefinitions: [], valueSets: [], codeSystems: [] }

async function archiveOf(content: Readonly<Record<string, object | string>>): Promise<Buffer> {
  const archive = pack()
  const bytes = buffer(archive)
  for (const [name, value] of Object.entries(content)) archive.entry({ name }, typeof value === 'string' ? value : JSON.stringify(value))
  archive.finalize()
  return gzipSync(await bytes)
}

function folderOf(folder: string, content: Readonly<Record<string, object>>): string {
  for (const [name, value] of Object.entries(content)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), JSON.stringify(value))
  }
  return folder
}

t.test('a package is the same from its archive, from the folder it unpacks to, and from a loose folder of definitions', async (t) => {
  const folder = t.testdir({})
  writeFileSync(join(folder, 'other.tgz'), await archiveOf(files))
  const unpacked = folderOf(join(folder, 'unpacked'), files)
  const loose = folderOf(join(folder, 'loose'), {
    'structuredefinitions/dated-patient.json': datedPatient,
    'valuesets/marital.json': marital,
    'examples/nobody.json': { resourceType: 'Patient' },
  })
  for (const path of [join(folder, 'other.tgz'), unpacked, join(unpacked, 'package'), loose]) {
    const { structureDefinitions, valueSets } = await loadPackage(path)
    t.same([structureDefinitions, valueSets], [[datedPatient], [marital]], path)
  }
})

t.test('who claims a profile of a loaded package keeps it, its codes too', async (t) => {
  const path = join(t.testdir({}), 'other.tgz')
  writeFileSync(path, await archiveOf(files))
  const validator = createValidator({ profiles: await withPackages(nothing, [path]) })
  const person = (more: object) => ({ resourceType: 'Patient', meta: { profile: [CANONICAL] }, ...more })
  const places = (more: object) => validator.validate(person(more)).map(({ expression, http, severity }) => [severity, http, expression])
  t.same(places({ birthDate: '1974' }), [])
  t.same(places({}), [['error', 422, 'Patient.birthDate']])
  const coded = (code: string) => ({
    birthDate: '1974',
    maritalStatus: { coding: [{ system: 'https://other.example/fhir/CodeSystem/marital', code }] },
  })
  t.same(places(coded('wed')), [])
  t.same(places(coded('M')), [['error', 422, 'Patient.maritalStatus']])
  t.match(createValidator().validate(person({}))[0], { severity: 'information' }, 'not loaded, so not checked and said so')
})

t.test('the definitions of R4 itself in a package change nothing', async (t) => {
  const core = { ...datedPatient, url: 'http://hl7.org/fhir/StructureDefinition/Patient', derivation: 'specialization' }
  const path = folderOf(join(t.testdir({}), 'core'), { 'StructureDefinition-Patient.json': core })
  t.same((await loadPackage(path)).structureDefinitions, [])
})

t.test('what cannot be read is refused with a sentence that names the path', async (t) => {
  const folder = t.testdir({ 'text.tgz': 'no archive', empty: {} })
  const write = async (name: string, content: Readonly<Record<string, object | string>>): Promise<string> => {
    writeFileSync(join(folder, name), await archiveOf(content))
    return join(folder, name)
  }
  const truncated = await write('cut.tgz', files)
  writeFileSync(truncated, (await archiveOf(files)).subarray(0, 200))
  await t.rejects(loadPackage(join(folder, 'absent.tgz')), { message: /absent.tgz cannot be read: it must be a .tgz file or a folder/ })
  await t.rejects(loadPackage(join(folder, 'text.tgz')), { message: /text.tgz is no readable .tgz archive/ })
  await t.rejects(loadPackage(truncated), { message: /cut.tgz is no readable .tgz archive/ })
  await t.rejects(loadPackage(join(folder, 'empty')), { message: /empty holds no resource/ })
  await t.rejects(loadPackage(await write('bad.tgz', { 'package/a.json': '{' })), {
    message: /bad.tgz:package\/a.json is not readable JSON/,
  })
  await t.rejects(loadPackage(await write('not.tgz', { 'package/a.json': { a: 1 } })), { message: /not.tgz holds no resource/ })
  const inner = { a: { resourceType: 'Patient' } }
  await t.rejects(loadPackage(await write('inner.tgz', { 'package/a.json': inner })), { message: /is not a FHIR resource/ })
  const one = await write('one.tgz', files)
  const two = await write('two.tgz', files)
  await t.rejects(withPackages(nothing, [one, two]), { message: /one.tgz and .*two.tgz both define https:\/\/other.example/ })
  await t.rejects(withPackages(await loadPackage(one), [two]), { message: /Handrail and .*two.tgz both define/ })
})

const ukCore = fileURLToPath(new URL('../../../../shared/uk-core', import.meta.url))

t.test('UK Core is loaded as it is published', { skip: !existsSync(ukCore) && 'UK Core is not beside the repository' }, async (t) => {
  const { structureDefinitions, valueSets, codeSystems } = await loadPackage(ukCore)
  t.same([structureDefinitions.length, valueSets.length, codeSystems.length], [81, 60, 48])
  const validator = createValidator({ profiles: { structureDefinitions, valueSets, codeSystems } })
  const verified = (code: string) => ({
    resourceType: 'Patient',
    meta: { profile: ['https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient'] },
    identifier: [
      {
        extension: [
          {
            url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
            valueCodeableConcept: {
              coding: [{ system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland', code }],
            },
          },
        ],
        system: 'https://fhir.nhs.uk/Id/nhs-number',
        value: '9990123454',
      },
    ],
  })
  t.same(validator.validate(verified('01')), [])
  t.match(validator.validate(verified('99')), [{ severity: 'error', http: 422, code: 'code-invalid' }], 'outside of a required binding')
})
