import { loadReviewRules } from '@handrail/fhir-profiles/review-rules'
import type { ReviewEntry } from '@handrail/fhir-profiles/review-windows'
import type { Device, DeviceUseStatement, Task } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import type { Kept, PersonFacts } from './facts.ts'
import { refillFault } from './refill-query.ts'
import { reviewsOf } from './reviews.ts'
import { keyOf, settle, type Settled } from './settle.ts'
import { findingOf } from './trial.ts'

const rules = await loadReviewRules()
const BASE = 'https://handrail.example/fhir'
const accessPoint = { reference: 'Organization/access-point' }
const dueAfter = (from: Date) => new Date(from.getTime() + 14 * 86_400_000)
const day = (offset: number) => new Date(Date.UTC(2026, 0, 1) + offset * 86_400_000)
const isoDay = (offset: number) => day(offset).toISOString().slice(0, 10)
const kept = <T>(reference: string, resource: T, version = 1): Kept<T> => ({ reference, version, author: 'Client/x', classes: 0, resource })

const KINDS = ['botulinum-toxin', 'home-programme', 'splinting', 'monitoring-only', 'stretching'] as const
const procedure = fc.record({
  kind: fc.constantFrom(...KINDS),
  status: fc.constantFrom('completed' as const, 'not-done' as const, 'entered-in-error' as const),
  on: fc.option(fc.integer({ min: 0, max: 800 }), { nil: undefined }),
  performer: fc.option(fc.constantFrom('Organization/a', 'Organization/b', 'Patient/p'), { nil: undefined }),
  next: fc.option(fc.integer({ min: 0, max: 1200 }), { nil: undefined }),
})
const toEntry = (each: typeof procedure extends fc.Arbitrary<infer P> ? P : never): ReviewEntry => ({
  resourceType: 'Procedure',
  status: each.status,
  subject: {},
  code: { coding: [{ system: `${BASE}/CodeSystem/intervention-kind`, code: each.kind }] },
  ...(each.on !== undefined && { performedDateTime: isoDay(each.on) }),
  ...(each.performer !== undefined && { performer: [{ actor: { reference: each.performer } }] }),
  ...(each.next !== undefined && { extension: [{ url: `${BASE}/StructureDefinition/next-review`, valueDate: isoDay(each.next) }] }),
})

/** The facts after a decision was written. */
function afterwards(facts: PersonFacts, { open, change }: Settled): PersonFacts {
  const changed = new Map(change.map(({ task, next }) => [keyOf(task), next]))
  return {
    ...facts,
    tasks: [
      ...facts.tasks.map((task) => ({ ...task, version: task.version + 1, resource: changed.get(keyOf(task)) ?? task.resource })),
      ...open.map((task, index) => kept<Task>(`Task/${facts.tasks.length + index}`, task)),
    ],
  }
}

t.test(
  'whatever is recorded and whenever it is looked at, each review is one Task with owner and due time, and looking again changes nothing',
  async () => {
    fc.assert(
      fc.property(
        fc.array(procedure, { maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 4 }),
        (given, looks) => {
          const entries = given.map((each, index) => kept(`Procedure/${index}`, toEntry(each)))
          let facts: PersonFacts = { patient: 'p', entries, devices: [], scores: [], careTeams: [], tasks: [] }
          for (const offset of looks.toSorted((a, b) => a - b)) {
            const surroundings = { now: day(offset), dueAfter, accessPoint }
            facts = afterwards(facts, settle(reviewsOf(rules, facts), facts, surroundings))
            const again = settle(reviewsOf(rules, facts), facts, surroundings)
            if (again.open.length + again.change.length > 0) return false
            const keys = facts.tasks.map(keyOf)
            if (new Set(keys).size !== keys.length) return false
            if (
              !facts.tasks.every(
                ({ resource }) => resource.owner?.reference !== undefined && resource.restriction?.period?.end !== undefined,
              )
            )
              return false
            // What is not due yet wakes somebody later.
            const waiting = reviewsOf(rules, facts).filter(({ key, settledBy }) => settledBy === undefined && !keys.includes(key))
            if (waiting.length > 0 && !(again.lookAgainAt !== undefined && again.lookAgainAt > day(offset))) return false
          }
          return true
        },
      ),
      { numRuns: 300 },
    )
  },
)

t.test('taking every entry back closes every Task, and bringing them back opens them again', async () => {
  fc.assert(
    fc.property(fc.array(procedure, { maxLength: 5 }), (given) => {
      const entries = given.map((each, index) => kept(`Procedure/${index}`, toEntry(each)))
      const surroundings = { now: day(1500), dueAfter, accessPoint }
      const start: PersonFacts = { patient: 'p', entries, devices: [], scores: [], careTeams: [], tasks: [] }
      const look = (facts: PersonFacts) => afterwards(facts, settle(reviewsOf(rules, facts), facts, surroundings))
      const open = ({ tasks }: PersonFacts) => tasks.filter(({ resource }) => resource.status === 'requested').length
      const raised = look(start)
      const taken = look({ ...raised, entries: [] })
      const back = look({ ...taken, entries })
      return open(taken) === 0 && open(back) === open(raised)
    }),
  )
})

const quantity = (value: number, code: string) => ({ value, code, system: 'http://unitsofmeasure.org' })
const aPump = (usable: number): Device => ({
  resourceType: 'Device',
  property: [{ type: { coding: [{ code: 'usable-volume' }] }, valueQuantity: [quantity(usable, 'mL')] }],
})
const aUse = (concentration: number, dose: number, alarm: string): DeviceUseStatement => ({
  resourceType: 'DeviceUseStatement',
  status: 'active',
  subject: {},
  device: {},
  extension: [
    {
      url: `${BASE}/StructureDefinition/device-block`,
      extension: [
        { url: 'concentration', valueQuantity: quantity(concentration, 'ug/mL') },
        { url: 'daily-dose', valueQuantity: quantity(dose, 'ug/d') },
        { url: 'last-refill', valueDate: '2026-08-14' },
        { url: 'low-reservoir-alarm', valueDate: alarm },
      ],
    },
  ],
})

t.test('a pump whose numbers agree is not queried; one whose alarm is two days off is, whatever the amounts (HAZ-P32)', async (t) => {
  t.equal(refillFault(aUse(2000, 350, '2026-11-24'), aPump(18)), undefined)
  t.match(refillFault(aUse(2000, 350, '2026-12-24'), aPump(18)), { days: 102, expected: '2026-11-24', recorded: '2026-12-24' })
  t.equal(refillFault(aUse(2000, 0, '2026-12-24'), aPump(18)), undefined, 'no dose: nothing can be said')
  const amount = fc.integer({ min: 1, max: 4000 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      amount,
      amount,
      fc.integer({ min: -400, max: 400 }),
      (usable, concentration, dose, off) => {
        const days = Math.floor((usable * concentration) / dose)
        const alarm = new Date(Date.UTC(2026, 7, 14) + (days + off) * 86_400_000).toISOString().slice(0, 10)
        if (!/^\d{4}-/.test(alarm)) return true
        const use = aUse(concentration, dose, alarm)
        const before = JSON.stringify(use)
        return (refillFault(use, aPump(usable)) !== undefined) === Math.abs(off) > 1 && JSON.stringify(use) === before
      },
    ),
  )
})

t.test('a trial without a score before it, or after it, cannot be judged', async (t) => {
  const entry: ReviewEntry = { resourceType: 'MedicationStatement', status: 'active', subject: {} }
  t.match(findingOf(entry, [], 20), { verdict: 'unknown', words: /No score from before/ })
})
