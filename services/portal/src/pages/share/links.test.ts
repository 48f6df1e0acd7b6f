import type { ParametersParameter } from '@medplum/fhirtypes'
import t from 'tap'
import { parametersOf, readParts } from '../../knowledge/parameters.ts'
import { cy, en } from '../../words/words.ts'
import { enteredLink, readLink, showLinks, showNotes } from './links.ts'

const AT = new Date('2026-11-21T10:00:00Z')

t.test('what may be read, for how long, passcode and name go to the record as they were chosen', async (t) => {
  const { given } = readLink(
    enteredLink({ sections: ['about-me', 'emergency', 'diagnoses'], length: 'day', passcode: 'heather', label: 'Mine' }),
    AT,
    en,
  )
  const parts = readParts(given)
  t.same(parts.texts('section'), ['emergency', 'about-me'], 'only what is offered')
  t.equal(parts.text('expires'), '2026-11-22T10:00:00.000Z')
  t.same([parts.text('passcode'), parts.text('label')], ['heather', 'Mine'])
})

t.test('a link speaks the language in which it was made', async (t) => {
  const chosen = { sections: ['emergency'], length: 'day', passcode: '', label: '' }
  t.equal(readParts(readLink(chosen, AT, en).given).text('language'), 'en')
  t.equal(readParts(readLink(chosen, AT, cy).given).text('language'), 'cy')
})

t.test('a year is a long-term link; nothing is chosen for the person', async (t) => {
  const year = readLink({ sections: ['emergency'], length: 'year', passcode: '', label: '' }, AT, en).given
  t.same(year?.parameter?.find(({ name }) => name === 'long-term')?.valueBoolean, true)
  t.same(
    readLink({ sections: [], length: '', passcode: 'short', label: 'x'.repeat(81) }, AT, en).wrong.list.map(({ href }) => href),
    ['#sections', '#length', '#passcode', '#label'],
  )
})

t.test('links that can be opened come first, with who is said to have opened them', async (t) => {
  const link = (id: string, status: string, ...more: ParametersParameter[]) => ({
    name: 'link',
    part: [{ name: 'id', valueId: id }, { name: 'status', valueCode: status }, { name: 'flag', valueCode: 'LP' }, ...more],
  })
  const opening = {
    name: 'opening',
    part: [
      { name: 'at', valueInstant: '2026-11-21T09:00:00Z' },
      { name: 'saidToBe', valueString: 'Ward 4' },
      { name: 'outcome', valueCode: 'opened' },
    ],
  }
  const { links, codes } = showLinks(
    parametersOf(link('1', 'withdrawn'), link('2', 'active', opening), { name: 'shown', part: [{ name: 'id', valueId: '3' }] }),
    en,
  )
  t.same(
    links.map(({ id }) => id),
    ['2', '1'],
  )
  t.same([links[0]?.longTerm, links[0]?.passcode, links[0]?.openings[0]?.saidToBe], [true, true, 'Ward 4'])
  t.equal(codes[0]?.status, 'expired', 'a status that is not known opens nothing')
})

t.test('a note of a reader says whether the home team has accepted it', async (t) => {
  const category = [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'reader-note' }] }]
  const note = {
    resourceType: 'Communication' as const,
    status: 'on-hold' as const,
    category,
    payload: [{ contentString: 'Seen, discharged.' }],
    sender: { display: 'Chester (as stated by the reader)' },
  }
  t.same(showNotes([note, { resourceType: 'Communication', status: 'completed' }], en), [
    { from: 'Chester (as stated by the reader)', text: 'Seen, discharged.', status: 'Waits until your team has looked at it', waits: true },
  ])
})
