import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadProfiles } from '@platform/fhir/profiles'
import { loadPackage, withPackages } from '@platform/fhir/profiles-external'
import { createValidator } from '@platform/fhir/validate'
import t from 'tap'
import { buildPackage } from './build.ts'
import { demoResources, readDemo } from './demo.ts'
import { seal } from './freshness.ts'
import { archiveName, packArchive } from './package-archive.ts'
import { packageFolder, profilesFolder, rulesFolder } from './package.ts'

interface Any {
  readonly resourceType: string
  readonly id: string
  readonly meta?: { readonly profile?: readonly string[] }
}

const readFolder = async (folder: string): Promise<Any[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !['package.json', '.index.json'].includes(name))
  return Promise.all(names.map(async (name): Promise<Any> => JSON.parse(await readFile(join(folder, name), 'utf8'))))
}

const profiles = loadProfiles(packageFolder)
const validator = createValidator({ profiles })
const examples = await readFolder(join(packageFolder, 'example'))
const conformance = await readFolder(packageFolder)
const rules = await readFolder(rulesFolder)
const demo = demoResources(readDemo())
const faults = (resource: unknown) => validator.validate(resource).filter(({ severity }) => severity === 'error')

t.test('the committed package is what the committed input makes, and was not edited by hand', async (t) => {
  t.equal(
    await readFile(join(packageFolder, 'made-from.sha256'), 'utf8'),
    await seal(profilesFolder, packageFolder),
    'run npm run profiles',
  )
})

t.test(
  'compiling again gives the same bytes',
  {
    skip: process.env['HANDRAIL_COMPILE_PROFILES'] === undefined && 'set HANDRAIL_COMPILE_PROFILES to compile with SUSHI',
    timeout: 180_000,
  },
  async (t) => {
    const target = join(t.testdir({}), 'package')
    await buildPackage({ folder: profilesFolder, target })
    t.equal(await readFile(join(target, 'made-from.sha256'), 'utf8'), await readFile(join(packageFolder, 'made-from.sha256'), 'utf8'))
  },
)

t.test('every example, every record of the demonstration and every definition is valid', (t) => {
  for (const resource of [...examples, ...demo, ...rules, ...conformance]) {
    t.same(faults(resource), [], `${resource.resourceType}/${resource.id ?? ''}`)
  }
  t.end()
})

/** A folder or .tgz with the UK Core package: named by the environment, or beside the repository. */
const besides = fileURLToPath(new URL('../../../shared/uk-core', import.meta.url))
const ukCore = process.env['UK_CORE_PACKAGE'] ?? (existsSync(besides) ? besides : undefined)

t.test(
  'every example also meets UK Core where it has a profile',
  { skip: ukCore === undefined && 'set UK_CORE_PACKAGE to a folder or .tgz with the UK Core package' },
  async (t) => {
    const both = await withPackages(profiles, [ukCore ?? ''])
    const strict = createValidator({ profiles: both })
    const published = both.structureDefinitions.filter(({ url }) => url.startsWith('https://fhir.hl7.org.uk/'))
    for (const resource of [...examples, ...demo]) {
      const profile = published.find(({ type }) => type === resource.resourceType)
      if (profile !== undefined)
        t.same(strict.validate(resource, { profiles: [profile.url] }), [], `${resource.resourceType}/${resource.id ?? ''}`)
      t.same(
        strict.validate(resource).filter(({ severity }) => severity === 'error'),
        [],
        `${resource.resourceType}/${resource.id ?? ''}, as it claims`,
      )
    }
  },
)

t.test('the package as one file is the same each time, and is loaded again as what it was made of', async (t) => {
  const archive = await packArchive()
  t.ok(archive.equals(await packArchive()))
  const described: Record<string, unknown> = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'))
  // What the NPM package specification of FHIR asks every package to say of itself.
  for (const key of ['name', 'version', 'canonical', 'description', 'author', 'license', 'type', 'fhirVersions', 'dependencies'])
    t.ok(key in described, key)
  t.equal(archiveName, `build/${String(described['name'])}-${String(described['version'])}.tgz`)
  const file = join(t.testdir({}), 'handrail.tgz')
  await writeFile(file, archive)
  const loaded = await loadPackage(file)
  t.same(loaded, profiles)
  const again = createValidator({ profiles: loaded })
  for (const resource of examples) t.same(again.validate(resource), validator.validate(resource), `${resource.resourceType}/${resource.id}`)
  const missed = { ...example('ada-class-missed'), statusReason: undefined }
  t.ok(again.validate(JSON.parse(JSON.stringify(missed))).some(({ http }) => http === 422))
})

t.test('every profile has an example of its own', (t) => {
  const claimed = new Set(examples.flatMap(({ meta }) => meta?.profile ?? []))
  for (const { url, type } of profiles.structureDefinitions) if (type !== 'Extension') t.ok(claimed.has(url), url)
  t.end()
})

t.test('every extension is used by an example, the demonstration, a rule or the catalogue', (t) => {
  const text = JSON.stringify([
    ...examples,
    ...demo,
    ...rules,
    ...conformance.filter(({ resourceType }) => resourceType === 'ActivityDefinition'),
  ])
  for (const { url, type } of profiles.structureDefinitions)
    if (type === 'Extension' && !url.endsWith('/about-me')) t.ok(text.includes(`"${url}"`), url)
  t.end()
})

const example = (id: string): Record<string, unknown> => {
  const found = [...examples, ...demo].find((each) => each.id === id)
  if (found === undefined) throw new Error(`There is no example ${id}.`)
  return structuredClone({ ...found })
}

t.test('what a profile asks for is asked for', (t) => {
  const broken: readonly [string, string, Record<string, unknown>][] = [
    ['an open task without an owner', 'ada-leisure-asked', { owner: undefined }],
    ['an open task without a due time', 'ada-leisure-asked', { restriction: undefined }],
    [
      'a task of an unknown kind',
      'ada-leisure-asked',
      { code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'errand' }] } },
    ],
    ['a refusal without a reason', 'carys-neuropsychology-refused', { statusReason: undefined }],
    [
      'a refusal without words',
      'carys-neuropsychology-refused',
      { statusReason: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: 'too-complex' }] } },
    ],
    ['a refusal without a next step', 'carys-neuropsychology-refused', { output: undefined }],
    [
      'a session of an unknown kind',
      'ada-class-attended',
      { code: { text: 'Magic', coding: [{ system: 'https://handrail.example/fhir/CodeSystem/intervention-kind', code: 'magic' }] } },
    ],
    ['a session without sector and checked level', 'ada-class-attended', { extension: undefined }],
    [
      'a session of an unknown sector',
      'ada-class-attended',
      {
        extension: [
          { url: 'https://handrail.example/fhir/StructureDefinition/sector', valueCode: 'army' },
          { url: 'https://handrail.example/fhir/StructureDefinition/checked-level', valueCode: 'worker-recorded' },
        ],
      },
    ],
    ['a session nobody gave', 'ada-class-attended', { performer: undefined }],
    ['a missed session without a reason', 'ada-class-missed', { statusReason: undefined }],
    ['a need in no category of ours', 'ada-strength-and-balance', { category: [{ text: 'Other' }] }],
    ['a need nobody asked for', 'ada-strength-and-balance', { requester: undefined }],
    ['a register entry without a consent', 'dafydd-register-pump', { extension: undefined }],
    [
      'a register entry for what is not on the register',
      'dafydd-register-pump',
      { code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/register', code: 'bad-hair' }] } },
    ],
    ['a consent nobody checked', 'dafydd-alert-consent', { verification: undefined }],
    ['a device of no kind', 'dafydd-pump', { type: { text: 'Something' } }],
    ['a device nobody answers for', 'dafydd-pump', { owner: undefined }],
    ['a device block of an undated use', 'dafydd-pump-use', { recordedOn: undefined }],
    ['a measure without value and reason', 'ada-tug-1', { valueQuantity: undefined }],
    ['a person without a name', 'ada', { name: undefined }],
    ['an NHS number with spaces', 'ada', { identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '999 012 3454' }] }],
  ]
  for (const [says, id, change] of broken) {
    const changed = Object.fromEntries(Object.entries({ ...example(id), ...change }).filter(([, value]) => value !== undefined))
    const found = faults(changed)
    t.ok(found.length > 0, says)
    t.ok(
      found.some(({ http }) => http === 422),
      `${says}: a fault of the profile`,
    )
  }
  t.end()
})

t.test('every code of another terminology was seen with its name, and its check digit fits', async (t) => {
  const confirmed: { codes: { system: string; code: string; display: string }[] } = JSON.parse(
    await readFile(join(profilesFolder, 'terminology/confirmed-codes.json'), 'utf8'),
  )
  const known = new Set(confirmed.codes.map(({ system, code, display }) => `${system}|${code}|${display}`))
  const used = [...codingsIn([...examples, ...demo, ...conformance, ...rules])].filter(({ system }) => /snomed|loinc|dmd/.test(system))
  t.ok(used.length > 40)
  for (const { system, code, display } of used) {
    t.ok(known.has(`${system}|${code}|${display}`), `${code} ${display}`)
    t.ok(verhoeff(code), `${code} has its check digit`)
  }
})

const listed = fileURLToPath(new URL('../../../shared/standards/terminology.json', import.meta.url))

t.test(
  'every row of our confirmed codes is confirmed',
  { skip: !existsSync(listed) && 'the list of confirmed codes is not there' },
  async (t) => {
    interface Row {
      readonly system: string
      readonly code: string
      readonly display: string
      readonly grade: string
    }
    const read = async (file: string): Promise<{ codes: readonly Row[] }> => JSON.parse(await readFile(file, 'utf8'))
    const known = new Set((await read(listed)).codes.map(({ system, code, display, grade }) => `${system}|${code}|${display}|${grade}`))
    for (const { system, code, display, grade } of (await read(join(profilesFolder, 'terminology/confirmed-codes.json'))).codes)
      t.ok(known.has(`${system}|${code}|${display}|${grade}`), `${code} ${display}`)
  },
)

t.test('NHS numbers are of the range that is never issued', async (t) => {
  const files = ['input/fsh', 'demo', 'pathway', 'rules', 'src', 'package']
  for (const folder of files) {
    const found = await readdir(join(profilesFolder, folder), { recursive: true, withFileTypes: true })
    for (const entry of found.filter((each) => each.isFile())) {
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8')
      for (const [, number] of text.matchAll(/"value": ?"(\d{10})"/g)) t.match(number, /^999/, entry.name)
    }
  }
})

function* codingsIn(value: unknown): Generator<{ system: string; code: string; display: string }> {
  if (typeof value !== 'object' || value === null) return
  if ('system' in value && 'code' in value && typeof value.system === 'string' && typeof value.code === 'string' && !('value' in value)) {
    yield { system: value.system, code: value.code, display: 'display' in value ? String(value.display) : '' }
  }
  for (const each of Object.values(value)) yield* codingsIn(each)
}

/** Verhoeff's check, as SNOMED CT uses it. https://confluence.ihtsdotools.org, SCTID, check digit */
function verhoeff(number: string): boolean {
  const turn = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
  ]
  while (turn.length < 8) turn.push((turn.at(-1) ?? []).map((digit) => turn[1]?.[digit] ?? 0))
  const times = (a: number, b: number): number =>
    a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5
  return [...number].reverse().reduce((check, digit, index) => times(check, turn[index % 8]?.[Number(digit)] ?? 0), 0) === 0
}
