import { GRADES, ROLES } from '@platform/fhir/caller'
import fc from '@platform/testing/properties'
import t from 'tap'
import {
  CHECKED_LEVEL,
  CHECKED_LEVELS,
  faultOfLevel,
  HIGHEST_LEVEL,
  highestLevelOf,
  isHigher,
  levelOf,
  provenanceOf,
} from './checked-level.ts'

const entry = (...levels: string[]) => ({
  resourceType: 'Procedure',
  extension: levels.map((valueCode) => ({ url: CHECKED_LEVEL, valueCode })),
})

// Each cell by hand: link-only, needs-only, therapy-record, full. 0 none, 1 person, 2 worker, 3 registered professional, 4 clinician.
const CELLS = {
  admin: [4, 4, 4, 4],
  'reactor-referrals': [2, 2, 2, 2],
  'reactor-alerts': [2, 2, 2, 2],
  professional: [3, 3, 3, 4],
  worker: [2, 2, 2, 2],
  ward: [2, 2, 2, 2],
  commissioner: [0, 0, 0, 0],
  patient: [1, 1, 1, 1],
  carer: [1, 1, 1, 1],
} as const

t.test('each role and grade may give the levels up to its own, and none above (HAZ-P30)', async (t) => {
  t.same(Object.keys(HIGHEST_LEVEL).toSorted(), [...ROLES].toSorted())
  for (const role of ROLES)
    for (const [column, grade] of GRADES.entries())
      for (const [index, level] of CHECKED_LEVELS.entries()) {
        const fault = faultOfLevel({ role, grade }, { was: undefined, willBe: entry(level), place: '' })
        t.equal(fault?.code, index < (CELLS[role][column] ?? 0) ? undefined : 'LEVEL_NOT_YOURS', `${role} ${grade} ${level}`)
      }
})

t.test('whoever keeps a level that is above its own is refused too, since the entry would be its own', async (t) => {
  const worker = { role: 'worker', grade: 'full' } as const
  const confirmed = entry('clinician-confirmed')
  t.equal(faultOfLevel(worker, { was: confirmed, willBe: confirmed, place: '' })?.code, 'LEVEL_NOT_YOURS')
  t.equal(faultOfLevel(worker, { was: confirmed, willBe: entry('worker-recorded'), place: '' }), undefined)
})

t.test('a level does not go missing, and an unknown one is none', async (t) => {
  const professional = { role: 'professional', grade: 'full' } as const
  const fault = (was: object | undefined, willBe: object, place = '') =>
    faultOfLevel(professional, { was: was as never, willBe: willBe as never, place })
  t.equal(fault(entry('person-said'), entry())?.code, 'LEVEL_MISSING')
  t.equal(fault(undefined, entry()), undefined)
  t.equal(fault(undefined, entry('gospel'))?.code, 'LEVEL_UNKNOWN')
  t.equal(fault(undefined, { resourceType: 'Procedure', extension: [{ url: CHECKED_LEVEL }] })?.code, 'LEVEL_UNKNOWN')
  t.same(fault(undefined, entry('gospel'), 'Bundle.entry[1].resource')?.expression, [
    `Bundle.entry[1].resource.extension('${CHECKED_LEVEL}')`,
  ])
})

t.test('a second level cannot hide behind a lower one', async (t) => {
  const two = entry('worker-recorded', 'clinician-confirmed')
  t.equal(faultOfLevel({ role: 'worker', grade: 'full' }, { was: undefined, willBe: two, place: '' })?.code, 'LEVEL_NOT_YOURS')
})

t.test('whatever the extensions of an entry look like, nobody writes a level above his own', async () => {
  const extension = fc.oneof(
    fc.record({ url: fc.constant(CHECKED_LEVEL), valueCode: fc.constantFrom<unknown>(...CHECKED_LEVELS, 'other', 4, null) }),
    fc.constant({ url: 'https://elsewhere.example', valueCode: 'clinician-confirmed' }),
    fc.jsonValue(),
  )
  const shape = fc.oneof(fc.array(extension), fc.jsonValue())
  fc.assert(
    fc.property(fc.constantFrom(...ROLES), fc.constantFrom(...GRADES), shape, (role, grade, extensions) => {
      const willBe = { resourceType: 'Procedure', extension: extensions as unknown }
      if (faultOfLevel({ role, grade }, { was: undefined, willBe, place: '' }) !== undefined) return true
      const level = levelOf(willBe)
      return level === undefined || !isHigher(level, highestLevelOf({ role, grade }))
    }),
  )
})

t.test('a Provenance names the version, the person, who signed in and for whom', async (t) => {
  const at = new Date('2026-11-21T09:00:00Z')
  const common = { entry: 'Procedure/p', version: 2, patient: 'ada', level: 'clinician-confirmed', at } as const
  t.match(provenanceOf({ ...common, by: { fhirUser: 'Practitioner/x', organization: 'Organization/y', clientId: 'c' } }), {
    target: [{ reference: 'Procedure/p/_history/2' }, { reference: 'Patient/ada' }],
    agent: [{ who: { reference: 'Practitioner/x' }, onBehalfOf: { reference: 'Organization/y' } }],
    entity: [{ role: 'revision', what: { reference: 'Procedure/p/_history/1' } }],
  })
  t.match(provenanceOf({ ...common, by: { organization: 'Organization/y', clientId: 'c' } }), {
    agent: [{ who: { reference: 'Organization/y' } }],
  })
  t.match(provenanceOf({ ...common, by: { clientId: 'c' } }), { agent: [{ who: { identifier: { value: 'c' } } }] })
})
