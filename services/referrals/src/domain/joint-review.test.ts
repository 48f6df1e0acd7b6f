/** When two have said no, or a protected need was too complex for one: everybody who was asked is brought together. */
import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { FRIDAY, KIND, MONDAY, REASON, THURSDAY, arrived, inShort, open, refused, settled, triage } from '../../test/a-need-in-time.ts'
import { circumstances, pathway, stored, WEDNESDAY } from '../../test/a-need.ts'
import { refuseStep } from './answers/refuse-step.ts'
import { triageStep } from './answers/triage-step.ts'
import type { Listing, Nation } from './directory.ts'
import { directoryOf } from '../../test/a-directory.ts'
import { factsOf } from './listed-service.ts'
import { inputsOf, isOpen, kindOf, type Need } from './need.ts'
import { plainStatusOf } from '@platform/fhir/plain-status'
import type { Circumstances } from './pathway.ts'
import { settle } from './settle.ts'

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
  const sentOn = settled(first, agreed, FRIDAY)
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
