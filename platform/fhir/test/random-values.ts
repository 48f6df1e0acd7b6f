import fc from '@platform/testing/properties'
import { capitalised } from '../src/validate/rules/read.ts'
import { typeShape, type ElementShape, type TypeShape } from '../src/validate/structures.ts'
import { codesOfBase, expandBase } from '../src/validate/terminology.ts'

/** Values that mean something to invariants, so that they are met and broken in about equal parts. */
const POOLS: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false],
  date: ['2020', '2020-05', '2020-05-03', '2021-01-01'],
  dateTime: ['2020', '2020-05-03', '2020-05-03T10:00:00Z', '2020-05-03T12:00:00+01:00', '2021-01-01'],
  decimal: [-1, 0, 1, 1.5, 101],
  instant: ['2020-05-03T10:00:00Z', '2020-05-03T10:00:01Z'],
  integer: [-1, 0, 1, 2],
  positiveInt: [1, 2],
  unsignedInt: [0, 1],
  time: ['10:00:00'],
  uri: ['http://unitsofmeasure.org', 'http://example.org/a', 'urn:oid:1.2.3'],
  base64Binary: ['QUJD'],
  code: ['a', 'b', '1', '%'],
  string: ['a', 'b', 'Procedure.code', 'Procedure', '*', '1', '2'],
  id: ['a', 'b'],
}
const PLAIN: Readonly<Record<string, string>> = {
  '@string': 'id',
  '@uri': 'uri',
  canonical: 'uri',
  url: 'uri',
  markdown: 'string',
  oid: 'uri',
  uuid: 'uri',
}

/** An object of a type of R4 or of an inner part, what is optional there or not, two levels deep; it may break rules. */
export function anyOf(path: string, depth = 2): fc.Arbitrary<Record<string, unknown>> {
  const key = `${path} ${String(depth)}`
  const known = made.get(key) ?? make(path, depth)
  made.set(key, known)
  return known
}

const made = new Map<string, fc.Arbitrary<Record<string, unknown>>>()

function make(path: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const shape = typeShape(path)
  if (shape === undefined) return fc.constant({})
  const record: Record<string, fc.Arbitrary<unknown>> = {}
  const requiredKeys: string[] = []
  for (const element of shape.elements) {
    if (element.name === 'contained' || element.name === 'text') continue
    for (const { code } of element.types.slice(0, 3)) {
      const value = valueOf(code, element, shape, depth)
      if (value === undefined) continue
      const property = element.isChoice ? `${element.name}${capitalised(code.replace('SimpleQuantity', 'Quantity'))}` : element.name
      if (element.min > 0 && !element.isChoice) requiredKeys.push(property)
      record[property] = element.many ? fc.array(value, { minLength: 1, maxLength: 3 }) : value
    }
  }
  const isResource = shape.kind === 'resource' && !path.includes('.')
  const some = fc.record(record, { requiredKeys })
  return isResource ? some.map((value) => ({ resourceType: path, ...value })) : some
}

function valueOf(code: string, { name, valueSet }: ElementShape, { path }: TypeShape, depth: number): fc.Arbitrary<unknown> | undefined {
  const pool = POOLS[PLAIN[code] ?? code]
  if (pool !== undefined) {
    const codes = code === 'code' && valueSet !== undefined ? [...(codesOfBase(valueSet) ?? [])] : []
    return codes.length > 0 ? fc.constantFrom(...codes) : fc.constantFrom(...pool)
  }
  if (code === 'CodeableConcept') return concept(valueSet)
  if (code === 'Resource' || code === 'xhtml' || depth === 0) return undefined
  return anyOf(
    code === '+' ? `${path}.${name}` : code.startsWith('#') ? code.slice(1) : code.replace('SimpleQuantity', 'Quantity'),
    depth - 1,
  )
}

function concept(valueSet: string | undefined): fc.Arbitrary<unknown> {
  const expansion = valueSet === undefined ? undefined : expandBase(valueSet)
  const codings = [...(expansion ?? [])].flatMap(([system, codes]) => [...codes].map((code) => ({ system, code })))
  const some =
    codings.length > 0
      ? codings
      : [
          { system: 'http://example.org/a', code: 'a' },
          { system: 'http://example.org/a', code: 'b' },
        ]
  return fc.array(fc.constantFrom(...some), { minLength: 1, maxLength: 2 }).map((coding) => ({ coding }))
}
