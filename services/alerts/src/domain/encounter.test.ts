import t from 'tap'
import { sensitiveWardsOf } from '@handrail/fhir-profiles/sensitive-wards'
import { parseHospitalSites } from '@handrail/fhir-profiles/hospital-sites'
import type { HospitalLocation } from './adt.ts'
import { conceal, inSensitiveWard, withCriticalCare, type StayView } from './encounter.ts'

const inPlaces = (...places: HospitalLocation[]): StayView => ({
  id: 's1',
  facility: 'NORTH',
  patient: 'dafydd',
  stay: { status: 'inpatient', admissionInferred: false, died: false, wasIn: true, places, location: places.at(-1) ?? {} },
  wrongPerson: false,
  merged: false,
})

t.test(
  'HAZ-A17: a stay is on a sensitive ward when any of its places is one, by the words of its site’s map or the hospital’s own mark',
  async (t) => {
    const wards = ['GUM']
    for (const places of [
      [{ ward: 'GUM', bed: '4' }],
      [{ ward: ' gum' }],
      [{ ward: 'ED' }, { ward: 'GUM' }, { ward: 'W3' }],
      [{ ward: 'Gum, room 2' }],
      [{ ward: 'W3', sensitive: true as const }],
    ])
      t.equal(inSensitiveWard(inPlaces(...places), wards), true, JSON.stringify(places))
    for (const places of [[], [{ ward: 'GUMS' }], [{ ward: 'W3, GUM' }], [{ room: 'GUM' }], [{ ward: 'W3' }]])
      t.equal(inSensitiveWard(inPlaces(...places), wards), false, JSON.stringify(places))
  },
)

t.test('HAZ-A137: a ward of critical care is known in whatever case it is written', async (t) => {
  t.equal(withCriticalCare(inPlaces({ ward: 'ITU' }), ['itu']).inCriticalCare, true)
  t.equal(withCriticalCare(inPlaces({ ward: 'W7' }), ['itu']).inCriticalCare, undefined)
})

t.test('HAZ-A17: what is concealed has no place left', async (t) => {
  t.notMatch(JSON.stringify(conceal(inPlaces({ ward: 'ED' }, { ward: 'GUM' }))), /GUM|ED/)
})

t.test('HAZ-A17: the sensitive wards of a hospital are those of its entry; of one that nobody can tell, those of all', async (t) => {
  const sites = parseHospitalSites(
    JSON.stringify({
      id: 'hospital-sites',
      title: 'Sites',
      status: 'active',
      author: 'Test',
      source: 'Test',
      reviewBy: '2027-01-01',
      usual: { location: ['ward'], silentAfter: { minutes: 30 } },
      sites: { NORTH: { sensitiveWards: ['GUM'] }, SOUTH: { sensitiveWards: ['S9', 'S10'] }, EAST: {} },
    }),
  )
  t.same(sensitiveWardsOf(sites, 'NORTH'), ['GUM'])
  t.same(sensitiveWardsOf(sites, 'EAST'), [])
  t.same(sensitiveWardsOf(sites, 'ELSEWHERE'), [])
  t.same(sensitiveWardsOf(sites), ['GUM', 'S9', 'S10'])
})
