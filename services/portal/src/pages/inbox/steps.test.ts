import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { packageFolder } from '@handrail/fhir-profiles/package'
import { cy, en } from '../../words/words.ts'
import { byCueAndDue, cuesOf, referencesOf, showDuplicates, showStep } from './steps.ts'

const INPUT = 'https://handrail.example/fhir/CodeSystem/task-input'
const step = (id: string, due: string, cue?: string): Task => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  restriction: { period: { end: due } },
  ...(cue === undefined
    ? {}
    : { input: [{ type: { coding: [{ system: INPUT, code: 'red-flag' }] }, valueCodeableConcept: { text: cue } }] }),
})

t.test('HAZ-R50: what has a red-flag cue stands on top, and within that the oldest due date', async (t) => {
  const steps = [
    step('old', '2026-11-01'),
    step('cued-late', '2026-11-20', 'Cue'),
    step('new', '2026-11-10'),
    step('cued', '2026-11-09', 'Cue'),
  ]
  t.same(
    steps.toSorted(byCueAndDue).map(({ id }) => id),
    ['cued', 'cued-late', 'old', 'new'],
  )
})

t.test('a step without a cue shows none', async (t) => {
  t.same(cuesOf(step('old', '2026-11-01')), [])
  t.same(cuesOf(step('cued', '2026-11-01', 'Red-flag cue: sudden weakness')), ['Red-flag cue: sudden weakness'])
})

t.test('a step says every need of the person, also where the request brought none, and each once', async (t) => {
  const needs = (...texts: readonly string[]) =>
    texts.map((valueString) => ({ url: 'https://handrail.example/fhir/StructureDefinition/needs', valueString }))
  const patient: Patient = { resourceType: 'Patient', id: 'p', extension: needs('Text first') }
  const request: ServiceRequest = {
    resourceType: 'ServiceRequest',
    id: 's',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    extension: needs('Text first', 'Heat-sensitive'),
  }
  const asked: Task = { ...step('asked', '2026-11-01'), for: { reference: 'Patient/p' }, focus: { reference: 'ServiceRequest/s' } }
  const shown = (...known: readonly (Patient | ServiceRequest)[]) =>
    showStep(asked, new Map(known.map((one) => [`${one.resourceType}/${String(one.id)}`, one])), en, new Date('2026-11-01')).needs
  t.same(shown(patient), ['Text first'])
  t.same(shown(patient, request), ['Text first', 'Heat-sensitive'])
  t.same(shown(), [])
})

t.test('HAZ-A132: what names nobody is called by what it is, with its own priority and time; a death by whose it is', async (t) => {
  const at = new Date('2026-11-22T22:00:00Z')
  const kind = (code: string) => ({ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code }] })
  const review: Task = {
    ...step('review', '2026-11-23'),
    code: kind('identity-review'),
    priority: 'asap',
    authoredOn: '2026-11-22T21:56:00Z',
  }
  t.match(showStep(review, new Map(), en, at), {
    title: 'Match to decide',
    about: false,
    priority: 'As soon as possible',
    since: '2026-11-22T21:56:00Z',
  })
  const patient: Patient = { resourceType: 'Patient', id: 'p', name: [{ given: ['Dafydd'], family: 'Rees' }] }
  const request: ServiceRequest = {
    resourceType: 'ServiceRequest',
    id: 's',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
  }
  const death: Task = {
    ...step('death', '2026-11-23'),
    code: kind('death-notice'),
    priority: 'urgent',
    input: [{ type: { coding: [{ system: INPUT, code: 'need' }] }, valueReference: { reference: 'ServiceRequest/s' } }],
  }
  t.ok(referencesOf(death).includes('ServiceRequest/s'))
  const known = new Map<string, Patient | ServiceRequest>([
    ['Patient/p', patient],
    ['ServiceRequest/s', request],
  ])
  t.match(showStep(death, known, en, at), { title: 'News of a death: Dafydd Rees', patient: 'p', priority: 'Urgent' })
  t.match(showStep({ ...step('asked', '2026-11-23'), focus: { reference: 'ServiceRequest/s' } }, known, en, at), {
    title: 'Request about Dafydd Rees',
    priority: 'Not stated: treated as routine',
  })
})

t.test('every kind of Task has a name in both languages', async (t) => {
  const { concept } = JSON.parse(await readFile(join(packageFolder, 'CodeSystem-task-kind.json'), 'utf8')) as {
    concept: { code: string }[]
  }
  for (const { code } of concept) for (const words of [en, cy]) t.ok(Object.hasOwn(words.kind, code), `${code} in ${words.lang}`)
})

t.test('a request that may be for the same is named with who asked and when, and leads to the step by which we were asked', async (t) => {
  const other: ServiceRequest = {
    resourceType: 'ServiceRequest',
    id: 'other',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    code: { text: 'Help with transfers' },
    requester: { display: 'Hafod Surgery' },
    authoredOn: '2026-11-01T09:00:00Z',
  }
  const type = { coding: [{ system: INPUT, code: 'possible-duplicate' }] }
  const asked: Task = {
    ...step('asked', '2026-11-03'),
    input: [
      { type, valueReference: { reference: 'ServiceRequest/other' } },
      { type, valueReference: { reference: 'ServiceRequest/hidden' } },
    ],
  }
  const ours: Task = { ...step('ours', '2026-11-04'), basedOn: [{ reference: 'ServiceRequest/other' }] }
  const known = new Map([['ServiceRequest/other', other]])
  const shown = { need: 'Help with transfers', from: 'Hafod Surgery', since: '2026-11-01T09:00:00Z' }
  t.same(showDuplicates(asked, [ours], known), [{ ...shown, step: 'ours' }], 'of what may not be seen nothing is said')
  t.same(showDuplicates(asked, [], known), [shown])
  t.same(showDuplicates(step('alone', '2026-11-03'), [ours], known), [])
})
