/** Story 3: two services say "too complex", and Carys does not vanish. Acceptance story 3. */
import type { HealthcareService, OperationOutcome, Parameters, ServiceRequest, Task } from '@medplum/fhirtypes'
import { and, expect, given, hence, when, type Step, type Story } from '../story.ts'
import { BASE, codeOf, concept, day, dueOf, isoDay, isOpen, kindOf, stepsOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { System, World } from '../world/world.ts'
import { nobodyMayVanish, stepThat } from './asking.ts'
import { assessedTogether, heldMeanwhile } from './meanwhile.ts'

const KIND = `${BASE}/CodeSystem/service-kind`
const WANTED = { coding: [{ system: KIND, code: 'talking-therapy', display: 'Talking therapy' }], text: 'Help with mood and memory' }

/** Carys, from the first refusal to the day on which there is room. */
export const tooComplex = (world: World): Story => ({
  title: '"Too complex": two services refuse Carys, and she does not vanish',
  about:
    'Carys Maddox has multiple sclerosis, low mood and trouble with her memory. Each service that is asked says that the other is the right one. Nobody may fall ' +
    'between two services: a refusal has a next step, two refusals bring everybody to one table, and what nobody offers is written down and stays open.',
  steps: steps(world),
})

function steps(world: World): readonly Step[] {
  const { system, clock, where } = world
  let need = ''
  let review: Task | undefined

  const refuse = async (by: System, key: 'neuropsychology' | 'therapy-centre', words: string, whole: boolean) => {
    const owner = await where.organization(key)
    const task = await stepThat(world, need, (one) => one.owner?.reference === owner && kindOf(one) === 'referral', `${key} was not asked.`)
    const reason = { name: 'reason', valueCoding: { system: `${BASE}/CodeSystem/refusal-reason`, code: 'too-complex' } }
    const next = [
      { name: 'nextOwner', valueReference: { reference: await where.organization('community-team') } },
      { name: 'nextAction', valueString: 'Ring her, and agree what helps meanwhile.' },
      { name: 'due', valueDateTime: '2027-03-08T17:00:00Z' },
    ]
    const parameter = [reason, { name: 'words', valueString: words }, ...(whole ? next : [])]
    return system(by).ask<Task | OperationOutcome>('POST', `/fhir/Task/${task.id ?? ''}/$refuse`, { resourceType: 'Parameters', parameter })
  }
  const statusOf = async (by: System): Promise<{ code: string; since: string }> => {
    const { body } = await system(by).ask<Parameters>('GET', `/fhir/${need}/$status`)
    const of = (name: string) => body.parameter?.find((one) => one.name === name)
    return { code: of('status')?.valueCoding?.display ?? '', since: of('since')?.valueDateTime ?? '' }
  }

  return [
    given(
      'it is Monday 1 March 2027, and the community team asks neuropsychology and the charity for help with mood and memory',
      async () => {
        await clock.set('2027-03-01T09:00:00Z')
        const [subject, requester, ...performers] = await Promise.all([
          where.patient('carys'),
          where.organization('community-team'),
          where.organization('neuropsychology'),
          where.organization('therapy-centre'),
        ])
        const { id } = await system('demo-community-team').create<ServiceRequest>({
          resourceType: 'ServiceRequest',
          status: 'active',
          intent: 'order',
          category: [concept('request-category', 'neuro-rehabilitation')],
          code: WANTED,
          subject: { reference: subject },
          requester: { reference: requester },
          performer: performers.map((reference) => ({ reference })),
          authoredOn: '2027-03-01T09:00:00Z',
        })
        need = `ServiceRequest/${id}`
        await stepThat(world, need, (task) => kindOf(task) === 'referral', 'Nobody was asked.')
        return 'Both are asked; both have two working days.'
      },
    ),

    ...assessedTogether(world, () => need),

    when('neuropsychology says "too complex" and nothing more, the hub does not take it', async () => {
      const { status } = await refuse('demo-neuropsychology', 'neuropsychology', 'Too complex: mood.', false)
      expect(status === 400, `The hub answered it with ${String(status)}.`)
      return 'A refusal needs a reason, words, who is next, what they do and by when.'
    }),

    and('so both say who is next and what happens, and refuse', async () => {
      const first = await refuse('demo-neuropsychology', 'neuropsychology', 'Too complex for us: her mood.', true)
      const second = await refuse('demo-therapy-centre', 'therapy-centre', 'Too complex for us: her memory.', true)
      expect(first.status === 200 && second.status === 200, `The hub answered with ${String(first.status)} and ${String(second.status)}.`)
      return '"Too complex for us: her mood." "Too complex for us: her memory."'
    }),

    hence(
      'a joint review is opened, which the coordinator owns, due in ten working days; the need stays open and day one stays day one',
      async () => {
        review = await stepThat(world, need, (task) => kindOf(task) === 'joint-review', 'There is no joint review.')
        const coordinator = await where.organization('single-point-of-access')
        expect(review.owner?.reference === coordinator, 'The coordinator does not own it.')
        expect(isoDay(dueOf(review)) === '2027-03-15', `It is due on ${day(dueOf(review))}.`)
        expect((review.input ?? []).length === 3, 'Not everybody who was asked takes part.')
        const all = await stepsOf(system('demo-admin'), need)
        expect(all.filter((task) => kindOf(task) === 'joint-review').length === 1, 'There is more than one joint review.')
        const { code, since } = await statusOf('demo-community-team')
        expect(code === 'Being looked at', `The sender reads "${code}".`)
        expect(isoDay(since) === '2027-03-01', 'The first day of waiting was moved.')
        return `By ${day(dueOf(review))}, with both services and the community team. The sender reads "${code}", since Monday 1 March.`
      },
    ),

    ...heldMeanwhile(world),

    when('the review finds that there is no such service, the need goes into the unmet-need ledger', async () => {
      const reason = { name: 'reason', valueCoding: { system: `${BASE}/CodeSystem/unmet-need`, code: 'refused-too-complex' } }
      const words = { name: 'words', valueString: 'Nobody in the area treats mood and memory together.' }
      await system('demo-admin').operate(`Task/${review?.id ?? ''}`, '$record-unmet-need', reason, words, {
        name: 'area',
        valueString: 'QQ2',
      })
      const entry = await stepThat(world, need, (task) => kindOf(task) === 'unmet-need-review' && isOpen(task), 'It is not in the ledger.')
      expect(codeOf(entry.reasonCode, 'unmet-need') === 'refused-too-complex', 'The ledger does not say why.')
      const request = await system('demo-admin').read<ServiceRequest>(need)
      expect(request.status === 'active', 'The need was closed.')
      return `Open, with an owner, to be looked at again by ${day(dueOf(entry))}.`
    }),

    and('the two next steps that the refusals named are done, so that nothing but the ledger has it', async () => {
      const team = await where.organization('community-team')
      for (const task of (await stepsOf(system('demo-admin'), need)).filter((one) => isOpen(one) && one.owner?.reference === team)) {
        await system('demo-community-team').operate(`Task/${task.id ?? ''}`, '$complete', {
          name: 'outcome',
          valueString: 'Rung; the peer group meanwhile.',
        })
      }
      const { code } = await statusOf('demo-community-team')
      expect(code === 'Waiting', `The sender reads "${code}".`)
      return 'The sender reads "Waiting".'
    }),

    when('in April a service opens that has one place', async () => {
      await clock.set('2027-04-12T09:00:00Z')
      const provider = await where.organization('therapy-centre')
      await system('demo-admin').create<HealthcareService>({
        resourceType: 'HealthcareService',
        active: true,
        name: 'Mood and memory clinic',
        providedBy: { reference: provider },
        type: [WANTED],
        extension: [
          {
            url: `${BASE}/StructureDefinition/service-capacity`,
            extension: [
              { url: 'places', valueUnsignedInt: 1 },
              { url: 'asOf', valueDateTime: '2027-04-12T09:00:00Z' },
            ],
          },
        ],
      })
      return 'The listing says so, with the date.'
    }),

    hence('who has waited longest is offered it: the coordinator asks Carys whether it is still wanted', async () => {
      const offered = await soon(
        () => stepsOf(system('demo-admin'), need),
        (tasks) => tasks.some((task) => isOpen(task) && task.description?.includes('Ask the person whether it is still wanted') === true),
        'Nobody was offered the place.',
      )
      const open = offered.filter(isOpen)
      expect(open.length === 1, `${String(open.length)} steps are open.`)
      return `"${open[0]?.description ?? ''}" By ${day(dueOf(open[0]))}.`
    }),

    and('no request anywhere is without somebody who has it and a day by which', () => nobodyMayVanish(world)),
  ]
}
