import t from 'tap'
import { preferencesOf } from './preferences.ts'

const BCP47 = 'urn:ietf:bcp:47'
const speaks = (code: string, preferred?: boolean) => ({
  language: { coding: [{ system: BCP47, code }] },
  ...(preferred === undefined ? {} : { preferred }),
})

t.test('the pages follow the language a person prefers, where they have it', async (t) => {
  t.same(preferencesOf({ resourceType: 'Patient', communication: [speaks('en'), speaks('cy', true)] }), { reads: 'cy' })
  t.same(preferencesOf({ resourceType: 'Patient', communication: [speaks('en-GB')] }), { reads: 'en' })
  t.same(
    preferencesOf({ resourceType: 'Patient', communication: [speaks('pl', true), speaks('en')] }),
    {},
    'another language decides nothing',
  )
  t.same(preferencesOf({ resourceType: 'Patient' }), {})
})

t.test('whoever needs large print gets larger pages, however the need was worded', async (t) => {
  const needs = (valueString: string) => ({
    resourceType: 'Patient' as const,
    extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/needs', valueString }],
  })
  t.same(preferencesOf(needs('Format: large print')), { largePrint: true })
  t.same(preferencesOf(needs('Letters in Large Print, 18 point')), { largePrint: true })
  t.same(preferencesOf(needs('Uses one stick')), {})
})
