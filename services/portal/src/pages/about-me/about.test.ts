import type { Patient } from '@medplum/fhirtypes'
import t from 'tap'
import { en } from '../../words/words.ts'
import { aboutMeOf, changedElements, enteredAboutMe, otherNeeds, wrongWith } from './about.ts'

const OURS = 'https://handrail.example/fhir/StructureDefinition'
const patient: Patient = {
  resourceType: 'Patient',
  extension: [
    { url: `${OURS}/needs`, valueString: 'Uses one stick' },
    { url: `${OURS}/needs`, valueString: 'Format: easy read' },
    { url: `${OURS}/baseline`, extension: [{ url: 'text', valueString: 'Walks' }] },
    { url: `${OURS}/about-me`, valueString: 'Call me Addie.' },
  ],
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en' }] }, preferred: true }],
}

t.test('what the person writes changes their own words and formats; what others wrote stays', async (t) => {
  const given = {
    ...aboutMeOf(patient),
    own: 'Mornings are best.',
    addNeed: 'A chair with arms',
    formats: ['large-print'] as const,
    language: 'cy',
  }
  const changed = changedElements(patient, given)
  t.same(
    changed.extension?.map(({ valueString, extension }) => valueString ?? extension?.[0]?.valueString),
    ['Uses one stick', 'Format: large print', 'A chair with arms', 'Walks', 'Mornings are best.'],
  )
  t.same(
    changed.communication?.map(({ language, preferred }) => [language.coding?.[0]?.code, preferred]),
    [
      ['cy', true],
      ['en', undefined],
    ],
  )
})

t.test('what is saved unchanged changes nothing of the language, and reads back as it was entered', async (t) => {
  const before = aboutMeOf(patient)
  t.same([before.own, before.formats, before.language], ['Call me Addie.', ['easy-read'], 'en'])
  t.equal(changedElements(patient, before).communication, undefined)
  t.same(
    aboutMeOf({ ...patient, ...changedElements(patient, { ...before, language: 'other', otherLanguage: 'Polish' }) }).otherLanguage,
    'Polish',
  )
  t.same(otherNeeds(patient), ['Uses one stick'])
})

t.test('one format or many are read, one that is not offered is not', async (t) => {
  t.same(enteredAboutMe({ formats: 'audio' }).formats, ['audio'])
  t.same(enteredAboutMe({ formats: ['paper', 'telepathy', 'audio'] }).formats, ['audio', 'paper'])
  t.same(enteredAboutMe(undefined).formats, [])
})

t.test('another language must be named', async (t) => {
  t.same(wrongWith({ ...aboutMeOf(patient), language: 'other' }, en).list, [{ href: '#otherLanguage', text: en.aboutMe.otherMissing }])
})
