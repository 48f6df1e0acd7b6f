/** Hazard HAZ-K03. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ActivityDefinition, CodeSystem, CodeSystemConcept, Extension } from '@medplum/fhirtypes'
import t from 'tap'
import { loadCatalogue, toCatalogue } from './catalogue.ts'
import { loadReviewRules } from './review-rules.ts'

const catalogue = await loadCatalogue()
const rules = await loadReviewRules()
const kind = (code: string) => {
  const found = catalogue.kind(code)
  if (found === undefined) throw new Error(`There is no kind ${code}.`)
  return found
}

t.test('every treatment the people asked for is there, by name', (t) => {
  // Needs list: A-03, B-10 to B-24, C-18, C-31.
  const wanted = [
    'physiotherapy balance-and-posture gait-training strengthening stretching range-of-movement task-practice self-management-education',
    'home-programme carer-training exercise-therapy exercise-class chair-based-exercise walking-class yoga tai-chi relaxation',
    'splinting orthosis standing-frame seating-and-positioning fes fes-set-up tens hydrotherapy hydrotherapy-class heat-or-cold-therapy',
    'botulinum-toxin phenol-block intrathecal-phenol baclofen-pump-implant baclofen-pump-refill contracture-surgery',
    'medicine-oral-baclofen medicine-tizanidine medicine-gabapentin medicine-dantrolene medicine-diazepam medicine-clonazepam',
    'medicine-nabiximols acupuncture massage complementary-other oxygen counselling neuropsychology peer-support monitoring-only',
  ].flatMap((line) => line.split(' '))
  for (const code of wanted) t.ok(catalogue.kind(code), code)
  t.equal(catalogue.kind('magic'), undefined)
  t.end()
})

t.test('every kind is in a group, and every group has kinds', (t) => {
  for (const { code, title, group } of catalogue.kinds) t.ok(title !== '' && catalogue.groups.includes(group), code)
  for (const group of catalogue.groups)
    t.ok(
      catalogue.kinds.some((each) => each.group === group),
      group.code,
    )
  t.end()
})

t.test('onset, duration and repetition of botulinum toxin are spans with their source', (t) => {
  const { statements, codings, reviewRules, approval } = kind('botulinum-toxin')
  t.same(
    statements.map(({ about, from, until }) => ({ about, from, until })),
    [
      { about: 'onset', from: { value: 12, unit: 'hours' }, until: { value: 7, unit: 'days' } },
      { about: 'duration', from: { value: 3, unit: 'months' }, until: { value: 4, unit: 'months' } },
      { about: 'repeat', from: { value: 3, unit: 'months' }, until: undefined },
    ],
  )
  for (const { source } of statements) t.match(source, /B-15/)
  t.same(
    codings.map(({ means, grade }) => [means, grade]),
    [['medicine', 'dated']],
    'sources disagree on the code of the procedure, so it has none',
  )
  t.same(reviewRules, ['review-botulinum-toxin'])
  t.equal(approval, 'draft')
  t.end()
})

t.test('what cannot be undone or is implanted is pinned, and nothing else', (t) => {
  t.same(
    catalogue.kinds.filter(({ pinned }) => pinned).map(({ code }) => code),
    ['phenol-block', 'intrathecal-phenol', 'baclofen-pump-implant', 'contracture-surgery'],
  )
  t.end()
})

t.test('functional electrical stimulation has no code: no source pairs one with the name', (t) => {
  t.same(kind('fes').codings, [])
  t.same(kind('oxygen').codings, [])
  t.end()
})

t.test('no statement gives a dose', (t) => {
  for (const { code, statements } of catalogue.kinds)
    for (const { text } of statements) t.notMatch(text, /\d+ ?(mg|micrograms?|ml)\b/i, code)
  t.end()
})

t.test('a kind names the review rules that start from it, and no other', (t) => {
  for (const { code, reviewRules } of catalogue.kinds) {
    for (const id of reviewRules)
      t.ok(
        rules.some((rule) => rule.id === id),
        `${code}, ${id}`,
      )
    const starting = rules.filter(({ lines }) =>
      lines.some(({ startedBy }) =>
        startedBy.some(({ filters }) => filters.some(({ path, codes }) => path === 'code' && codes.some((each) => each.code === code))),
      ),
    )
    for (const { id } of starting) t.ok(reviewRules.includes(id), `${code}, ${id}`)
  }
  t.end()
})

const shared = fileURLToPath(new URL('../../../shared/standards/terminology.json', import.meta.url))

t.test(
  'each code is in the list of confirmed codes, with its name and grade',
  { skip: !existsSync(shared) && 'the list of confirmed codes is not there' },
  async (t) => {
    const { codes }: { codes: { system: string; code: string; display: string; grade: string }[] } = JSON.parse(
      await readFile(shared, 'utf8'),
    )
    const listed = new Set(codes.map(({ system, code, display, grade }) => `${system}|${code}|${display}|${grade}`))
    const mapped = catalogue.kinds.flatMap(({ codings }) => codings)
    t.ok(mapped.length > 20)
    for (const { system, code, display, grade } of mapped) t.ok(listed.has(`${system}|${code}|${display}|${grade}`), `${code} ${display}`)
  },
)

t.test('a malformed catalogue is refused with a sentence', (t) => {
  const codeSystem = (...concept: CodeSystemConcept[]): CodeSystem => ({
    resourceType: 'CodeSystem',
    status: 'draft',
    content: 'complete',
    concept,
  })
  const groups = codeSystem({ code: 'exercise', display: 'Exercise' })
  const swimming = { code: 'swimming', display: 'Swimming', property: [{ code: 'group', valueCode: 'exercise' }] }
  const kinds = codeSystem(swimming)
  const statement = (parts: Extension[]): ActivityDefinition => ({
    resourceType: 'ActivityDefinition',
    id: 'swimming',
    status: 'draft',
    extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/therapy-statement', extension: parts }],
  })
  t.equal(toCatalogue({ groups, kinds, confirmed: [], known: [] }).kind('swimming')?.group.title, 'Exercise')
  t.throws(() => toCatalogue({ groups: codeSystem(), kinds, confirmed: [], known: [] }), { message: /swimming is in no group/ })
  const coded = {
    ...swimming,
    property: [...swimming.property, { code: 'snomed', valueCoding: { system: 'http://snomed.info/sct', code: '1' } }],
  }
  t.throws(() => toCatalogue({ groups, kinds: codeSystem(coded), confirmed: [], known: [] }), { message: /not confirmed/ })
  const said = [
    { url: 'about', valueCode: 'effect' },
    { url: 'text', valueString: 'It helps.' },
  ]
  t.throws(() => toCatalogue({ groups, kinds, confirmed: [], known: [statement(said)] }), { message: /statement 0 names no source/ })
  const timed = [...said, { url: 'source', valueString: 'x' }, { url: 'from', valueQuantity: { value: 1, code: 'min' } }]
  t.throws(() => toCatalogue({ groups, kinds, confirmed: [], known: [statement(timed)] }), { message: /not in h, d, wk or mo/ })
  t.throws(() => toCatalogue({ groups, kinds: codeSystem(), confirmed: [], known: [statement(said)] }), {
    message: /about no kind of intervention/,
  })
  t.end()
})
