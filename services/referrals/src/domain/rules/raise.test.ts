import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { parseCrisisWords, parseCues } from '@handrail/fhir-profiles/approved-words'
import fc from '@platform/testing/properties'
import t from 'tap'
import { aReferral, circumstances, pathway, stored, WEDNESDAY } from '../../../test/a-need.ts'
import { cuesIn, type Cue } from '../approved-words.ts'
import { inputsOf, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { settle } from '../settle.ts'
import type { Write } from '../write.ts'

const approval = { by: 'Dr Test, clinical lead', on: '2026-11-01', reviewBy: '2027-05-01' }
const WEAKNESS: Cue = {
  id: 'sudden-weakness',
  says: 'sudden weakness',
  words: ['sudden weakness'],
  nations: ['england'],
  source: 'Handrail acceptance story 2',
  approval,
}
const withCues = (cues: readonly Cue[], at = WEDNESDAY): Circumstances => ({
  ...circumstances(at),
  pathway: { ...pathway, approved: () => ({ cues, crisis: [] }) },
})
const noting = (text: string): ServiceRequest => aReferral({ note: [{ text }] })
const found = (request: ServiceRequest, cues: readonly Cue[] = [WEAKNESS]) => cuesIn(request, cues, WEDNESDAY).map(({ cue }) => cue.id)

const unmarked = (task: Task): Task => {
  const { input = [], ...rest } = task
  const kept = input.filter(({ type }) => !type.coding?.some(({ code }) => code === 'red-flag'))
  return kept.length === 0 ? rest : { ...rest, input: kept }
}

t.test('HAZ-R50: a cue stands in the words of a referral, whatever their case, accents and spaces, and as whole words', async (t) => {
  t.same(found(noting('Since Monday SUDDEN\n  weakness of the left arm')), ['sudden-weakness'])
  t.same(found(aReferral({ reasonCode: [{ text: 'sudden weakness' }] })), ['sudden-weakness'])
  t.same(found(aReferral({ code: { text: 'Sudden-weakness?' } })), ['sudden-weakness'])
  t.same(found(noting('suddenweakness')), [])
  t.same(found(noting('a sudden change and weakness')), [])
})

t.test('HAZ-R50: a cue that the referrer ticked is found without any words', async (t) => {
  const system = 'https://handrail.example/fhir/CodeSystem/red-flag'
  const request = aReferral({ reasonCode: [{ coding: [{ system, code: 'sudden-weakness' }] }] })
  t.match(cuesIn(request, [WEAKNESS], WEDNESDAY), [{ how: 'ticked' }])
})

t.test('HAZ-R50: past its review date a cue is nobody’s and is not used', async (t) => {
  t.same(cuesIn(noting('sudden weakness'), [WEAKNESS], new Date('2027-05-02T00:00:00Z')), [])
})

t.test('HAZ-R50: a cue is approved for nations, and is used for the owners of these', async (t) => {
  t.same(cuesIn(noting('sudden weakness'), [WEAKNESS], WEDNESDAY, 'scotland'), [])
  t.equal(cuesIn(noting('sudden weakness'), [WEAKNESS], WEDNESDAY, 'england').length, 1)
  t.equal(cuesIn(noting('sudden weakness'), [WEAKNESS], WEDNESDAY).length, 1, 'where the nation is not known nothing is passed over')
})

t.test('HAZ-R50: whoever is asked reads the cue with its source and who approved it', async (t) => {
  const [write] = settle({ request: noting('sudden weakness'), tasks: [] }, withCues([WEAKNESS]))
  t.ok(write !== undefined && 'open' in write)
  const task = (write as { open: Task }).open
  t.match(inputsOf(task, 'red-flag'), [{ valueCodeableConcept: { coding: [{ code: 'sudden-weakness' }] } }])
  const said = inputsOf(task, 'red-flag')[0]?.valueCodeableConcept?.text
  t.match(said, /sudden weakness/)
  t.match(said, /A cue decides nothing/)
  t.match(said, /Source: Handrail acceptance story 2; approved by Dr Test, clinical lead on 2026-11-01/)
})

t.test('HAZ-R50: an amended referral, or a cue approved later, lifts the step that is open already, once', async (t) => {
  const before: Need = { request: noting('weaker'), tasks: [] }
  const asked = stored(before, settle(before, withCues([WEAKNESS])), WEDNESDAY)
  const amended = { ...asked, request: { ...asked.request, note: [{ text: 'sudden weakness' }] } }
  const lifted = stored(amended, settle(amended, withCues([WEAKNESS])), WEDNESDAY)
  t.equal(inputsOf(lifted.tasks[0]!, 'red-flag').length, 1)
  t.same(settle(lifted, withCues([WEAKNESS])), [])
})

t.test('nothing that is shipped is approved', async (t) => {
  t.same(pathway.approved(), { cues: [], crisis: [] })
})

t.test('an entry without source, nation or words is refused with the place', async (t) => {
  const head = { id: 'x', title: 'x', status: 'draft', author: 'x', source: 'x', reviewBy: '2027-01-01' }
  const cue = { id: 'x', says: 'x', words: ['x'], nations: ['wales'], source: 'x' }
  t.equal(parseCues(JSON.stringify({ ...head, cues: [cue] })).length, 1)
  for (const name of ['source', 'nations', 'words', 'says'])
    t.throws(
      () => parseCues(JSON.stringify({ ...head, cues: [{ ...cue, [name]: undefined }] })),
      new RegExp(`red-flags.json.cues\\[0\\].${name}`),
    )
  t.throws(() => parseCues(JSON.stringify({ ...head, cues: [cue, cue] })), /two entries of the id x/)
  const line = { id: 'x', says: 'x', nations: ['wales'], source: 'x' }
  t.throws(() => parseCrisisWords(JSON.stringify({ ...head, entries: [{ ...line, telephone: 'ring us' }] })), /telephone/)
  t.throws(() => parseCrisisWords(JSON.stringify({ ...head, entries: [{ ...line, cy: { says: 'x' } }] })), /translator/)
})

t.test('an approval is of an entry as it stands: another word, number or nation is another wording', async (t) => {
  const head = { id: 'x', title: 'x', status: 'draft', author: 'x', source: 'x', reviewBy: '2027-01-01' }
  const line = { id: 'x', says: 'Ring us', telephone: '01632 960108', nations: ['wales'], source: 'x' }
  const wording = (entry: object) => parseCrisisWords(JSON.stringify({ ...head, entries: [entry] }))[0]?.wording
  t.not(wording(line), wording({ ...line, telephone: '01632 960109' }))
  t.not(wording(line), wording({ ...line, nations: ['wales', 'england'] }))
  t.equal(wording(line), wording({ ...line }))
})

/** What a decision says without its marks: a change that only marked its Task is no change. */
const withoutMarks = (need: Need, writes: readonly Write[]): readonly Write[] =>
  writes.flatMap((write): readonly Write[] => {
    if ('open' in write) return [{ ...write, open: unmarked(write.open) }]
    if (write.change.resourceType !== 'Task') return [write]
    const before = need.tasks.find(({ id }) => id === write.change.id)
    const after = unmarked(write.change)
    return before !== undefined && JSON.stringify(unmarked(before)) === JSON.stringify(after) ? [] : [{ change: after }]
  })

t.test('HAZ-R50: a cue never changes a decision: the same steps, owners, due times and outcomes, with and without', async () => {
  const words = fc.constantFrom('sudden weakness', 'new bladder loss', 'stiff in the morning', '')
  const performer = fc.subarray(['Organization/leisure', 'Organization/neuropsychology', 'HealthcareService/chair-class'])
  const priority = fc.constantFrom(undefined, 'routine' as const, 'urgent' as const)
  const statuses = fc.array(fc.constantFrom<Task['status']>('requested', 'accepted', 'rejected', 'completed', 'on-hold'), { maxLength: 3 })
  const cues = fc.subarray([WEAKNESS, { ...WEAKNESS, id: 'new-bladder-loss', words: ['new bladder loss'] }])
  const hours = fc.integer({ min: 0, max: 400 })
  fc.assert(
    fc.property(words, performer, priority, statuses, cues, hours, (text, asked, urgency, became, approved, later) => {
      const request = aReferral({
        note: [{ text }],
        performer: asked.map((reference) => ({ reference })),
        ...(urgency === undefined ? {} : { priority: urgency }),
      })
      const begun: Need = { request, tasks: [] }
      const opened = stored(begun, settle(begun, withCues([])), WEDNESDAY)
      const need = { ...opened, tasks: opened.tasks.map((task, index) => ({ ...task, status: became[index] ?? task.status })) }
      const at = new Date(WEDNESDAY.getTime() + later * 3_600_000)
      const without = settle(need, withCues([], at))
      const marked = withoutMarks(need, settle(need, withCues(approved, at)))
      if (JSON.stringify(sorted(marked)) !== JSON.stringify(sorted(without))) throw new Error('a cue changed a decision')
    }),
  )
})

const sorted = (writes: readonly Write[]): readonly string[] => writes.map((write) => JSON.stringify(write)).toSorted()
