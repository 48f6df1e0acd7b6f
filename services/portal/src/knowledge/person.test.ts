import type { Consent, Flag, Resource } from '@medplum/fhirtypes'
import { aPatient, aRegisterEntry } from '@platform/testing/cast'
import t from 'tap'
import { basesOf, entriesThatStand, showPerson } from './person.ts'

const NOW = new Date('2026-11-24T01:00:00Z')
const { flag, consent } = aRegisterEntry()
const known = (given: Partial<Consent>): ReadonlyMap<string, Resource> =>
  new Map(basesOf([flag]).map((reference) => [reference, { ...consent, ...given }]))
const shown = (flags: readonly Flag[], known: ReadonlyMap<string, Resource>) =>
  showPerson(aPatient('dafydd'), entriesThatStand(flags, known, NOW)).register

t.test('HAZ-A135: nobody is shown as on the register by a consent that has ended, nor by a flag that is no entry of it', async (t) => {
  t.equal(shown([flag], known({})).length, 1)
  t.strictSame(shown([flag], known({ provision: { type: 'permit', period: { end: '2026-11-23' } } })), [])
  t.strictSame(shown([flag], known({ status: 'inactive' })), [])
  t.equal(shown([flag], new Map()).length, 1, 'of a consent that the reader may not see nothing is concluded')
  t.strictSame(shown([{ ...flag, code: { text: 'Needs an interpreter' } }], known({})), [])
})
