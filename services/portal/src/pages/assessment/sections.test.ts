import type { ParametersParameter, QuestionnaireResponseItem } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { en, cy } from '../../words/words.ts'
import { crisisShown } from '../../knowledge/crisis-words.ts'
import { enteredSection, readSection, saysYes, shownSection, type AskedSection } from './sections.ts'

const SECTION: AskedSection = {
  linkId: 'mood',
  text: 'Mood',
  parts: [
    { linkId: 'mood-words', text: 'How it is', type: 'text' },
    { linkId: 'mood-measure', text: 'Measure', type: 'choice' },
    { linkId: 'mood-score', text: 'Score', type: 'decimal' },
    { linkId: 'mood-measured-on', text: 'On', type: 'date' },
  ],
}
const RISK: AskedSection = {
  linkId: 'risk',
  text: 'Safety',
  parts: [
    { linkId: 'risk-now', text: 'At risk?', type: 'boolean' },
    { linkId: 'risk-words', text: 'What was said', type: 'text' },
  ],
}
const measures = [{ code: 'hads', display: 'Hospital anxiety and depression scale' }]
const read = (body: object, section = SECTION, known?: QuestionnaireResponseItem) =>
  readSection(enteredSection(body, section), section, { known, measures }, en)

t.test('answers are sent with the type of their question', async (t) => {
  const body = {
    'mood-words': 'Low.',
    'mood-measure': 'hads',
    'mood-score': '12',
    'mood-measured-on[day]': '2',
    'mood-measured-on[month]': '11',
    'mood-measured-on[year]': '2026',
  }
  t.match(read(body).given, {
    items: [
      { linkId: 'mood-words', answer: [{ valueString: 'Low.' }] },
      { linkId: 'mood-measure', answer: [{ valueCoding: { code: 'hads' } }] },
      { linkId: 'mood-score', answer: [{ valueDecimal: 12 }] },
      { linkId: 'mood-measured-on', answer: [{ valueDate: '2026-11-02' }] },
    ],
  })
})

t.test('HAZ-R52: a section is answered, or says why it was not asked, and not both', async (t) => {
  t.match(read({}).wrong.list, [{ href: '#mood-words' }])
  t.same(read({ notAsked: 'She had to leave.' }).given, { notAsked: 'She had to leave.' })
  t.match(read({ notAsked: 'She had to leave.', 'mood-words': 'Low.' }).wrong.list, [{ href: '#notAsked' }])
  t.match(read({ 'mood-score': 'twelve' }).wrong.list, [{ href: '#mood-score' }])
  t.match(read({ 'mood-measured-on[day]': '31', 'mood-measured-on[month]': '2', 'mood-measured-on[year]': '2026' }).wrong.list, [
    { href: '#mood-measured-on-day' },
  ])
})

t.test('HAZ-R51: the section on safety says yes or no, or why nobody asked', async (t) => {
  t.match(read({ 'risk-words': 'Tired.' }, RISK).wrong.list, [{ href: '#risk-now' }])
  t.match(read({ 'risk-now': 'no' }, RISK).given, { items: [{ linkId: 'risk-now', answer: [{ valueBoolean: false }] }] })
  t.same(read({ notAsked: 'Her son was there.' }, RISK).given, { notAsked: 'Her son was there.' })
})

t.test('an answer that was carried in and kept says where it is from; one that was changed does not', async (t) => {
  const extension = [
    { url: 'https://handrail.example/fhir/StructureDefinition/prefilled', extension: [{ url: 'asOf', valueDateTime: '2026-11-02' }] },
  ]
  const known = { linkId: 'mood', item: [{ linkId: 'mood-score', answer: [{ valueDecimal: 12, extension }] }] }
  t.match(shownSection(SECTION, known).parts['mood-score'], { text: '12' })
  t.match(read({ 'mood-score': '12' }, SECTION, known).given, { items: [{ answer: [{ valueDecimal: 12, extension }] }] })
  const changed = read({ 'mood-score': '13' }, SECTION, known).given
  t.same(changed !== undefined && 'items' in changed ? changed.items[0]?.answer : [], [{ valueDecimal: 13 }])
})

t.test('HAZ-R51: whatever else is entered, a yes is seen, so that what to do now is shown even where the form is wrong', async () => {
  const rest = fc.dictionary(fc.constantFrom('risk-words', 'notAsked', 'mood-score', 'other'), fc.string())
  fc.assert(
    fc.property(rest, (others) => {
      if (!saysYes(enteredSection({ ...others, 'risk-now': 'yes' }, RISK))) throw new Error('hidden')
    }),
  )
})

t.test('approved wording is shown with its source; in Welsh only where a translator stands for it', async (t) => {
  const line = (more: readonly ParametersParameter[]): readonly ParametersParameter[] => [
    { name: 'crisis', part: [{ name: 'says', valueString: 'Ring 999 in an emergency.' }] },
    {
      name: 'crisis',
      part: [
        { name: 'says', valueString: 'Ring the line' },
        { name: 'telephone', valueString: '01632 960108' },
        { name: 'nation', valueCode: 'wales' },
        { name: 'source', valueString: 'A page' },
        { name: 'approvedBy', valueString: 'Dr Test' },
        ...more,
      ],
    },
  ]
  t.match(crisisShown(line([]), en), [
    { says: 'Ring the line', english: false, telephone: '01632 960108', nations: ['Wales'], approved: /A page.*Dr Test/ },
  ])
  t.match(crisisShown(line([]), cy), [{ says: 'Ring the line', english: true, nations: ['Cymru'] }])
  t.match(crisisShown(line([{ name: 'saysWelsh', valueString: 'Ffoniwch y llinell' }]), cy), [
    { says: 'Ffoniwch y llinell', english: false },
  ])
})
