import type { Consent, Flag } from '@medplum/fhirtypes'
import t from 'tap'
import { aPatient, aRegisterEntry } from '@platform/testing/cast'
import { registerChangesAt } from '@platform/fhir/register-entry'
import { watchedPerson } from './watched-person.ts'

const NOW = new Date('2026-11-21T02:14:00Z')
const patient = aPatient('dafydd')
const { flag, consent } = aRegisterEntry()
const isWatched = (given: Partial<Consent>, entry: Flag = flag, now = NOW) =>
  watchedPerson({ patient, flags: [entry], consents: [{ ...consent, ...given }] }, now) !== undefined

t.test('a consent in force puts somebody on the register; one that is denied, inactive or over takes them off', async (t) => {
  t.ok(isWatched({}))
  t.notOk(isWatched({ status: 'inactive' }))
  t.notOk(isWatched({ provision: { type: 'deny' } }))
  t.notOk(isWatched({ provision: { type: 'permit', period: { end: '2026-11-20' } } }))
  t.ok(isWatched({ provision: { type: 'permit', period: { end: '2026-11' } } }), 'a partial end lasts to its last day')
})

t.test('a decision in the best interest names who decided, when, and until when it holds', async (t) => {
  const system = 'https://handrail.example/fhir/CodeSystem/consent-kind'
  const decision: Partial<Consent> = {
    category: [{ coding: [{ system, code: 'best-interest' }] }],
    performer: [{ reference: 'Practitioner/mair' }],
    dateTime: '2026-09-08',
    provision: { type: 'permit', period: { end: '2027-03-08' } },
  }
  t.ok(isWatched(decision))
  t.notOk(isWatched({ ...decision, performer: [] }))
  t.notOk(isWatched({ ...decision, provision: { type: 'permit' } }), 'a day of review is wanted')
  t.notOk(isWatched(decision, flag, new Date('2027-03-09T00:00:00Z')), 'past its review it is none')
})

t.test('a diagnosis, a flag that is over, a person who died: nobody is watched', async (t) => {
  t.notOk(isWatched({}, { ...flag, status: 'inactive' }))
  t.equal(watchedPerson({ patient: { ...patient, deceasedBoolean: true }, flags: [flag], consents: [consent] }, NOW), undefined)
  t.equal(watchedPerson({ patient, flags: [], consents: [consent] }, NOW), undefined)
})

t.test(
  'HAZ-A135: the register is looked at again on the next day on which an entry, or what it rests on, begins or has ended',
  async (t) => {
    const changesAt = (period: { start?: string; end?: string }, given: Partial<Flag> = {}) =>
      registerChangesAt([{ ...flag, ...given }], [{ ...consent, provision: { type: 'permit', period } }], NOW)
        ?.toISOString()
        .slice(0, 10)
    t.equal(changesAt({}), undefined)
    t.equal(changesAt({ end: '2026-11-21' }), '2026-11-22', 'it lasts to the end of its day')
    t.equal(changesAt({ end: '2026-11' }), '2026-12-01')
    t.equal(changesAt({ end: '2027' }), '2028-01-01')
    t.equal(changesAt({ start: '2026-11-25', end: '2027-03-08' }), '2026-11-25')
    t.equal(changesAt({ start: '2026-11-01', end: '2026-11-20' }), undefined, 'what is over changes no more')
    t.equal(changesAt({ end: '2027-03-08' }, { period: { end: '2026-12-31' } }), '2027-01-01')
    t.equal(changesAt({ end: '2027-03-08' }, { status: 'inactive' }), undefined)
  },
)
