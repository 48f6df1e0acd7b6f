import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { aReferral, circumstances, pathway, stored, WEDNESDAY } from '../../test/a-need.ts'
import { amendNeed } from './answers/amend-need.ts'
import { completeStep } from './answers/complete-step.ts'
import { offerCapacity } from './answers/offer-capacity.ts'
import { reEnter } from './answers/re-enter.ts'
import { recordUnmetNeed } from './answers/record-unmet-need.ts'
import { refuseStep } from './answers/refuse-step.ts'
import { triageStep, type Triage } from './answers/triage-step.ts'
import type { Listing, Nation } from './directory.ts'
import { directoryOf } from '../../test/a-directory.ts'
import { factsOf } from './listed-service.ts'
import { inputsOf, isOpen, kindOf, type Need } from './need.ts'
import { plainStatusOf, plainStatusOfStep } from '@platform/fhir/plain-status'
import type { Circumstances } from './pathway.ts'
import { settle } from './settle.ts'
import { UNMET_NEED } from './vocabulary.ts'
import type { Write } from './write.ts'

const THURSDAY = new Date('2026-11-05T10:00:00.000Z')
const FRIDAY = new Date('2026-11-06T10:00:00.000Z')
const MONDAY = new Date('2026-11-09T10:00:00.000Z')
const KIND = 'https://handrail.example/fhir/CodeSystem/service-kind'
const REASON = 'https://handrail.example/fhir/CodeSystem/refusal-reason'

/** Makes the writes, and settles what follows from them. */
const then = (need: Need, writes: readonly Write[], at: Date): Need => {
  const after = stored(need, writes, at)
  return stored(after, settle(after, circumstances(at)), new Date(at.getTime() + 1))
}
const arrived = (given: Partial<ServiceRequest> = {}): Need => then({ request: aReferral(given), tasks: [] }, [], WEDNESDAY)
const open = (need: Need): Task => need.tasks.find(isOpen)!
const triage = (need: Need, answer: Triage, at = THURSDAY): Need =>
  then(need, triageStep(need, open(need).id!, answer, circumstances(at)), at)
const inShort = ({ tasks }: Need) =>
  tasks.map((task) => [kindOf(task), task.status, task.owner?.reference?.slice(13), task.restriction?.period?.end?.slice(0, 16)])
const refused = (need: Need, task: Task, code: string, at: Date): Need => {
  const due = new Date(at.getTime() + 3 * 86_400_000)
  const answer = { reason: { system: REASON, code }, words: 'No.', owner: 'Organization/community-team', action: 'Ring her.', due }
  return then(need, refuseStep(need, task.id!, answer, circumstances(at)), at)
}

t.test('split: two providers are asked under one need, and it is met when both have ended', async (t) => {
  const split = triage(arrived(), { outcome: 'split', receivers: ['HealthcareService/chair-class', 'Organization/therapy-centre'] })
  t.same(inShort(split), [
    ['single-point-of-access', 'completed', 'single-point-of-access', '2026-11-06T10:00'],
    ['referral', 'requested', 'leisure', '2026-11-09T10:00'],
    ['referral', 'requested', 'therapy-centre', '2026-11-09T10:00'],
  ])
  t.equal(split.request.authoredOn, WEDNESDAY.toISOString())
  const half = then(split, completeStep(split, split.tasks[1]!.id!, { outcome: 'Done.' }, circumstances(FRIDAY)), FRIDAY)
  t.equal(half.request.status, 'active')
  const whole = then(half, completeStep(half, half.tasks[2]!.id!, { outcome: 'Done too.' }, circumstances(MONDAY)), MONDAY)
  t.equal(whole.request.status, 'completed')
  t.throws(() => triage(arrived(), { outcome: 'split', receivers: ['Organization/leisure', 'HealthcareService/chair-class'] }), {
    code: 'SPLIT_NEEDS_TWO',
  })
})

t.test('HAZ-R01: a split that came to nothing has met nothing, also when a provider triaged it', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }] })
  const split = triage(asked, { outcome: 'split', receivers: ['Organization/leisure', 'Organization/therapy-centre'] })
  const cancelled = split.tasks.slice(1).map((task) => ({ change: { ...task, status: 'cancelled' as const } }))
  const after = then(split, cancelled, FRIDAY)
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
    const answered = then(asked, completeStep(asked, question.id!, { outcome: 'Yes, with a rail.' }, circumstances(FRIDAY)), FRIDAY)
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
  const late = then(asked, [], new Date('2026-11-12T11:00:00Z'))
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
    const met = then(accepted, completeStep(accepted, accepted.tasks[2]!.id!, { outcome: 'Six sessions.' }, circumstances(MONDAY)), MONDAY)
    t.equal(met.request.status, 'completed')
  },
)

t.test('joint review: the coordinator has it for ten working days, with everybody who was asked', async (t) => {
  const reviewed = triage(arrived(), { outcome: 'joint-review', receivers: ['Organization/neuropsychology'] })
  t.same(inShort(reviewed).at(-1), ['joint-review', 'requested', 'single-point-of-access', '2026-11-19T10:00'])
  t.same(
    inputsOf(open(reviewed), 'participant').map(({ valueReference }) => valueReference?.reference),
    ['Organization/single-point-of-access', 'Organization/neuropsychology'],
  )
  t.equal(plainStatusOf(reviewed), 'being-looked-at')
  const coordinator = {
    url: 'https://handrail.example/fhir/StructureDefinition/coordinator',
    valueReference: { reference: 'Organization/community-team' },
  }
  const named = triage(arrived({ extension: [coordinator] }), { outcome: 'joint-review', receivers: [] })
  t.equal(open(named).owner?.reference, 'Organization/community-team')
})

t.test(
  'HAZ-R09: two refusals of one need open one joint review, day one stays the first request, and a third opens no second',
  async (t) => {
    const performer = ['Organization/neuropsychology', 'Organization/leisure', 'Organization/therapy-centre'].map((reference) => ({
      reference,
    }))
    const asked = arrived({ performer })
    const once = refused(asked, asked.tasks[0]!, 'no-capacity', THURSDAY)
    t.notOk(once.tasks.some((task) => kindOf(task) === 'joint-review'))
    const twice = refused(once, once.tasks[1]!, 'not-eligible', FRIDAY)
    const reviews = (need: Need) => need.tasks.filter((task) => kindOf(task) === 'joint-review')
    t.same(
      reviews(twice).map((task) => [task.owner?.reference, task.restriction?.period?.end]),
      [['Organization/single-point-of-access', '2026-11-20T10:00:00.000Z']],
    )
    t.same(
      inputsOf(reviews(twice)[0]!, 'participant').map(({ valueReference }) => valueReference?.reference),
      ['Organization/neuropsychology', 'Organization/leisure', 'Organization/community-team'],
    )
    t.match(twice.request, { status: 'active', authoredOn: WEDNESDAY.toISOString() })
    t.equal(reviews(refused(twice, twice.tasks[2]!, 'no-capacity', MONDAY)).length, 1)
  },
)

t.test('a person who declines, or is in hospital, was not refused by a service', async (t) => {
  const asked = arrived({ performer: [{ reference: 'Organization/neuropsychology' }, { reference: 'Organization/leisure' }] })
  const once = refused(asked, asked.tasks[0]!, 'patient-declined', THURSDAY)
  const twice = refused(once, once.tasks[1]!, 'in-hospital', FRIDAY)
  t.notOk(twice.tasks.some((task) => kindOf(task) === 'joint-review'))
})

t.test('HAZ-R09: on a protected route one "too complex" is enough; elsewhere it is one refusal', async (t) => {
  const wanting = (code: string) =>
    arrived({ code: { coding: [{ system: KIND, code }] }, performer: [{ reference: 'Organization/neuropsychology' }] })
  const review = (need: Need) =>
    refused(need, need.tasks[0]!, 'too-complex', THURSDAY).tasks.some((task) => kindOf(task) === 'joint-review')
  t.ok(review(wanting('neuropsychology')))
  t.ok(
    review(
      arrived({
        code: { text: 'Low since the relapse' },
        orderDetail: [{ coding: [{ system: KIND, code: 'neuropsychology' }] }],
        performer: [{ reference: 'Organization/neuropsychology' }],
      }),
    ),
    'as the form of the pages asks for it',
  )
  t.notOk(review(wanting('exercise-class')))
})

t.test('HAZ-R09: on a protected route each "too complex" after a review is over opens another one', async (t) => {
  const asked = arrived({
    code: { coding: [{ system: KIND, code: 'neuropsychology' }] },
    performer: [{ reference: 'Organization/neuropsychology' }],
  })
  const reviews = (need: Need) => need.tasks.filter((task) => kindOf(task) === 'joint-review').map(({ status }) => status)
  const first = refused(asked, asked.tasks[0]!, 'too-complex', THURSDAY)
  t.same(reviews(first), ['requested'])
  const review = first.tasks.find((task) => kindOf(task) === 'joint-review')!
  const agreed = triageStep(first, review.id!, { outcome: 'redirect', receiver: 'Organization/therapy-centre' }, circumstances(FRIDAY))
  const sentOn = then(first, agreed, FRIDAY)
  t.same(reviews(sentOn), ['completed'], 'what was refused before a review is not held against the need after it')
  const theirs = sentOn.tasks.find((task) => isOpen(task) && task.owner?.reference === 'Organization/therapy-centre')!
  t.same(reviews(refused(sentOn, theirs, 'no-capacity', MONDAY)), ['completed'])
  t.same(reviews(refused(sentOn, theirs, 'too-complex', MONDAY)), ['completed', 'requested'])
  const offered = (need: Need) => need.tasks.filter((task) => kindOf(task) === 'interim-support').map(({ status }) => status)
  t.same(offered(refused(sentOn, theirs, 'too-complex', MONDAY)), ['requested'], 'HAZ-R63: what is being offered is offered once')
  const spokenTo = {
    ...sentOn,
    tasks: sentOn.tasks.map((task): Task => (kindOf(task) === 'interim-support' ? { ...task, status: 'completed' } : task)),
  }
  const again = refused(spokenTo, theirs, 'too-complex', MONDAY)
  t.same(offered(again), ['completed', 'requested'], 'HAZ-R63: whoever waits for another review is spoken to again')
  t.same(settle(again, circumstances(MONDAY)), [], 'once')
})

t.test('HAZ-R93: who has accepted and then asks something has still accepted when the answer has come', async (t) => {
  const accepted = triage(arrived({ performer: [{ reference: 'Organization/leisure' }] }), { outcome: 'accept' })
  t.equal(plainStatusOf(accepted), 'accepted')
  const once = triage(accepted, { outcome: 'ask', question: 'Which mornings?' })
  t.equal(plainStatusOf(once), 'more-information-needed')
  const twice = then(
    once,
    triageStep(once, once.tasks[0]!.id!, { outcome: 'ask', question: 'And with whom?' }, circumstances(THURSDAY)),
    THURSDAY,
  )
  const answered = twice.tasks
    .filter((task) => kindOf(task) === 'more-information')
    .reduce((need, { id }) => then(need, completeStep(need, id!, { outcome: 'Mondays.' }, circumstances(FRIDAY)), FRIDAY), twice)
  t.same(inShort(answered)[0], ['referral', 'accepted', 'leisure', '2026-11-13T10:00'], 'with the time to begin, from the answer')
  t.equal(plainStatusOf(answered), 'accepted')
  t.notOk(answered.tasks[0]!.statusReason)
  t.same(settle(answered, circumstances(FRIDAY)), [])
})

t.test('HAZ-R09: two services that redirect a need to each other have both said no: they are brought together', async (t) => {
  const redirect = (need: Need, receiver: string, at: Date) => triage(need, { outcome: 'redirect', receiver }, at)
  const reviews = (need: Need) => need.tasks.filter((task) => kindOf(task) === 'joint-review')
  const once = redirect(arrived({ performer: [{ reference: 'Organization/leisure' }] }), 'Organization/therapy-centre', THURSDAY)
  t.same(reviews(once), [], 'to send on once is no refusal')
  const back = redirect(once, 'Organization/leisure', FRIDAY)
  t.equal(reviews(back).length, 1)
  t.same(
    inputsOf(reviews(back)[0]!, 'participant').map(({ valueReference }) => valueReference?.reference),
    ['Organization/leisure', 'Organization/therapy-centre', 'Organization/community-team'],
  )
  t.same(
    inShort(back).find(([kind, status]) => kind === 'referral' && status === 'requested')?.[2],
    'leisure',
    'who has it keeps it meanwhile',
  )
  t.same(settle(back, circumstances(FRIDAY)), [], 'once')
  const onward = redirect(once, 'Organization/neuropsychology', FRIDAY)
  t.same(reviews(redirect(onward, 'Organization/single-point-of-access', MONDAY)), [], 'to be sent on to somebody new is no circle')
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

t.test('HAZ-R63: with the joint review of a protected need the coordinator has what is listed meanwhile, and what to ring', async (t) => {
  const listed = (id: string, kind: string, places?: number): Listing => ({
    reference: `HealthcareService/${id}`,
    name: id,
    active: id !== 'closed-group',
    organization: `Organization/${id === 'own-group' ? 'neuropsychology' : 'therapy-centre'}`,
    identifiers: [],
    offers: new Map([[`${KIND}|${kind}`, kind]]),
    ...(places === undefined ? {} : { capacity: { places, asOf: '2026-11-02' } }),
  })
  const meanwhile = [
    listed('full-counselling', 'counselling', 0),
    listed('helpline', 'peer-support'),
    listed('peer-group', 'peer-support', 3),
    listed('closed-group', 'peer-support', 9),
    listed('own-group', 'peer-support', 9),
    listed('gym', 'exercise-class', 9),
  ]
  const line = {
    id: 'x',
    says: 'Ring the line.',
    telephone: '0000',
    nations: ['wales'],
    source: 's',
    approval: { by: 'b', on: '2026-11-01', reviewBy: '2027-11-01' },
  } as const
  const within = (at: Date, words = [line]): Circumstances => ({
    ...circumstances(at),
    directory: directoryOf([...circumstances().directory.all(), ...meanwhile]),
    pathway: { ...pathway, approved: () => ({ cues: [], crisis: words as never }) },
  })
  const wanting = (code: string): Need =>
    arrived({ code: { coding: [{ system: KIND, code }] }, performer: [{ reference: 'Organization/neuropsychology' }] })
  const tooComplex = (need: Need, at: Circumstances): Need => {
    const answer = {
      reason: { system: REASON, code: 'too-complex' },
      words: 'No.',
      owner: 'Organization/community-team',
      action: 'Ring.',
      due: MONDAY,
    }
    const after = stored(need, refuseStep(need, need.tasks[0]!.id!, answer, at), THURSDAY)
    return stored(after, settle(after, at), THURSDAY)
  }
  const reviewed = tooComplex(wanting('neuropsychology'), within(THURSDAY))
  const interim = reviewed.tasks.find((task) => kindOf(task) === 'interim-support')!
  t.match(
    inShort({ ...reviewed, tasks: [interim] }),
    [['interim-support', 'requested', 'single-point-of-access', '2026-11-05T14:00']],
    'the same day',
  )
  t.same(
    inputsOf(interim, 'interim-option').map(({ valueReference }) => valueReference?.display),
    ['peer-group: 3 places on 2026-11-02', 'helpline: room not known', 'full-counselling: full on 2026-11-02'],
    'with room and its day, room first; of nobody who has just said no',
  )
  t.same(
    inputsOf(interim, 'crisis-words').map(({ valueString }) => valueString),
    ['Ring 999 in an emergency.', 'Ring the line. 0000'],
  )
  const unapproved = tooComplex(wanting('neuropsychology'), within(THURSDAY, [])).tasks.find((task) => kindOf(task) === 'interim-support')!
  t.same(
    inputsOf(unapproved, 'crisis-words').map(({ valueString }) => valueString),
    ['Ring 999 in an emergency.'],
    'nothing is invented',
  )
  t.notOk(tooComplex(wanting('exercise-class'), within(THURSDAY)).tasks.some((task) => kindOf(task) === 'interim-support'))
  const inWales = within(THURSDAY)
  const nations = (nation: Nation, other: Nation): Circumstances => ({
    ...inWales,
    directory: directoryOf(
      inWales.directory.all().map((one) => ({
        ...one,
        ...(one.reference === 'Organization/single-point-of-access' ? { nation } : {}),
        ...(one.reference === 'Organization/therapy-centre' ? { nation: other } : {}),
        ...(one.reference === 'HealthcareService/helpline'
          ? { facts: { ...factsOf({ resourceType: 'HealthcareService' }, () => undefined), catchment: ['CH', 'LL11'] } }
          : {}),
      })),
    ),
  })
  const optionsIn = (at: Circumstances) =>
    inputsOf(
      tooComplex(wanting('neuropsychology'), at).tasks.find((task) => kindOf(task) === 'interim-support')!,
      'interim-option',
    ).map(({ valueReference }) => valueReference?.display)
  t.match(optionsIn(nations('wales', 'wales')), [/^peer-group/, 'helpline: room not known; serves CH, LL11', /^full-counselling/])
  t.same(optionsIn(nations('wales', 'scotland')), [], 'what another nation has is not offered')
  t.equal(optionsIn({ ...nations('england', 'wales'), livesIn: 'wales' }).length, 3, 'what the nation has in which the person lives')
  t.same(optionsIn({ ...nations('wales', 'wales'), livesIn: 'england' }), [], 'and not the coordinator’s')
  const wordsIn = (at: Circumstances) =>
    inputsOf(
      tooComplex(wanting('neuropsychology'), at).tasks.find((task) => kindOf(task) === 'interim-support')!,
      'crisis-words',
    ).length
  t.same(
    [wordsIn({ ...nations('england', 'wales'), livesIn: 'wales' }), wordsIn({ ...nations('wales', 'wales'), livesIn: 'england' })],
    [2, 1],
    'HAZ-R63: the words to ring too are those of where the person lives',
  )
  t.same(settle(reviewed, within(THURSDAY)), [], 'once')
  t.equal(plainStatusOf(reviewed), 'being-looked-at', 'it says nothing of where the need itself stands')
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
  const held = then(asked, refuseStep(asked, asked.tasks[0]!.id!, absent, beside), THURSDAY)
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

  const alone = then(asked, refuseStep(asked, asked.tasks[0]!.id!, absent, circumstances(THURSDAY)), THURSDAY)
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
  const advised = then(
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
  const unmet = then(asked, recordUnmetNeed(asked, open(asked).id!, entry, circumstances(THURSDAY)), THURSDAY)
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
  const offered = then(unmet, offerCapacity(unmet, service, circumstances(MONDAY)), MONDAY)
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
  const met = then(asked, completeStep(asked, open(asked).id!, { outcome: 'Done.' }, circumstances(THURSDAY)), THURSDAY)
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
