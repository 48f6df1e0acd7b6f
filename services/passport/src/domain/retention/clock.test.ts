import type { RetentionCode } from '@handrail/fhir-profiles/retention'
import fc from '@platform/testing/properties'
import t from 'tap'
import { BIT } from '../access/data-class.ts'
import { clockEntries, isDue, regionOf, type KeptEntry } from './clock.ts'

const england: RetentionCode = {
  nation: 'england',
  region: 'GB-ENG',
  code: 'A code',
  source: 'A test',
  periods: [
    { kind: 'adult-health', afterLastContactYears: 8, says: 'Eight years.' },
    { kind: 'mental-health', afterLastContactYears: 20, afterDeathYears: 10, says: 'Twenty years.' },
  ],
}
const wales: RetentionCode = { nation: 'wales', region: 'GB-WLS', code: 'Another', source: 'A test', periods: [] }
const codeOf = (organization: string) => ({ 'Organization/e': england, 'Organization/f': england, 'Organization/w': wales })[organization]
const adult = { bornOn: new Date('1950-01-01'), diedOn: undefined }
const entry = (at: string, parties = ['Organization/e'], classes: number = BIT.therapy, type = 'Procedure'): KeptEntry => ({
  type,
  id: at,
  version: 1,
  classes,
  parties,
  at: new Date(at),
})
const endOf = (entries: KeptEntry[], person: { bornOn: Date | undefined; diedOn: Date | undefined } = adult) =>
  clockEntries(entries, { person, codeOf }).map(({ keeping }) =>
    keeping.state === 'until' ? keeping.on.toISOString().slice(0, 10) : 'none',
  )

t.test('the clock of a contributor runs from its last contact, for all of its entries', async (t) => {
  t.same(endOf([entry('2010-05-01'), entry('2015-05-01')]), ['2023-05-01', '2023-05-01'])
  t.same(endOf([entry('2010-05-01'), entry('2015-05-01', ['Organization/f'])]), ['2018-05-01', '2023-05-01'])
})

t.test('of a shared entry the longest counts, and no known end is longer than any', async (t) => {
  t.same(endOf([entry('2010-05-01', ['Organization/e', 'Organization/f']), entry('2020-05-01', ['Organization/f'])]), [
    '2028-05-01',
    '2028-05-01',
  ])
  t.same(endOf([entry('2010-05-01', ['Organization/e', 'Organization/w'])]), ['none'])
})

t.test('what is labelled as mental health has its own period, and after a death the later end', async (t) => {
  const mental = BIT.therapy | BIT['mental-health']
  t.same(endOf([entry('2000-05-01', ['Organization/e'], mental)]), ['2020-05-01'])
  t.same(endOf([entry('2000-05-01', ['Organization/e'], mental)], { ...adult, diedOn: new Date('2015-01-01') }), ['2025-01-01'])
})

t.test('nothing ends where nation, birth or period is not known, or for a child', async (t) => {
  t.same(endOf([entry('2000-05-01', ['Organization/unknown'])]), ['none'])
  t.same(endOf([entry('2000-05-01', ['Practitioner/x'])]), ['none'])
  t.same(endOf([entry('2000-05-01')], { bornOn: undefined, diedOn: undefined }), ['none'])
  t.same(endOf([entry('1960-05-01')]), ['none'])
})

t.test('who somebody is stays for as long as anything about them', async (t) => {
  t.same(
    endOf([entry('2000-05-01', ['Organization/e'], BIT.identity, 'Patient'), entry('2015-05-01', ['Organization/f'])])[0],
    '2023-05-01',
  )
  t.same(endOf([entry('2000-05-01', ['Organization/e'], BIT.identity, 'Patient'), entry('2015-05-01', ['Organization/w'])])[0], 'none')
})

t.test('a further contributor, or a later contact, never makes anything due sooner', async (t) => {
  const anEntry = fc.record({
    year: fc.integer({ min: 1980, max: 2026 }),
    parties: fc.subarray(['Organization/e', 'Organization/f', 'Organization/w', 'Practitioner/p'], { minLength: 1 }),
    classes: fc.constantFrom(BIT.therapy, BIT.therapy | BIT['mental-health']),
  })
  const now = new Date('2026-11-21')
  fc.assert(
    fc.property(fc.array(anEntry, { minLength: 1, maxLength: 6 }), anEntry, (before, further) => {
      const made = ({ year, parties, classes }: typeof further) => entry(`${year}-06-01`, parties, classes)
      const due = (entries: KeptEntry[]) => clockEntries(entries, { person: adult, codeOf }).map((one) => isDue(one, now))
      const sooner = due(before.map(made))
      due([...before, further].map(made))
        .slice(0, before.length)
        .forEach((is, index) => t.ok(!is || sooner[index] === true))
    }),
  )
})

t.test('a nation is read from the ISO code in an address, and never guessed from a town', async (t) => {
  const at = (address: object) => regionOf({ resourceType: 'Organization', address: [address] })
  t.equal(at({ country: 'GB-WLS' }), 'GB-WLS')
  t.equal(at({ state: 'GB-SCT', country: 'GB' }), 'GB-SCT')
  t.equal(at({ city: 'Cardiff', country: 'GB' }), undefined)
})
