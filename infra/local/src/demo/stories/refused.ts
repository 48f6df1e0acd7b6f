/** The second half of story 1: a request that is refused and then forgotten goes up until somebody has it; it never ends by itself. */
import type { OperationOutcome, ServiceRequest, Task } from '@medplum/fhirtypes'
import { and, expect, hence, when, type Step } from '../story.ts'
import { concept, day, dueOf, isoDay, isOpen, kindOf, moment, stepsOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { World } from '../world/world.ts'
import { askForHelp, mustBeMet, nobodyMayVanish, stepThat } from './asking.ts'

const NEED = 'Moving in water, to ease her legs'
const WORDS = 'Our pool is 34 degrees, and she is heat-sensitive.'
const ACTION = 'Ask the specialist nurse whether cooled water would do.'

/** From the second request to its end. */
export function refusedAndOverdue(world: World): readonly Step[] {
  const { system, person, clock, where } = world
  let need = ''
  let asked: Task | undefined
  let next: Task | undefined

  const escalationTo = async (owner: string, otherwise: string): Promise<Task> =>
    stepThat(world, need, (task) => kindOf(task) === 'escalation' && task.owner?.reference === owner && isOpen(task), otherwise)

  return [
    when('in January Morgan asks the leisure centre for a place in the pool', async () => {
      await clock.set('2027-01-11T09:00:00Z')
      const [ada, leisure] = await Promise.all([where.patient('ada'), where.organization('leisure')])
      const by = await person('physiotherapist')
      need = (await askForHelp(world, { by, about: ada, need: NEED, of: 'Maes Hafan Leisure Centre (Leisure)' })).need
      asked = await stepThat(world, need, ({ owner }) => owner?.reference === leisure, 'The leisure centre was not asked.')
      return `Asked on Monday 11 January, to be answered by ${day(dueOf(asked))}.`
    }),

    hence('the leisure centre cannot just say no: a refusal without a next step is refused', async () => {
      const bare = { ...asked, status: 'rejected', statusReason: concept('refusal-reason', 'not-safe-here', WORDS) }
      const leisure = system('demo-leisure')
      const { status, body } = await leisure.ask<OperationOutcome>('PUT', `/fhir/Task/${asked?.id ?? ''}`, bare)
      expect(status === 422 && body.resourceType === 'OperationOutcome', `The hub answered it with ${String(status)}.`)
      const sam = await person('leisure-instructor')
      const page = await sam.send(await sam.open(`/inbox/${asked?.id ?? ''}/refuse`), '/refuse', { reason: 'not-safe-here', words: WORDS })
      for (const gap of ['Choose who has it next', 'Say what they should do', 'Enter by when']) {
        expect(page.text.includes(gap), `The page does not ask: ${gap}.`)
      }
      const [still] = await stepsOf(leisure, need)
      expect(still?.status === 'requested', 'The refusal went through all the same.')
      return "Neither from the centre's own system nor from the page, which asks who has it next, what they should do and by when."
    }),

    when('Sam refuses and says who has it next, what they should do and by when', async () => {
      const sam = await person('leisure-instructor')
      const page = await sam.open(`/inbox/${asked?.id ?? ''}/refuse`)
      const owner = page.form('/refuse').choice('owner', 'Deeside Community Neuro Team (NHS)')
      const due = { 'due[day]': '18', 'due[month]': '1', 'due[year]': '2027' }
      const sent = await sam.send(page, '/refuse', { reason: 'not-safe-here', words: WORDS, owner, action: ACTION, ...due })
      expect(sent.text.includes('with its next step'), `The page does not confirm it, but says: ${sent.text.slice(0, 300)}`)
      return `"${WORDS}" Next: the community team. "${ACTION}"`
    }),

    hence('the need stays open, the community team has the next step, and the clock does not start again', async () => {
      const team = await where.organization('community-team')
      next = await stepThat(world, need, (task) => task.owner?.reference === team && isOpen(task), 'The community team has no next step.')
      expect(kindOf(next) === 'next-step' && next.description === ACTION, 'The next step is not what the refusal said.')
      expect(isoDay(dueOf(next)) === '2027-01-18', `The next step is due on ${day(dueOf(next))}.`)
      const request = await system('demo-community-team').read<ServiceRequest>(need)
      expect(request.status === 'active', 'The need was closed by the refusal.')
      expect(isoDay(request.authoredOn ?? '') === '2027-01-11', 'The first day of waiting was moved.')
      return `Owner and due day (${day(dueOf(next))}) as Sam said; day one is still Monday 11 January.`
    }),

    and('Morgan sees why, and that it is now hers', async () => {
      const page = await (await person('physiotherapist')).open(`/inbox/${next?.id ?? ''}`)
      for (const words of [NEED, ACTION, WORDS, 'Refused']) expect(page.text.includes(words), `Morgan's page does not say "${words}".`)
      return 'The inbox shows what is to be done and what happened so far.'
    }),

    when('nobody does anything, and Monday 18 January goes by', async () => {
      await clock.set('2027-01-19T09:00:00Z')
      const up = await escalationTo(await where.organization('single-point-of-access'), 'The single point of access was not told.')
      const page = await (await person('physiotherapist')).open(`/inbox/${next?.id ?? ''}`)
      expect(page.text.includes('Overdue'), "Morgan's page does not say that it is overdue.")
      const triager = await (await person('triager')).open('/inbox')
      expect(triager.text.includes('Overdue elsewhere'), 'The single point of access does not see it in its inbox.')
      return `It goes up to the single point of access, which has until ${moment(dueOf(up))}. It stays with Morgan too, marked overdue.`
    }),

    and('they do nothing either', async () => {
      await clock.set('2027-01-21T09:00:00Z')
      const up = await escalationTo(await where.organization('commissioner'), 'Nobody above the single point of access was told.')
      return `It goes up to the commissioner, by ${moment(dueOf(up))}.`
    }),

    when('Morgan does it and says what came of it', async () => {
      const morgan = await person('physiotherapist')
      const page = await morgan.tryOpen(`/inbox/${next?.id ?? ''}`)
      const accepted = await morgan.send(page, '/accept')
      expect(accepted.text.includes('You have accepted this'), 'The page does not confirm that Morgan has it.')
      const outcome = 'Cooled water is not to be had near her. She keeps to the cool class.'
      const done = await morgan.send(await morgan.open(`/inbox/${next?.id ?? ''}/complete`), '/complete', { outcome })
      expect(done.text.includes('Marked as done'), 'The page does not confirm it.')
      await mustBeMet(world, need)
      const steps = await soon(
        () => stepsOf(system('demo-admin'), need),
        (tasks) => tasks.filter((task) => kindOf(task) === 'escalation').every(({ status }) => status === 'cancelled'),
        'Those who were told that it is overdue still have it.',
      )
      return `The request is met; ${String(steps.length)} steps are kept of it, and those who were told that it is overdue need do nothing more.`
    }),

    and('no request anywhere is without somebody who has it and a day by which', () => nobodyMayVanish(world)),
  ]
}
