import type { Consent, Flag } from '@medplum/fhirtypes'
import t from 'tap'
import { aPatient, aRegisterEntry } from '@platform/testing/cast'
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
