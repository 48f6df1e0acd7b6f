import { parseJson } from '@platform/fhir/json'
import fc from '@platform/testing/properties'
import t from 'tap'
import { applyPatch } from './json-patch.ts'

const content = '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.50},"note":[{"text":"a"},{"text":"b"}],"a/b":1,"m~n":2}'
const patched = (patch: unknown) => JSON.stringify(applyPatch(content, parseJson(JSON.stringify(patch)).exact as unknown[]))
const exactly = (patch: string) => JSON.stringify(applyPatch(content, parseJson(patch).exact as unknown[]))
const codeOf = (patch: unknown) => {
  try {
    patched(patch)
    return 'applied'
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('operations do what RFC 6902 says', async (t) => {
  t.match(patched([{ op: 'add', path: '/status', value: 'final' }]), '"status":"final"')
  t.match(patched([{ op: 'add', path: '/note/0', value: { text: 'first' } }]), '"note":[{"text":"first"},{"text":"a"},{"text":"b"}]')
  t.match(patched([{ op: 'add', path: '/note/-', value: { text: 'last' } }]), '{"text":"b"},{"text":"last"}]')
  t.match(patched([{ op: 'remove', path: '/note/0' }]), '"note":[{"text":"b"}]')
  t.match(patched([{ op: 'replace', path: '/note/1/text', value: 'c' }]), '"note":[{"text":"a"},{"text":"c"}]')
  t.match(patched([{ op: 'move', from: '/note/0', path: '/note/1' }]), '"note":[{"text":"b"},{"text":"a"}]')
  t.match(patched([{ op: 'copy', from: '/note/0', path: '/note/-' }]), '{"text":"b"},{"text":"a"}]')
  t.match(patched([{ op: 'replace', path: '/a~1b', value: 5 }]), '"a/b":5')
  t.match(patched([{ op: 'test', path: '/m~0n', value: 2 }]), '"m~n":2')
})

t.test('decimals keep their digits, and are compared as numbers', async (t) => {
  t.match(patched([{ op: 'copy', from: '/valueQuantity', path: '/component' }]), '"component":{"value":1.50}')
  t.match(exactly('[{"op":"replace","path":"/valueQuantity/value","value":2.000}]'), '"value":2.000')
  t.match(patched([{ op: 'test', path: '/valueQuantity', value: { value: 1.5 } }]), '"value":1.50')
})

for (const [why, patch] of Object.entries({
  'no operation': [null],
  'an unknown operation': [{ op: 'merge', path: '/note', value: 1 }],
  'no path': [{ op: 'add', value: 1 }],
  'a path that is no pointer': [{ op: 'add', path: 'note', value: 1 }],
  'a path with a broken escape': [{ op: 'add', path: '/a~2', value: 1 }],
  'no value': [{ op: 'add', path: '/status' }],
  'something to remove that is not there': [{ op: 'remove', path: '/status' }],
  'something to replace that is not there': [{ op: 'replace', path: '/status', value: 1 }],
  'a parent that is not there': [{ op: 'add', path: '/none/here', value: 1 }],
  'a place past the end of a list': [{ op: 'add', path: '/note/3', value: 1 }],
  'a place with a leading zero': [{ op: 'add', path: '/note/00', value: 1 }],
  'the length of a list': [{ op: 'replace', path: '/note/length', value: 4294967295 }],
  'a move into itself': [{ op: 'move', from: '/note', path: '/note/0/x' }],
  'a prototype': [{ op: 'add', path: '/__proto__/x', value: 1 }],
  'an inherited member': [
    { op: 'test', path: '/toString', value: null },
    { op: 'remove', path: '/hasOwnProperty' },
  ],
  'the whole document replaced by no object': [{ op: 'replace', path: '', value: [] }],
}))
  t.test(`a patch with ${why} is refused`, async (t) => t.match(codeOf(patch), /^PATCH_(INVALID|TEST_FAILED)$/))

t.test('the refusal names the operation', async (t) => {
  try {
    patched([
      { op: 'test', path: '/m~0n', value: 2 },
      { op: 'remove', path: '/none' },
    ])
  } catch (error) {
    t.match(error, { code: 'PATCH_INVALID', expression: ['[1]'] })
  }
})

t.test('copies that double a document are stopped before they fill the server', async (t) => {
  const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/note', path: '/note/-' }))
  t.equal(codeOf(doubling), 'PATCH_TOO_LARGE')
  t.equal(codeOf(Array.from({ length: 5_001 }, () => ({ op: 'test', path: '/id', value: 'o' }))), 'PATCH_TOO_LARGE')
})

t.test('a patch is not changed by being applied, so that it can be applied again', async (t) => {
  const patch = [
    { op: 'add', path: '/list', value: [] },
    { op: 'add', path: '/list/-', value: 1 },
  ]
  t.equal(JSON.stringify(applyPatch(content, patch)), JSON.stringify(applyPatch(content, patch)))
})

t.test('any list of operations is applied or refused, nothing else', async () => {
  const pointer = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '/note',
      '/note/0',
      '/note/-',
      '/note/0/text',
      '/valueQuantity',
      '/valueQuantity/value/rawJSON',
      '/id',
      '/constructor',
    ),
    fc.string(),
  )
  const operation = fc.record(
    { op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), path: pointer, from: pointer, value: fc.jsonValue() },
    { requiredKeys: ['op', 'path'] },
  )
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: operation }, fc.jsonValue()), { maxLength: 6 }), (patch) =>
      /^(applied|(PATCH|JSON)_\w+)$/.test(codeOf(patch)),
    ),
  )
})
