/** What happens around a refusal that nobody may fall through: one assessment by several services, something meanwhile, and a place that is held. Story 3. */
import type {
  Parameters,
  ParametersParameter,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes'
import type { OrganizationKey } from '@platform/testing/cast'
import { and, expect, hence, when, type Step } from '../story.ts'
import { BASE, codeOf, concept, day, dueOf, isoDay, isOpen, kindOf, stepsOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { System, World } from '../world/world.ts'
import { stepThat } from './asking.ts'

const words = (linkId: string, valueString: string): QuestionnaireResponseItem => ({ linkId, answer: [{ valueString }] })

/** Physiotherapy, mood and the question of risk are answered, each by whom it belongs to; the rest says why it was not asked; one sign-off. */
export function assessedTogether({ system, where }: World, need: () => string): readonly Step[] {
  let id = ''
  const fill = async (by: System, section: string, ...given: readonly ParametersParameter[]) => {
    const parameter = [{ name: 'section', valueCode: section }, ...given]
    const body = { resourceType: 'Parameters', parameter }
    const { status } = await system(by).ask<Parameters>('POST', `/fhir/QuestionnaireResponse/${id}/$answer-section`, body)
    return status
  }
  const answers = (...item: QuestionnaireResponseItem[]): ParametersParameter => ({
    name: 'answers',
    resource: { resourceType: 'QuestionnaireResponse', status: 'in-progress', item },
  })
  const openSections = async (): Promise<readonly string[]> => {
    const { body } = await system('demo-community-team').ask<Parameters>('GET', `/fhir/QuestionnaireResponse/${id}/$meeting`)
    const of = (part: readonly ParametersParameter[], name: string) => part.find((one) => one.name === name)?.valueCode
    return (body.parameter ?? []).flatMap(({ part = [] }) => (of(part, 'state') === 'open' ? (of(part, 'linkId') ?? []) : []))
  }
  return [
    when('the team starts one joint assessment, in which mood belongs to neuropsychology', async () => {
      const owner = { name: 'owner', valueReference: { reference: await where.organization('neuropsychology') } }
      const made = await system('demo-community-team').operate<QuestionnaireResponse>(need(), '$start-assessment', {
        name: 'section',
        part: [{ name: 'linkId', valueCode: 'mood' }, owner],
      })
      id = made.id ?? ''
      expect(
        (await fill('demo-community-team', 'mood', answers(words('mood-words', 'Low.')))) === 422,
        'Somebody else could answer on mood.',
      )
      expect(
        (await fill('demo-community-team', 'physiotherapy', answers(words('walking', 'Two sticks, ten metres.')))) === 200,
        'Walking was not saved.',
      )
      expect((await fill('demo-neuropsychology', 'mood', answers(words('mood-words', 'Low most days.')))) === 200, 'Mood was not saved.')
      const risk = answers({ linkId: 'risk-now', answer: [{ valueBoolean: false }] })
      expect((await fill('demo-community-team', 'risk', risk)) === 200, 'The question of risk was not saved.')
      return 'Walking is said by the team, mood by neuropsychology and by nobody else, and the question of risk is answered.'
    }),
    and('it is signed off once, when what was not asked says why', async () => {
      const left = await openSections()
      expect(left.includes('cognition') && !left.includes('mood'), `The list for the meeting has ${left.join(', ')}.`)
      const sign = () =>
        system('demo-community-team').ask('POST', `/fhir/QuestionnaireResponse/${id}/$sign-off`, { resourceType: 'Parameters' })
      const early = await sign()
      expect(early.status === 422, `Signed off with gaps, the hub answered ${String(early.status)}.`)
      for (const section of left) await fill('demo-community-team', section, { name: 'notAsked', valueString: 'She was tired; next week.' })
      const signed = await sign()
      expect(signed.status === 200, `The hub did not take the sign-off (${String(signed.status)}).`)
      return `${String(left.length)} sections say "not asked, because"; the meeting reads the rest.`
    }),
  ]
}

/** Counselling says "too complex": a review at once, something the same day; and a missed session of physiotherapy holds the place. */
export function heldMeanwhile(world: World): readonly Step[] {
  const { system, where } = world
  let [counselling, physiotherapy] = ['', '']
  const ask = async (code: string, text: string, of: OrganizationKey): Promise<string> => {
    const [subject, requester, performer] = await Promise.all([
      where.patient('carys'),
      where.organization('community-team'),
      where.organization(of),
    ])
    const { id } = await system('demo-community-team').create<ServiceRequest>({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      category: [concept('request-category', 'neuro-rehabilitation')],
      code: concept('service-kind', code, text),
      subject: { reference: subject },
      requester: { reference: requester },
      performer: [{ reference: performer }],
      authoredOn: '2027-03-01T09:00:00Z',
    })
    return `ServiceRequest/${id}`
  }
  const sayNo = async (need: string, reason: string, said: string) => {
    const centre = await where.organization('therapy-centre')
    const task = await stepThat(world, need, (one) => one.owner?.reference === centre && isOpen(one), 'The centre was not asked.')
    await system('demo-therapy-centre').operate<Task>(
      `Task/${task.id ?? ''}`,
      '$refuse',
      { name: 'reason', valueCoding: { system: `${BASE}/CodeSystem/refusal-reason`, code: reason } },
      { name: 'words', valueString: said },
      { name: 'nextOwner', valueReference: { reference: await where.organization('community-team') } },
      { name: 'nextAction', valueString: 'Ring her.' },
      { name: 'due', valueDateTime: '2027-03-08T17:00:00Z' },
    )
    return task.id ?? ''
  }
  return [
    when('the charity\'s counsellors, asked too, say "too complex": their route is protected, and one such answer is enough', async () => {
      counselling = await ask('counselling', 'Counselling', 'therapy-centre')
      await sayNo(counselling, 'too-complex', 'Too complex for us: her memory.')
      const review = await stepThat(world, counselling, (task) => kindOf(task) === 'joint-review', 'There is no joint review.')
      return `A joint review is open at once, by ${day(dueOf(review))}.`
    }),
    hence('something is offered to her by the next working day, out of the directory and with the room that each has', async () => {
      const support = await stepThat(world, counselling, (task) => kindOf(task) === 'interim-support', 'Nothing is offered meanwhile.')
      expect(isoDay(dueOf(support)) <= '2027-03-02', `It is due on ${day(dueOf(support))}.`)
      const options = (support.input ?? []).flatMap(({ type, valueReference }) =>
        codeOf(type, 'task-input') === 'interim-option' ? (valueReference?.display ?? []) : [],
      )
      const { text } = await (await world.person('triager')).open(`/inbox/${support.id ?? ''}`)
      expect(text.includes('999'), 'The page does not say what to ring in an emergency.')
      return [...options, 'Where nobody has approved a number, the page says to ring 999 in an emergency.'].join('\n')
    }),
    and('when she does not come to physiotherapy, the place is held: it is no "did not attend, discharged"', async () => {
      physiotherapy = await ask('therapy-centre', 'Physiotherapy', 'therapy-centre')
      const task = await sayNo(physiotherapy, 'did-not-attend', 'She did not come three times.')
      const tasks = await soon(
        () => stepsOf(system('demo-admin'), physiotherapy),
        (all) => all.some((one) => kindOf(one) === 'sessions-missed'),
        'Nobody is asked to ring her.',
      )
      expect(tasks.find(({ id }) => id === task)?.status === 'on-hold', 'The place is not held.')
      const ring = tasks.find((one) => kindOf(one) === 'sessions-missed')
      expect(ring?.description?.includes('no reason to discharge') === true, 'It does not say that this is no reason to discharge.')
      return `On hold; the coordinator rings her by ${day(dueOf(ring))}.`
    }),
  ]
}
