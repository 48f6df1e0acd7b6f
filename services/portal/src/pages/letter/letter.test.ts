import type { Patient } from '@medplum/fhirtypes'
import t from 'tap'
import { letterFormFor, postalLines } from './letter.ts'

const needs = (...texts: string[]) =>
  texts.map((valueString) => ({ url: 'https://handrail.example/fhir/StructureDefinition/needs', valueString }))
const person = (changes: Partial<Patient> = {}): Patient => ({ resourceType: 'Patient', ...changes })

t.test('a letter follows the language and print of the person; what it cannot be is said to whoever prints it', async (t) => {
  t.same(letterFormFor(person(), undefined), { language: 'en', large: false, toArrange: [] })
  const welsh = person({
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'cy' }] }, preferred: true }],
    extension: needs('Format: large print', 'Format: braille', 'Format: paper, by post', 'Heat-sensitive'),
  })
  t.same(letterFormFor(welsh, undefined), { language: 'cy', large: true, toArrange: ['braille'] })
  t.equal(letterFormFor(welsh, 'en').language, 'en', 'whoever prints it may choose')
  const other = person({ communication: [{ language: { text: 'Polish' }, preferred: true }] })
  t.match(letterFormFor(other, undefined), { language: 'en', otherLanguage: 'Polish' })
})

t.test('post goes to the home address that is not over', async (t) => {
  const old = { use: 'old' as const, line: ['1 Old Road'], postalCode: 'CF10 1AA' }
  const ended = { use: 'home' as const, line: ['2 Past Road'], period: { end: '2020-01-01' } }
  const home = { use: 'home' as const, line: ['3 High Street', 'Maes'], city: 'Wrexham', postalCode: 'LL13 7TD' }
  t.same(postalLines(person({ address: [old, ended, { line: ['4 Work Road'] }, home] })), ['3 High Street', 'Maes', 'Wrexham', 'LL13 7TD'])
  t.same(postalLines(person({ address: [old, ended] })), [])
  t.same(postalLines(person()), [])
})
