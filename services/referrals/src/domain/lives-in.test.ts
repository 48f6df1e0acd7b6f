import type { Address, Patient } from '@medplum/fhirtypes'
import { RESTRICTED } from '@platform/fhir/whereabouts'
import t from 'tap'
import { livesIn } from './lives-in.ts'

const AT = new Date('2026-11-05T10:00:00.000Z')
const at = (...address: Address[]): Patient => ({ resourceType: 'Patient', address })

t.test('somebody lives in the nation that their home address names, and a postcode names none', async (t) => {
  t.equal(livesIn(at({ use: 'home', country: 'Wales' }), AT), 'wales')
  t.equal(livesIn(at({ country: 'GB-SCT' }), AT), 'scotland')
  for (const address of [{ country: 'GB' }, { postalCode: 'CH5 1AB' }, { city: 'Chester' }, {}])
    t.equal(livesIn(at(address), AT), undefined)
  t.equal(livesIn({ resourceType: 'Patient' }, AT), undefined)
})

t.test('an address of the past, of a stay, of work or for letters is not where they live', async (t) => {
  const home = { use: 'home', country: 'Wales' } as const
  for (const other of [
    { use: 'old', country: 'England' },
    { use: 'temp', country: 'England' },
    { use: 'work', country: 'England' },
    { type: 'postal', country: 'England' },
    { use: 'home', country: 'England', period: { end: '2026-11-04' } },
  ] as const)
    t.equal(livesIn(at(other, home), AT), 'wales', JSON.stringify(other))
  t.equal(livesIn(at({ country: 'England' }, home), AT), undefined, 'two that differ say nothing')
})

t.test('HAZ-A17: of somebody whose whereabouts are restricted no nation is told', async (t) => {
  t.equal(livesIn({ ...at({ country: 'Wales' }), extension: [RESTRICTED] }, AT), undefined)
  t.equal(livesIn({ ...at({ country: 'Wales' }), meta: { security: [{ code: 'R' }] } }, AT), undefined)
})
