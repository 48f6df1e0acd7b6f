import fc from '@platform/testing/properties'
import { testNumber } from '@platform/nhs/nhs-number'
import t from 'tap'
import { en } from '../../words/words.ts'
import { enteredPerson, needsIn, readPerson, slipsIn, toConsent, toPatient } from './person-form.ts'

const TODAY = '2026-11-21'
const AT = new Date('2026-11-21T09:00:00Z')
const whole = {
  key: '11111111-1111-4111-8111-111111111111',
  given: 'Siân Mair',
  family: 'O’Brien-Hughes',
  'born[day]': '18',
  'born[month]': '3',
  'born[year]': '1974',
  numberKind: 'nhs',
  number: '999 012 3454',
  basis: 'agreed',
  toldBy: 'Nia Rees, physiotherapist',
  'told[day]': '20',
  'told[month]': '11',
  'told[year]': '2026',
}
const read = (body: object) => readPerson(enteredPerson({ ...whole, ...body }), TODAY, en)
const made = (body: object = {}) => {
  const entered = enteredPerson({ ...whole, ...body })
  const { given } = readPerson(entered, TODAY, en)
  if (given === undefined) throw new Error('The form is not whole.')
  const by = { organization: 'Organization/1', fhirUser: 'Practitioner/2', at: AT }
  return { given, patient: toPatient(entered, given, by), consent: toConsent(given, entered.key, 'urn:uuid:x', by) }
}

t.test('whatever is needed and left out is named, and nothing is made', async () => {
  const needed = ['given', 'family', 'born', 'numberKind', 'basis', 'toldBy', 'told'] as const
  fc.assert(
    fc.property(fc.subarray([...needed], { minLength: 1 }), (missing) => {
      const body = Object.fromEntries(
        Object.entries({ ...whole, number: missing.includes('numberKind') ? '' : whole.number }).filter(
          ([name]) => !missing.some((one) => name === one || name.startsWith(`${one}[`)),
        ),
      )
      const { given, wrong } = readPerson(enteredPerson(body), TODAY, en)
      return given === undefined && wrong.list.length === missing.length && missing.every((one) => one in wrong.of)
    }),
  )
})

t.test('a number with one digit wrong is refused, wherever it is', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_998 }), fc.nat(9), fc.integer({ min: 1, max: 9 }), (place, at, by) => {
      const number = testNumber(place)
      if (number === undefined) return true
      const mistyped = number.slice(0, at) + String((Number(number[at]) + by) % 10) + number.slice(at + 1)
      return 'number' in read({ number: mistyped }).wrong.of
    }),
  )
})

t.test('a number is of the kind that is said, and a number that stands for none is none', async (t) => {
  const place = (body: object) => read(body).wrong.list.map(({ text }) => text)
  t.same(place({ number: '9999999999' }), [en.addPerson.numberWrong.nhs])
  t.same(place({ numberKind: 'chi' }), [en.addPerson.numberWrong.chi])
  t.same(place({ numberKind: 'hc' }), [en.addPerson.numberWrong.hc])
  t.same(place({ numberKind: 'unknown' }), [en.addPerson.numberNotUnknown])
  t.same(place({ number: '' }), [en.addPerson.numberMissing])
})

t.test('nobody is born after today or before 1900, nor told tomorrow', async (t) => {
  t.same(read({ 'born[year]': '2027' }).wrong.list, [{ href: '#born-year', text: en.addPerson.bornAhead }])
  t.same(read({ 'born[year]': '1874' }).wrong.list, [{ href: '#born-day', text: en.addPerson.bornWrong }])
  t.same(read({ 'told[day]': '22' }).wrong.list, [{ href: '#told-day', text: en.addPerson.toldAhead }])
})

t.test('what may be mistyped elsewhere is named by its field', async (t) => {
  for (const [field, value] of [
    ['given', 'S1ân'],
    ['postcode', 'QQ1'],
    ['phone', '07700'],
    ['email', 'sian@example'],
  ] as const)
    t.same(Object.keys(read({ [field]: value }).wrong.of), [field])
  t.same(Object.keys(read({ language: 'other' }).wrong.of), ['otherLanguage'])
})

t.test('what is possible and unlikely is asked about once more', async (t) => {
  const slips = (body: object) => slipsIn(made(body).given, AT)
  t.same(slips({}), [])
  t.same(slips({ 'born[year]': '1904' }), ['old'])
  t.same(slips({ 'born[year]': '2014' }), ['young'])
  t.same(slips({ given: 'Hughes', family: 'hughes' }), ['names'])
  const chi = { system: 'https://fhir.nhs.uk/Id/chi-number', value: '1803740001' }
  const { given } = made()
  t.same(slipsIn({ ...given, number: chi }, AT), [])
  t.same(slipsIn({ ...given, number: chi, bornOn: '1974-03-19' }, AT), ['chi'])
})

t.test('an NHS number that was typed is present and not traced; one that is not known is said to be so, and none is made up', async (t) => {
  const coded = (patient: unknown) => [...JSON.stringify(patient).matchAll(/"code":"(02|nhs-number-not-known)"/g)].map(([, code]) => code)
  t.same(coded(made().patient), ['02'])
  const unknown = made({ numberKind: 'unknown', number: '' }).patient
  t.same([coded(unknown), unknown.identifier], [['nhs-number-not-known'], undefined])
})

t.test('what was left open is left out, and the person is under the organisation that enters them', async (t) => {
  t.same(Object.keys(made().patient).toSorted(), [
    'active',
    'birthDate',
    'identifier',
    'managingOrganization',
    'meta',
    'name',
    'resourceType',
  ])
  const { patient } = made({ postcode: 'qq13ap', language: 'cy', formats: ['audio'], interpreter: 'yes', needs: 'One stick\n\nMornings ' })
  t.equal(patient.address?.[0]?.postalCode, 'QQ1 3AP')
  t.equal(patient.communication?.[0]?.language.coding?.[0]?.code, 'cy')
  t.same(
    patient.extension?.map(({ valueString }) => valueString),
    ['Needs an interpreter', 'One stick', 'Mornings', 'Format: audio'],
  )
  t.same(needsIn(enteredPerson({ needs: 'One stick\r\nOne stick' })), ['One stick'])
})

t.test('the ground for being in the hub says who told the person and when, and names nobody who may look', async (t) => {
  const { consent } = made()
  t.match(consent.policyRule?.text, /2026-11-20 by Nia Rees, physiotherapist/)
  t.same(consent.provision, { type: 'permit' })
  t.equal(consent.verification?.[0]?.verified, true)
  const decided = made({ basis: 'best-interest' }).consent
  t.equal(decided.verification, undefined, 'nobody agreed who could not')
  t.same(decided.performer, [{ reference: 'Practitioner/2' }])
})
