/** Hazards HAZ-K01, HAZ-K02. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Device, Extension } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { packageFolder, rulesFolder } from './package.ts'
import { MalformedDataFile } from './reading.ts'
import { loadReviewRules, parseReviewRule, type ReviewLine, type ReviewRule, type Span } from './review-rules.ts'
import { dueWindow, settles, starts, trialVerdict, type ReviewEntry } from './review-windows.ts'

const rules = await loadReviewRules()

/** The examples of a rule: what is contained in its PlanDefinition, and what is expected of it. */
function examplesOf({ planDefinition }: ReviewRule) {
  const contained = new Map((planDefinition.contained ?? []).map((each) => [`#${each.id ?? ''}`, each]))
  return (planDefinition.extension ?? [])
    .filter(({ url }) => url === 'https://handrail.example/fhir/StructureDefinition/review-example')
    .map(({ extension = [] }) => {
      const part = (url: string): Extension | undefined => extension.find((each) => each.url === url)
      const entry = part('entry')?.valueReference?.reference ?? ''
      return {
        line: part('line')?.valueString ?? '',
        name: entry,
        entry: contained.get(entry) as ReviewEntry | undefined,
        device: contained.get(part('device')?.valueReference?.reference ?? '') as Device | undefined,
        applies: part('applies')?.valueBoolean,
        opens: part('opens')?.valueDate,
        due: part('due')?.valueDate,
        before: part('before')?.valueDecimal,
        after: part('after')?.valueDecimal,
        verdict: part('verdict')?.valueCode,
      }
    })
}

t.test('every rule says of its own examples what they expect', (t) => {
  for (const rule of rules) {
    for (const { line: id, name, entry, device, applies, opens, due, before, after, verdict } of examplesOf(rule)) {
      const line = rule.lines.find((each) => each.id === id)
      const says = `${rule.id}, ${id}, ${name}`
      if (line === undefined || entry === undefined) throw new Error(`${says}: there is no such line or entry.`)
      const material = { entry, ...(device && { device }) }
      t.equal(starts(line, material), applies, says)
      if (applies !== true) continue
      const window = dueWindow(line, material)
      if (window.kind === 'known') t.same([window.opensOn, window.dueOn], [opens, due], says)
      else t.same([opens, due], [undefined, undefined], says)
      if (verdict === undefined) continue
      if (line.stopRule === undefined || before === undefined || after === undefined) throw new Error(`${says}: no stop rule.`)
      t.equal(trialVerdict(line.stopRule, { before, after, better: 'lower' }), verdict, `${says}, ${String(before)} to ${String(after)}`)
    }
  }
  t.end()
})

t.test('every line of every rule has an example in which it holds and one in which it does not, or has no condition', (t) => {
  for (const rule of rules) {
    const examples = examplesOf(rule)
    for (const { id } of rule.lines)
      t.ok(
        examples.some(({ line, applies }) => line === id && applies === true),
        `${rule.id}, ${id}`,
      )
    t.ok(rule.lines.length > 1 || examples.some(({ applies }) => applies === false), rule.id)
  }
  t.end()
})

t.test('a year alone gives no window: somebody has to ask', (t) => {
  const line = rules.find(({ id }) => id === 'review-botulinum-toxin')?.lines[0]
  if (line === undefined) throw new Error('There is no rule for botulinum toxin.')
  const entry: ReviewEntry = { resourceType: 'Procedure', status: 'completed', subject: {}, performedDateTime: '2026' }
  t.same(dueWindow(line, { entry }), { kind: 'unknown' })
  t.same(dueWindow(line, { entry: { ...entry, performedDateTime: '2026-09-14T23:30:00+01:00' } }), {
    kind: 'known',
    opensOn: '2026-12-14',
    dueOn: '2027-01-14',
  })
  t.end()
})

t.test('a second injection settles the review of the first; stretching does not', (t) => {
  const line = rules.find(({ id }) => id === 'review-botulinum-toxin')?.lines[0]
  const given = (code: string, status: 'completed' | 'not-done'): ReviewEntry => ({
    resourceType: 'Procedure',
    status,
    subject: {},
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/intervention-kind', code }] },
  })
  if (line === undefined) throw new Error('There is no rule for botulinum toxin.')
  t.equal(settles(line, given('botulinum-toxin', 'completed')), true)
  t.equal(settles(line, given('botulinum-toxin', 'not-done')), false)
  t.equal(settles(line, given('stretching', 'completed')), false)
  t.end()
})

t.test('the stop rule asks for the whole percentage, and says nothing when a score is missing', (t) => {
  const rule = { betterByPercent: 20 }
  t.equal(trialVerdict(rule, { before: 10, after: 8, better: 'lower' }), 'continue')
  t.equal(trialVerdict(rule, { before: 10, after: 8.01, better: 'lower' }), 'stop')
  t.equal(trialVerdict(rule, { before: 7, after: 5.6, better: 'lower' }), 'continue')
  t.equal(trialVerdict(rule, { before: 10, after: 12, better: 'higher' }), 'continue')
  t.equal(trialVerdict(rule, { before: 10, after: 12, better: 'lower' }), 'stop')
  t.equal(trialVerdict(rule, { before: 10, better: 'lower' }), 'unknown')
  t.equal(trialVerdict(rule, { before: 0, after: 0, better: 'lower' }), 'unknown')
  t.end()
})

t.test('no rule gives a dose, no interval is counted without a source, and every code is one of ours', async (t) => {
  const codes = async (name: string): Promise<readonly string[]> => {
    const { concept }: { concept: { code: string }[] } = JSON.parse(await readFile(join(packageFolder, `CodeSystem-${name}.json`), 'utf8'))
    return concept.map(({ code }) => code)
  }
  const kinds = await codes('intervention-kind')
  t.same(await codes('review-owner'), ['performer', 'prescriber', 'device-centre', 'care-team', 'single-point-of-access'])
  for (const { id, lines, planDefinition } of rules) {
    t.notMatch(JSON.stringify(planDefinition.action), /\d+ ?(mg|micrograms?|ml)\b/i, id)
    for (const { startedBy, settledBy, sources } of lines) {
      t.ok(sources.length > 0, id)
      for (const { filters } of [...startedBy, ...settledBy])
        for (const { codes: wanted } of filters.filter(({ path }) => path === 'code'))
          for (const { code } of wanted) t.ok(kinds.includes(code), `${id}, ${code}`)
    }
  }
})

t.test('a malformed rule is refused with a sentence that names the file', async (t) => {
  const good = await readFile(join(rulesFolder, 'review-nabiximols.json'), 'utf8')
  const file = 'rules/review-nabiximols.json'
  const broken = (from: string, to: string) => () => parseReviewRule(good.replace(from, to), file)
  t.throws(broken('"author"', '"editor"'), { message: `${file} names no author.` })
  t.throws(broken('"status": "draft"', '"status": "active"'), { message: /active without an approvalDate/ })
  const unsourced = good.replaceAll('"citation": "Booklet', '"display": "Booklet')
  t.throws(() => parseReviewRule(unsourced, file), { message: `${file}, action[0] names no source.` })
  t.throws(broken('"type": "MedicationStatement"', '"type": "Observation"'), { message: /names the type Observation/ })
  t.throws(broken('"path": "status"', '"path": "dosage"'), { message: /another path than code and status/ })
  t.throws(broken('"path": "countedFrom"', '"path": "counted"'), { message: /needs both a day it is counted from and a window/ })
  t.throws(broken('"comparator": ">="', '"comparator": "<"'), { message: /by how many percent/ })
  t.throws(broken('"code": "single-point-of-access"', '"code": "nobody"'), { message: /no code of review-owner/ })
  t.throws(broken('text/fhirpath', 'text/cql'), { message: /not text\/fhirpath/ })
  t.throws(broken('lower().matches(', 'lower(.matches('), { message: /is no FHIRPath/ })
  t.throws(broken('"id": "trial-start-unknown"', '"id": "trial-end"'), { message: `${file} has two lines trial-end.` })
  t.throws(() => parseReviewRule('{', file), { message: `${file} is not JSON.` })
})

t.test('whatever stands in a rule, it is read or refused with a sentence', async (t) => {
  const good: object = JSON.parse(await readFile(join(rulesFolder, 'review-baclofen-pump.json'), 'utf8'))
  const file = 'rules/review-x.json'
  const readOrRefused = (value: unknown): boolean => {
    try {
      return parseReviewRule(JSON.stringify(value), file).lines.length > 0
    } catch (refusal) {
      return refusal instanceof MalformedDataFile && refusal.message.startsWith(file)
    }
  }
  fc.assert(fc.property(fc.jsonValue(), readOrRefused), { numRuns: 200 })
  const damaged = fc.tuple(fc.constantFrom(...Object.keys(good)), fc.jsonValue()).map(([key, value]) => ({ ...good, [key]: value }))
  fc.assert(fc.property(damaged, readOrRefused), { numRuns: 300 })
  const line = fc.tuple(
    fc.constantFrom('trigger', 'participant', 'documentation', 'dynamicValue', 'condition', 'output', 'timingDuration', 'goalId'),
    fc.jsonValue(),
  )
  const action = (good as { action: object[] }).action[0]
  fc.assert(
    fc.property(line, ([key, value]) => readOrRefused({ ...good, action: [{ ...action, [key]: value }] })),
    { numRuns: 500 },
  )
  t.end()
})

t.test('a window never opens early and never ends late, on whatever day it begins', (t) => {
  const span = fc.record({ value: fc.integer({ min: 0, max: 60 }), unit: fc.constantFrom('days', 'weeks', 'months', 'years') })
  const day = fc
    .date({ min: new Date('2000-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10))
  const windowOf = (opensAfter: Span, dueAfter: Span, performedDateTime: string) =>
    dueWindow({ window: { kind: 'counted', countedFrom: '%entry.performed.ofType(dateTime)', opensAfter, dueAfter } } as ReviewLine, {
      entry: { resourceType: 'Procedure', status: 'completed', subject: {}, performedDateTime },
    })
  fc.assert(
    fc.property(span, day, (given, from) => {
      const known = windowOf(given, given, from)
      if (known.kind !== 'known') return false
      const month = windowOf(given, given, from.slice(0, 7))
      const next = windowOf(given, given, new Date(Date.parse(from) + 86_400_000).toISOString().slice(0, 10))
      return (
        known.opensOn === known.dueOn &&
        known.dueOn >= from &&
        month.kind === 'known' &&
        month.dueOn <= known.dueOn &&
        (month.opensOn ?? '') >= known.dueOn &&
        next.kind === 'known' &&
        next.dueOn >= known.dueOn
      )
    }),
    { numRuns: 500 },
  )
  t.end()
})
