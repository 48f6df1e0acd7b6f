import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { FRIDAY, MONDAY, REASON, THURSDAY, arrived, inShort, open, refused, settled, triage } from '../../test/a-need-in-time.ts'
import { aReferral, circumstances, stored, WEDNESDAY } from '../../test/a-need.ts'
import { amendNeed } from './answers/amend-need.ts'
import { completeStep } from './answers/complete-step.ts'
import { offerCapacity } from './answers/offer-capacity.ts'
import { reEnter } from './answers/re-enter.ts'
import { recordUnmetNeed } from './answers/record-unmet-need.ts'
import { refuseStep } from './answers/refuse-step.ts'
import { triageStep } from './answers/triage-step.ts'
import { inputsOf, kindOf } from './need.ts'
import { plainStatusOf, plainStatusOfStep } from '@platform/fhir/plain-status'
import { settle } from './settle.ts'
import { UNMET_NEED } from './vocabulary.ts'

t.test('split: two providers are asked under one need, and it is met when both have ended', async (t) => {
  const split = triage(arrived(), { outcome: 'split', receivers: ['HealthcareService/chair-class', 'Organization/therapy-centre'] })
  t.same(inShort(split), [
    ['single-point-of-access', 'completed', 'single-point-of-access', '2026-11-06T10:00'],
    ['referral', 'requested', 'leisure', '2026-11-09T10:00'],
    ['referral', 'requested', 'therapy-centre', '2026-11-09T10:00'],
  ])
  t.equal(split.request.authoredOn, WEDNESDAY.toISOString())
  const half = settled(split, completeStep(split, split.tasks[1]!.id!, { outcome: 'Done.' }, circumstances(FRIDAY)), FRIDAY)
  t.equal(half.request.status, 'active')
  const whole = settled(half, completeStep(half, half.tasks[2]!.id!, { outcome: 'Done too.' }, circumstances(MONDAY)), MONDAY)
  t.equal(whole.request.status, 'completed')
  t.throws(() => triage(arrived(), { outcome: 'split', receivers: ['Organization/leisure', 'HealthcareService/chair-class'] }), {
    code: 'SPLIT_NEEDS_TWO',
  })
})

t.test('HAZ-R01: a split that came to nothing has met nothing, also when a provider triaged it', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }] })
  const split = triage(asked, { outcome: 'split', receivers: ['Organization/leisure', 'Organization/therapy-centre'] })
  const cancelled = split.tasks.slice(1).map((task) => ({ change: { ...task, status: 'cancelled' as const } }))
  const after = settled(split, cancelled, FRIDAY)
  t.equal(after.request.status, 'active')
  t.same(inShort(after).at(-1)?.slice(0, 3), ['single-point-of-access', 'requested', 'single-point-of-access'])
})

t.test(
  'ask: the sender has the question, who asked waits without being late, and goes on by himself when the answer has come',
  async (t) => {
    const asked = triage(arrived(), { outcome: 'ask', question: 'Can she climb stairs?' })
    t.same(inShort(asked), [
      ['single-point-of-access', 'on-hold', 'single-point-of-access', '2026-11-16T10:00'],
      ['more-information', 'requested', 'community-team', '2026-11-12T10:00'],
    ])
    t.equal(plainStatusOf(asked), 'more-information-needed')
    const question = asked.tasks[1]!
    t.equal(inputsOf(question, 'question')[0]?.valueString, 'Can she climb stairs?')
    const answered = settled(asked, completeStep(asked, question.id!, { outcome: 'Yes, with a rail.' }, circumstances(FRIDAY)), FRIDAY)
    t.same(inShort(answered)[0], ['single-point-of-access', 'requested', 'single-point-of-access', '2026-11-10T10:00'])
    t.match(answered.tasks[0]?.note, [{ text: 'Yes, with a rail.' }])
    t.notOk('statusReason' in answered.tasks[0]!)
    t.equal(plainStatusOf(answered), 'sent')
  },
)

t.test('a question whose step was answered without it ends; one that nobody answers goes up the ladder', async (t) => {
  const asked = triage(arrived(), { outcome: 'ask', question: 'Can she climb stairs?' })
  const redirected = triage(asked, { outcome: 'redirect', receiver: 'Organization/leisure' }, FRIDAY)
  t.same(
    inShort(redirected).map(([kind, status]) => [kind, status]),
    [
      ['single-point-of-access', 'completed'],
      ['more-information', 'cancelled'],
      ['referral', 'requested'],
    ],
  )
  const late = settled(asked, [], new Date('2026-11-12T11:00:00Z'))
  t.same(
    inShort(late)
      .map(([kind, status, owner]) => [kind, status, owner])
      .at(-1),
    ['escalation', 'requested', 'single-point-of-access'],
  )
})

t.test(
  'waiting list: the place is kept by its owner, with an interim plan; accepting it later opens a referral that meets the need',
  async (t) => {
    const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }] })
    const waiting = triage(asked, { outcome: 'waiting-list', interimPlan: 'Peer group on Tuesdays.' })
    t.same(
      inShort(waiting).map(([kind, status, owner]) => [kind, status, owner]),
      [
        ['referral', 'completed', 'neuropsychology'],
        ['waiting-list', 'requested', 'neuropsychology'],
      ],
    )
    t.equal(inputsOf(waiting.tasks[1]!, 'interim-plan')[0]?.valueString, 'Peer group on Tuesdays.')
    t.equal(plainStatusOf(waiting), 'waiting')
    t.throws(() => completeStep(waiting, waiting.tasks[1]!.id!, { outcome: 'Still waiting.' }, circumstances(MONDAY)), {
      code: 'NEXT_STEP_NEEDED',
    })
    const accepted = triage(waiting, { outcome: 'accept' }, MONDAY)
    t.same(inShort(accepted).at(-1)?.slice(0, 3), ['referral', 'accepted', 'neuropsychology'])
    t.equal(plainStatusOf(accepted), 'accepted')
    const met = settled(
      accepted,
      completeStep(accepted, accepted.tasks[2]!.id!, { outcome: 'Six sessions.' }, circumstances(MONDAY)),
      MONDAY,
    )
    t.equal(met.request.status, 'completed')
  },
)

t.test('HAZ-R93: who has accepted and then asks something has still accepted when the answer has come', async (t) => {
  const accepted = triage(arrived({ performer: [{ reference: 'Organization/leisure' }] }), { outcome: 'accept' })
  t.equal(plainStatusOf(accepted), 'accepted')
  const once = triage(accepted, { outcome: 'ask', question: 'Which mornings?' })
  t.equal(plainStatusOf(once), 'more-information-needed')
  const twice = settled(
    once,
    triageStep(once, once.tasks[0]!.id!, { outcome: 'ask', question: 'And with whom?' }, circumstances(THURSDAY)),
    THURSDAY,
  )
  const answered = twice.tasks
    .filter((task) => kindOf(task) === 'more-information')
    .reduce((need, { id }) => settled(need, completeStep(need, id!, { outcome: 'Mondays.' }, circumstances(FRIDAY)), FRIDAY), twice)
  t.same(inShort(answered)[0], ['referral', 'accepted', 'leisure', '2026-11-13T10:00'], 'with the time to begin, from the answer')
  t.equal(plainStatusOf(answered), 'accepted')
  t.notOk(answered.tasks[0]!.statusReason)
  t.same(settle(answered, circumstances(FRIDAY)), [])
})

t.test('HAZ-R92: a step is not redirected to whoever has it, and is not put off for longer than two years', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  t.throws(() => triage(asked, { outcome: 'redirect', receiver: 'HealthcareService/chair-class' }), { code: 'REDIRECT_TO_ITSELF' })
  const mistyped = { due: new Date('2062-11-30T10:00:00Z') }
  t.throws(() => triage(asked, { outcome: 'redirect', receiver: 'Organization/therapy-centre', ...mistyped }), { code: 'DUE_TOO_FAR' })
  t.throws(() => triage(asked, { outcome: 'waiting-list', interimPlan: 'A group.', ...mistyped }), { code: 'DUE_TOO_FAR' })
  const no = { reason: { system: REASON, code: 'no-capacity' }, words: 'No.', owner: 'Organization/community-team', action: 'Ring.' }
  t.throws(() => refuseStep(asked, asked.tasks[0]!.id!, { ...no, ...mistyped }, circumstances(THURSDAY)), { code: 'DUE_TOO_FAR' })
  const next = { owner: 'Organization/community-team', action: 'Ring.', ...mistyped }
  t.throws(() => completeStep(asked, asked.tasks[0]!.id!, { outcome: 'Seen.', next }, circumstances(THURSDAY)), { code: 'DUE_TOO_FAR' })
  const twoYears = { due: new Date('2028-11-04T10:00:00Z') }
  t.equal(triage(asked, { outcome: 'waiting-list', interimPlan: 'A group.', ...twoYears }).tasks.length, 2)
})

t.test('HAZ-R64: whoever has an open need for mood is not discharged for not coming to something else', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/therapy-centre' }] })
  const absent = {
    reason: { system: REASON, code: 'did-not-attend' },
    words: 'Did not come three times.',
    owner: 'Organization/community-team',
    action: 'Decide.',
    due: MONDAY,
  }
  const beside = { ...circumstances(THURSDAY), protectedNeeds: ['mood-need'] }
  const held = settled(asked, refuseStep(asked, asked.tasks[0]!.id!, absent, beside), THURSDAY)
  t.same(inShort(held), [
    ['referral', 'on-hold', 'therapy-centre', '2026-11-13T10:00'],
    ['sessions-missed', 'requested', 'single-point-of-access', '2026-11-06T10:00'],
  ])
  t.equal(plainStatusOf(held), 'on-hold')
  t.notMatch(JSON.stringify(held.tasks[0]), /mood/, 'whoever holds the place is not told of the other need')
  t.match(inputsOf(held.tasks[1]!, 'need'), [{ valueReference: { reference: 'ServiceRequest/mood-need' } }])
  const again = triage({ ...held, tasks: [held.tasks[0]!] }, { outcome: 'accept' }, FRIDAY)
  t.equal(again.tasks[0]?.status, 'accepted', 'who comes again is taken on again')
  t.notOk('statusReason' in again.tasks[0]!)

  const alone = settled(asked, refuseStep(asked, asked.tasks[0]!.id!, absent, circumstances(THURSDAY)), THURSDAY)
  t.same(
    inShort(alone).map(([kind, status]) => [kind, status]),
    [
      ['referral', 'rejected'],
      ['next-step', 'requested'],
    ],
  )
  const declined = refuseStep(asked, asked.tasks[0]!.id!, { ...absent, reason: { system: REASON, code: 'patient-declined' } }, beside)
  t.match(declined[0], { change: { status: 'rejected' } }, 'a no of the person is a no')
})

t.test('advice: between any two organisations, on a clock, back to whoever asked; and it can become a referral', async (t) => {
  const category = [
    ...aReferral().category!,
    { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/request-category', code: 'advice' }] },
  ]
  const asked = arrived({ category, performer: [{ reference: 'Organization/neuropsychology' }] })
  t.same(inShort(asked), [['advice', 'requested', 'neuropsychology', '2026-11-11T10:00']])
  const advised = settled(
    asked,
    completeStep(asked, open(asked).id!, { outcome: 'Try it in the morning.' }, circumstances(THURSDAY)),
    THURSDAY,
  )
  t.same(inShort(advised).at(-1)?.slice(0, 3), ['next-step', 'requested', 'community-team'])
  t.match(open(advised).description, 'Try it in the morning.')
  const takenOn = triage(asked, { outcome: 'accept' })
  t.same(inShort(takenOn).at(-1)?.slice(0, 3), ['referral', 'accepted', 'neuropsychology'])
})

t.test('HAZ-R10: a need that nobody can meet is one entry of the ledger, open, owned and to be reviewed', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }] })
  const entry = { reason: { system: UNMET_NEED, code: 'no-service' }, words: 'There is none in the area.', area: 'CH7' }
  const unmet = settled(asked, recordUnmetNeed(asked, open(asked).id!, entry, circumstances(THURSDAY)), THURSDAY)
  t.same(
    inShort(unmet).map(([kind, status, owner]) => [kind, status, owner]),
    [
      ['referral', 'completed', 'neuropsychology'],
      ['unmet-need-review', 'requested', 'single-point-of-access'],
    ],
  )
  t.match(open(unmet), { reasonCode: { coding: [{ code: 'no-service' }] }, input: [{ valueString: 'CH7' }] })
  t.equal(unmet.request.status, 'active')
  t.equal(plainStatusOf(unmet), 'waiting')
  t.throws(() => recordUnmetNeed(unmet, open(unmet).id!, entry, circumstances(FRIDAY)), { code: 'UNMET_NEED_RECORDED' })

  const service = {
    reference: 'HealthcareService/new',
    name: 'New service',
    active: true,
    organization: 'Organization/leisure',
    identifiers: [],
    offers: new Map<string, string>(),
  }
  const offered = settled(unmet, offerCapacity(unmet, service, circumstances(MONDAY)), MONDAY)
  t.same(inShort(offered).at(-1)?.slice(0, 3), ['next-step', 'requested', 'single-point-of-access'])
  t.match(open(offered).description, /New service .* Ask the person whether it is still wanted/)
  t.same(offerCapacity(offered, service, circumstances(MONDAY)), [], 'an entry that is closed is offered nothing')
})

t.test('an amendment is a new version with its reason, told to whoever is asked; it does not make it another need', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const amended: ServiceRequest = { ...asked.request, priority: 'urgent' }
  const after = stored(asked, amendNeed(asked, { amended, reason: 'Two falls this week.' }, THURSDAY), THURSDAY)
  t.match(after.request, { priority: 'urgent', note: [{ text: 'Amended: Two falls this week.' }] })
  t.match(after.tasks[0]?.note, [{ text: 'Amended: Two falls this week.' }])
  for (const [element, value] of [
    ['authoredOn', THURSDAY.toISOString()],
    ['subject', { reference: 'Patient/other' }],
    ['status', 'completed'],
  ] as const) {
    t.throws(
      () => amendNeed(asked, { amended: { ...amended, [element]: value }, reason: 'x' }, THURSDAY),
      { code: 'AMENDMENT_CHANGES_NEED' },
      element,
    )
  }
})

t.test('re-entry: everything goes along to whoever helped, with a clock of its own, within the year', async (t) => {
  const asked = arrived({
    performer: [{ reference: 'Organization/leisure' }],
    code: { text: 'Balance' },
    supportingInfo: [{ reference: 'Observation/1' }],
  })
  const met = settled(asked, completeStep(asked, open(asked).id!, { outcome: 'Done.' }, circumstances(THURSDAY)), THURSDAY)
  const { request, key } = reEnter(met, { words: 'Worse again.', by: 'Patient/ada' }, circumstances(new Date('2027-11-01T10:00:00Z')))
  t.match(request, {
    status: 'active',
    basedOn: [{ reference: 'ServiceRequest/need-1' }],
    authoredOn: '2027-11-01T10:00:00.000Z',
    requester: { reference: 'Patient/ada' },
    performer: [{ reference: 'Organization/leisure' }],
    code: { text: 'Balance' },
    supportingInfo: [{ reference: 'Observation/1' }],
  })
  t.notOk('id' in request)
  t.equal(reEnter(met, {}, circumstances(FRIDAY)).key, key, 'asked twice, it is entered once')
  t.throws(() => reEnter(met, {}, circumstances(new Date('2027-11-06T10:00:00Z'))), { code: 'RE_ENTRY_TOO_LATE' })
  t.throws(() => reEnter(asked, {}, circumstances(FRIDAY)), { code: 'REFERRAL_OPEN' })
})

t.test('the eight plain words', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/leisure' }] })
  const step = (status: Task['status']) => plainStatusOfStep({ ...asked.tasks[0]!, status })
  t.same(
    (['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold', 'rejected', 'completed', 'cancelled', 'failed'] as const).map(
      step,
    ),
    ['sent', 'being-looked-at', 'accepted', 'accepted', 'accepted', 'on-hold', 'not-suitable', 'finished', 'finished', 'finished'],
  )
  t.equal(plainStatusOf(refused(asked, asked.tasks[0]!, 'no-capacity', THURSDAY)), 'not-suitable')
  t.equal(plainStatusOf({ ...asked, request: { ...asked.request, status: 'revoked' } }), 'finished')
})

t.test('a step is due by the working days of its owner: Scotland does not work on the second of January', async (t) => {
  const at = new Date('2026-01-01T10:00:00Z')
  const due = (nation: 'scotland' | 'england') => circumstances().pathway.dueAt('referral', 'urgent', at, nation).toISOString()
  t.equal(due('england'), '2026-01-02T10:00:00.000Z')
  t.equal(due('scotland'), '2026-01-05T10:00:00.000Z')
})
