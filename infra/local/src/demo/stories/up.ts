/** Story 2: up, from a charity's therapy centre to specialist neuro-rehabilitation, and the plan back. Acceptance story 2. */
import type { Observation, Procedure, ServiceRequest, Task } from '@medplum/fhirtypes'
import { aReferral } from '@platform/testing/cast'
import { and, expect, given, hence, when, type Story } from '../story.ts'
import { BASE, codeOf, day, dueOf, isoDay, isOpen, kindOf, moment } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { Place, World } from '../world/world.ts'
import { askForHelp, mustBeMet, nobodyMayVanish, stepThat } from './asking.ts'
import { answeredByLink } from './by-link.ts'

const NEED = 'Is this still the right programme? His left arm has begun to spasm and he walks more slowly.'
const WISH = 'Bryn wants to get from his chair to the car without being lifted.'
const CARYS = 'Help with mood and memory, so that she can come to physiotherapy again'
const OUTCOME = 'Botulinum toxin to the left arm, a splint, new FES settings.'
const PLAN = 'Stretch the left arm daily, no weights on it until March; walk with the new FES settings; measure again.'

/** What the centre sent along. */
interface Evidence {
  readonly sessions: readonly Procedure[]
  readonly measures: readonly Observation[]
}

/** Bryn, from the centre's question to the plan that comes back. */
export const up = (world: World): Story => ({
  title: 'Up: a charity refers Bryn to specialist neuro-rehabilitation, with what it has seen in sixteen weeks',
  about:
    'Bryn Tudor has secondary progressive multiple sclerosis and comes to a therapy centre that a charity runs. He is getting worse, and the people who see it ' +
    'are its therapists, who have no smartcard and no NHS address. Their referral must count like any other.',
  steps: steps(world),
})

function steps(world: World): Story['steps'] {
  const { system, person, clock, where } = world
  let evidence: Evidence = { sessions: [], measures: [] }
  let [need, other] = ['', '']
  let asked: Task | undefined
  let next: Task | undefined
  const patientPage = async () => `/people/${(await where.patient('bryn')).slice('Patient/'.length)}`
  const triageOf = async (of: string) =>
    stepThat(world, of, (task) => kindOf(task) === 'single-point-of-access', 'The single point of access was not asked.')

  return [
    given('it is Monday 16 November 2026, and the centre looks back on sixteen weeks with Bryn', async () => {
      await clock.set('2026-11-16T09:00:00Z')
      const bryn = await where.patient('bryn')
      const inSixteenWeeks = { patient: bryn, date: 'ge2026-07-27', _count: '100' }
      const all = await system('demo-admin').find<Procedure>('Procedure', { ...inSixteenWeeks, identifier: `${BASE}/Id/demo|` })
      const sessions = (await system('demo-therapy-centre').find<Procedure>('Procedure', inSixteenWeeks)).filter(({ id }) =>
        all.some((one) => one.id === id),
      )
      const measures = await system('demo-therapy-centre').find<Observation>('Observation', { patient: bryn, _sort: 'date' })
      evidence = { sessions, measures }
      const count = (kind: string) => all.filter(({ code }) => codeOf(code, 'intervention-kind') === kind).length
      const kinds = [count('physiotherapy'), count('exercise-therapy'), count('fes-set-up'), count('counselling')]
      expect(all.length === 24 && kinds.join() === '14,5,2,3', `The record holds ${String(all.length)} sessions: ${kinds.join(', ')}.`)
      const walks = measures.filter(({ code }) => codeOf(code, 'measure') === 'ten-metre-walk').map((one) => one.valueQuantity?.value)
      expect(walks.join() === '14,18,23', `The 10-metre walks are ${walks.join(', ')} seconds.`)
      return '24 sessions: 14 of physiotherapy, 5 of exercise, 2 of FES, 3 of counselling. Ten metres took him 14, then 18, then 23 seconds; two falls.'
    }),

    when('the centre asks for specialist help, names nobody, and sends along what it has seen', async () => {
      const [bryn, centre] = await Promise.all([where.patient('bryn'), where.organization('therapy-centre')])
      const { id } = await system('demo-therapy-centre').create<ServiceRequest>(requestFor({ bryn, centre }, evidence))
      need = `ServiceRequest/${id}`
      return `Sent by the centre's own system: the question, what Bryn wants, ${String(evidence.sessions.length)} sessions and ${String(evidence.measures.length)} measurements. Counselling is not among them.`
    }),

    and('on the same morning Morgan, for the NHS, asks for help for Carys and names nobody either', async () => {
      const of = 'The single point of access decides who can help'
      const [by, about] = [await person('physiotherapist'), await where.patient('carys')]
      other = (await askForHelp(world, { by, about, need: CARYS, of })).need
      return 'Sent on the page.'
    }),

    hence('Priya Nair, at the single point of access, finds both in one list, with the same words and the same clock', async () => {
      const [mine, theirs] = [await triageOf(need), await triageOf(other)]
      expect(mine.status === theirs.status, 'The two have different statuses.')
      expect(isoDay(dueOf(mine)) === isoDay(dueOf(theirs)), 'The two have different times to be answered by.')
      const { text } = await (await person('triager')).open('/inbox')
      const row = (from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)) + to.length)
      const [up, level] = [row(NEED, 'Waiting for an answer'), row(CARYS, 'Waiting for an answer')]
      for (const words of ['Who can help?', 'Glanrafon Therapy Centre', 'Charity']) {
        expect(up.includes(words), `In the list, Bryn's request does not say "${words}", but: ${up}`)
      }
      for (const words of ['Who can help?', 'Deeside Community Neuro Team', 'NHS']) {
        expect(level.includes(words), `In the list, Carys's request does not say "${words}", but: ${level}`)
      }
      return `Both are "Who can help?", waiting for an answer by ${day(dueOf(mine))}; one says Charity, one says NHS.`
    }),

    when('Priya passes it on to Alwen Vale Specialist Neuro-Rehabilitation', async () => {
      await passOn(world, await triageOf(need), 'Alwen Vale Specialist Neuro-Rehabilitation (NHS)')
      const rehab = await where.organization('neurorehab')
      asked = await stepThat(world, need, ({ owner }) => owner?.reference === rehab, 'Neuro-rehabilitation was not asked.')
      const request = await system('demo-neurorehab').read<ServiceRequest>(need)
      expect(request.status === 'active' && isoDay(request.authoredOn ?? '') === '2026-11-16', 'The first day of waiting was moved.')
      return `They have until ${day(dueOf(asked))}; day one is still Monday 16 November.`
    }),

    and("she passes Carys's request on to neuropsychology, who see her", async () => {
      await passOn(world, await triageOf(other), 'Alwen Vale Neuropsychology Service (NHS)')
      const service = await where.organization('neuropsychology')
      const step = await stepThat(world, other, ({ owner }) => owner?.reference === service, 'Neuropsychology was not asked.')
      const outcome = { name: 'outcome', valueString: 'Seen; six sessions agreed.' }
      await system('demo-neuropsychology').operate<Task>(`Task/${step.id ?? ''}`, '$complete', outcome)
      await mustBeMet(world, other)
      return 'In the same way and with the same words.'
    }),

    hence('the specialists read what the charity has seen, and nothing that was not sent', async () => {
      const rehab = system('demo-neurorehab')
      const request = await rehab.read<ServiceRequest>(need)
      const sent = (request.supportingInfo ?? []).map(({ reference = '' }) => reference)
      for (const reference of sent) await rehab.read(reference)
      const counselling = (
        await system('demo-admin').find<Procedure>('Procedure', { patient: await where.patient('bryn'), _count: '200' })
      ).filter(({ code }) => codeOf(code, 'intervention-kind') === 'counselling')
      expect(counselling.length >= 3, 'There is no counselling in the record to be kept apart.')
      for (const { id } of counselling) {
        const { status } = await rehab.ask('GET', `/fhir/Procedure/${id ?? ''}`)
        expect(status === 404, `Asked for a counselling session, the hub answered with ${String(status)}.`)
      }
      return `All ${String(sent.length)} entries open; the counselling sessions do not exist for them.`
    }),

    when('they accept, and expect to have a plan by the end of February', async () => {
      const accepted = { ...asked, status: 'accepted', restriction: { period: { end: '2027-02-26T17:00:00Z' } } }
      const { status } = await system('demo-neurorehab').ask('PUT', `/fhir/Task/${asked?.id ?? ''}`, accepted)
      expect(status === 200, `The hub refused it with ${String(status)}.`)
      const shown = await soon(
        async () => (await (await person('therapy-centre-worker')).open(await patientPage())).part(`referral-${need.slice(15)}`) ?? '',
        (text) => text.includes('Accepted'),
        'The centre does not see that it was accepted.',
      )
      expect(shown.includes('Alwen Vale Specialist Neuro-Rehabilitation'), 'The centre does not see who accepted.')
      expect(shown.includes('Passed on'), 'The centre does not see, in words, what the single point of access decided.')
      return "Gareth Hughes, at the centre, reads it on Bryn's page: Alwen Vale, accepted."
    }),

    ...answeredByLink(world),

    when('specialist care ends in February, the plan goes back to the centre', async () => {
      await clock.set('2027-02-15T11:00:00Z')
      await system('demo-neurorehab').operate<Task>(
        `Task/${asked?.id ?? ''}`,
        '$complete',
        { name: 'outcome', valueString: OUTCOME },
        { name: 'nextOwner', valueReference: { reference: await where.organization('therapy-centre') } },
        { name: 'nextAction', valueString: PLAN },
        { name: 'due', valueDateTime: '2027-03-15T17:00:00Z' },
      )
      const centre = await where.organization('therapy-centre')
      next = await stepThat(world, need, (task) => task.owner?.reference === centre && isOpen(task), 'The centre has no next step.')
      const request = await system('demo-therapy-centre').read<ServiceRequest>(need)
      expect(request.status === 'active', 'The need was closed when the specialists ended.')
      return `"${OUTCOME}" It is no discharge: the need stays open, and the centre has the next step by ${moment(dueOf(next))}.`
    }),

    hence('Gareth finds what to do, what not to do, and when to look again', async () => {
      const page = await (await person('therapy-centre-worker')).open(`/inbox/${next?.id ?? ''}`)
      for (const words of [PLAN, OUTCOME, 'Next step']) expect(page.text.includes(words), `His page does not say "${words}".`)
      return `"${PLAN}"`
    }),

    when('the centre has done it and says so', async () => {
      const gareth = await person('therapy-centre-worker')
      await gareth.send(await gareth.open(`/inbox/${next?.id ?? ''}`), '/accept')
      const outcome = 'Ten metres in 19 seconds; from chair to car with one hand on the door.'
      const done = await gareth.send(await gareth.open(`/inbox/${next?.id ?? ''}/complete`), '/complete', { outcome })
      expect(done.text.includes('Marked as done'), `The page does not confirm it, but says: ${done.text.slice(0, 300)}`)
      await mustBeMet(world, need)
      return `"${outcome}" The need is met.`
    }),

    and('no request anywhere is without somebody who has it and a day by which', () => nobodyMayVanish(world)),
  ]
}

/** The single point of access decides on the page. */
async function passOn({ person }: World, step: Task, to: string): Promise<void> {
  const priya = await person('triager')
  const page = await priya.open(`/inbox/${step.id ?? ''}/pass-on`)
  const sent = await priya.send(page, '/pass-on', { owner: page.form('/pass-on').choice('owner', to) })
  expect(sent.text.includes('Passed on'), `The page does not confirm it, but says: ${sent.text.slice(0, 300)}`)
}

/** The centre's referral as its own system sends it. */
const requestFor = ({ bryn, centre }: { bryn: Place; centre: Place }, { sessions, measures }: Evidence): ServiceRequest => ({
  ...aReferral({ for: bryn, from: centre, what: NEED, at: '2026-11-16T09:10:00Z', priority: 'routine', note: [{ text: WISH }] }),
  extension: [
    ...['Walks with a frame indoors, wheelchair outdoors.', 'Left arm may spasm: keep hot drinks away from that side.'].map((need) => ({
      url: `${BASE}/StructureDefinition/needs`,
      valueString: need,
    })),
    { url: `${BASE}/StructureDefinition/sector`, valueCode: 'third-sector' },
  ],
  // What was said in counselling stays with the centre.
  supportingInfo: [...sessions.filter(({ code }) => codeOf(code, 'intervention-kind') !== 'counselling'), ...measures].map(
    ({ resourceType, id }) => ({ reference: `${resourceType}/${id ?? ''}` }),
  ),
})
