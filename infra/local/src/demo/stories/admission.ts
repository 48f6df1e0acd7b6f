/** Story 4: a man with an intrathecal baclofen pump comes into hospital at night. Acceptance story 4. */
import type { Encounter, Flag, Task } from '@medplum/fhirtypes'
import { newId } from '@platform/service/ids'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { and, expect, given, hence, when, type Story } from '../story.ts'
import type { Board, Heard } from '../world/board.ts'
import { codeOf, day, dueOf, isOpen, kindOf, BASE } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { World } from '../world/world.ts'

/** By when the ward must have heard: acceptance story 4. */
const HEARD_WITHIN_MS = 60_000

/** What the ward must read, wherever in the lines it stands. */
const MUST_SAY = ['do not stop', 'Intrathecal baclofen', '23 Nov 2026', '24 Nov 2026', '3 tesla', '01632 960107', 'slide board'] as const

type Message = Omit<NonNullable<Parameters<typeof anAdmissionMessage>[0]>, 'acknowledgement'>

/** Dafydd's night and the days after it; then an admission that was a mistake. */
export const admission = (world: World): Story => ({
  title: 'In hospital: Dafydd, who has a pump that must not run dry, comes in at night',
  about:
    'Dafydd Rees has secondary progressive multiple sclerosis. A pump under his skin gives him baclofen; if it runs dry he may die, and it will be nearly empty in two days. ' +
    'He has agreed that whoever admits him is told. He comes in confused after a fall and cannot tell it himself.',
  steps: steps(world),
})

function steps(world: World): Story['steps'] {
  const { system, person, clock, where } = world
  // Names of the hospital's own: each telling of the story is another stay.
  const visit = `V${newId().replaceAll('-', '').slice(-9).toUpperCase()}`
  let [alert, board]: [Heard | undefined, Board | undefined] = [undefined, undefined]
  let sent = 0
  let sentAtMs = 0

  const send = async (message: Message): Promise<void> => {
    sent += 1
    const controlId = `${visit}-${String(sent)}`
    const answer = await (await world.hospital()).send(anAdmissionMessage({ visit, controlId, ...message, acknowledgement: 'original' }))
    const asked = message.controlId ?? controlId
    expect(
      answer.code === 'AA' && answer.answers === asked,
      `The hospital's message was answered with ${answer.code}: ${answer.errors.join(' ')}`,
    )
  }
  const hears = (kind: string, after: number, which: (one: Heard) => boolean = () => true): Promise<Heard> =>
    soon(
      async () => board?.heard.slice(after).find((one) => one.kind === kind && which(one)),
      (one): one is Heard => one !== undefined,
      `The board of the hospital did not hear that the alert was ${kind}.`,
      HEARD_WITHIN_MS,
    )
  const ofThisStay = ({ encounter }: Heard): boolean => encounter === alert?.encounter
  const answers = async (): Promise<Task[]> => system('demo-admin').find<Task>('Task', { 'part-of': alert?.task ?? '' })
  const answerOf = async (role: 'ward' | 'specialist'): Promise<Task> => {
    const found = (await answers()).find(({ performerType = [] }) => performerType.some((one) => codeOf(one, 'answering-role') === role))
    expect(found !== undefined, `Nobody is asked to answer as ${role}.`)
    return found
  }
  const alertPage = async (who: string): Promise<string> => {
    const page = await (await person(who)).open('/alerts')
    return page.part(`alert-${alert?.task.slice('Task/'.length) ?? ''}`, 'aria-labelledby') ?? ''
  }
  const tasksOf = async (kind: string): Promise<Task[]> =>
    system('demo-admin').find<Task>('Task', { code: `${BASE}/CodeSystem/task-kind|${kind}`, _count: '500' })
  const patientPage = async () => `/people/${(await where.patient('dafydd')).slice('Patient/'.length)}`

  return [
    given('it is 02:14 on Saturday 21 November 2026, and Dafydd is on the register of those whose admission is told', async () => {
      await clock.set('2026-11-21T02:14:00Z')
      board = await world.board('demo-hospital')
      const flags = await system('demo-admin').find<Flag>('Flag', { patient: await where.patient('dafydd'), status: 'active' })
      const registered = flags.map(({ code }) => codeOf(code, 'register'))
      expect(registered.includes('intrathecal-baclofen-pump'), 'Dafydd is not on the register with his pump.')
      const { text } = await (await person('specialist-nurse')).open(await patientPage())
      expect(text.includes('On the hospital alert register'), "The pump centre's page does not say that he is on the register.")
      return 'He agreed to it on 8 September; his pump centre entered the pump on 14 August and answers for what it says.'
    }),

    when("the hospital's own system sends that he was admitted", async () => {
      sentAtMs = performance.now()
      await send({ event: 'A01', at: new Date('2026-11-21T02:14:00Z') })
      return "The hospital's system hears that it was taken, as it does only once the message is safely stored."
    }),

    hence('the ward hears it within a minute, and its page shows at most seven lines', async () => {
      alert = await hears('raised', 0)
      const heardAfterMs = performance.now() - sentAtMs
      expect(heardAfterMs <= HEARD_WITHIN_MS, `The ward heard it after ${String(Math.round(heardAfterMs / 1_000))} seconds.`)
      const dafydd = await where.patient('dafydd')
      const task = await system('demo-hospital').read<Task>(alert.task)
      expect(task.for?.reference === dafydd && kindOf(task) === 'hospital-alert', 'What the board heard is not the alert about Dafydd.')
      expect(!/Dafydd|Rees|9990004447/.test(board?.raw() ?? ''), 'Over the line to the board goes more than references.')
      const lines = (task.input ?? []).flatMap(({ type, valueString = '' }) =>
        codeOf(type, 'task-input') === 'alert-line' ? valueString : [],
      )
      expect(lines.length > 0 && lines.length <= 7, `There are ${String(lines.length)} lines.`)
      const shown = await alertPage('ward-nurse')
      for (const line of lines) expect(shown.includes(line), `The page of the ward does not say "${line}".`)
      for (const words of MUST_SAY)
        expect(shown.toLowerCase().includes(words.toLowerCase()), `The page of the ward does not say "${words}".`)
      return [`Heard after ${(heardAfterMs / 1_000).toFixed(2)} seconds. Eleri Jones, ward nurse, reads:`, ...lines].join('\n')
    }),

    and('the pump centre is asked to answer as well', async () => {
      const [ward, specialist] = [await answerOf('ward'), await answerOf('specialist')]
      expect(ward.owner?.reference === (await where.organization('hospital')), 'The hospital is not asked to answer for the ward.')
      expect(specialist.owner?.reference === (await where.organization('pump-centre')), 'The pump centre is not asked.')
      const shown = await alertPage('specialist-nurse')
      expect(
        shown.includes('Not acknowledged') && shown.includes('Acknowledge by'),
        'The page of the pump centre does not ask for an answer.',
      )
      return 'Ruth Bailey, specialist nurse, has the same alert on her page. Ward and pump centre each have half an hour.'
    }),

    when('the hospital sends the same message nine times more', async () => {
      const message = anAdmissionMessage({
        visit,
        controlId: `${visit}-1`,
        at: new Date('2026-11-21T02:14:00Z'),
        acknowledgement: 'original',
      })
      const line = await world.hospital()
      for (let time = 0; time < 9; time += 1) {
        expect((await line.send(message)).code === 'AA', 'A repeated message was not acknowledged.')
      }
      const stays = await system('demo-admin').find<Task>('Task', { encounter: alert?.encounter ?? '' })
      expect(stays.filter((task) => kindOf(task) === 'hospital-alert').length === 1, 'There is more than one alert for the stay.')
      expect((board?.heard ?? []).filter(({ kind }) => kind === 'raised').length === 1, 'The board rang more than once.')
      return 'Each is acknowledged, and it stays one alert that rang once.'
    }),

    when('it sends that somebody is admitted who is not on the register', async () => {
      const before = (await tasksOf('hospital-alert')).length
      const ada = await where.patient('ada')
      const stays = async () => (await system('demo-admin').find<Encounter>('Encounter', { patient: ada })).length
      const known = await stays()
      await send({ for: 'ada', visit: `${visit}9`, at: new Date('2026-11-21T02:16:00Z') })
      expect((await tasksOf('hospital-alert')).length === before && (await stays()) === known, 'Something was written about her.')
      return 'Acknowledged, and nothing of it is kept: no alert, no stay.'
    }),

    when("it sends Dafydd's number and birthday with the name of somebody else", async () => {
      const known = new Set((await tasksOf('identity-review')).map(({ id }) => id))
      const before = (await tasksOf('hospital-alert')).length
      await send({ visit: `${visit}8`, at: new Date('2026-11-21T02:18:00Z'), person: { family: 'Evans', given: 'Gwyn' } })
      const review = await soon(
        async () => (await tasksOf('identity-review')).find(({ id }) => !known.has(id)),
        (task): task is Task => task !== undefined,
        'Nobody is asked to decide who was meant.',
      )
      expect((await tasksOf('hospital-alert')).length === before, 'Somebody was alerted about a match that is not sure.')
      expect(review.owner?.reference === (await where.organization('single-point-of-access')), 'The single point of access is not asked.')
      const priya = await person('triager')
      expect((await priya.open('/inbox')).text.includes('Match to decide'), 'The inbox of the single point of access does not show it.')
      const page = await priya.open(`/inbox/${review.id ?? ''}/decide`)
      expect(page.text.includes('Dafydd Wyn Rees'), 'The page does not say who it may be.')
      await priya.send(page, '/decide', { whom: 'nobody' })
      expect((await tasksOf('hospital-alert')).length === before, 'Somebody was alerted about somebody else.')
      return 'Nobody is alerted. Priya Nair, at the single point of access, is asked to decide; it was somebody else.'
    }),

    when('nobody acknowledges for half an hour', async () => {
      const heard = board?.heard.length ?? 0
      await clock.set('2026-11-21T02:45:00Z')
      await hears('escalated', heard, ofThisStay)
      const ward = await soon(
        () => answerOf('ward'),
        ({ businessStatus }) => codeOf(businessStatus, 'escalation-step') !== undefined,
        'The alert does not go up.',
      )
      const roles = (ward.performerType ?? []).map((one) => codeOf(one, 'answering-role'))
      expect(roles.includes('site-lead'), `It went to ${roles.join(', ')} and not to the site lead.`)
      return `"${ward.businessStatus?.text ?? ''}"`
    }),

    when('Eleri acknowledges on the ward, and Ruth at the pump centre', async () => {
      for (const [who, role] of [
        ['ward-nurse', 'ward'],
        ['specialist-nurse', 'specialist'],
      ] as const) {
        const visitor = await person(who)
        const { id = '' } = await answerOf(role)
        const page = await visitor.send(await visitor.open('/alerts'), `/alerts/${id}/acknowledge`)
        expect(
          page.text.includes('Acknowledged. Nobody else is called'),
          `The page does not confirm it, but says: ${page.text.slice(0, 300)}`,
        )
      }
      await soon(
        () => system('demo-admin').read<Task>(alert?.task ?? ''),
        ({ status }) => status === 'accepted',
        'Both have answered, and the alert still waits.',
      )
      const heard = board?.heard.length ?? 0
      await clock.set('2026-11-21T03:30:00Z')
      const later = (board?.heard ?? []).slice(heard).filter((one) => one.kind === 'escalated' && ofThisStay(one))
      expect(later.length === 0 && (await answers()).every(({ status }) => status === 'accepted'), 'It went on going up.')
      return 'Both pages say so. Three quarters of an hour later nobody has been called again.'
    }),

    when('he is moved to ward 3 in the morning', async () => {
      const heard = board?.heard.length ?? 0
      await clock.set('2026-11-21T09:30:00Z')
      await send({ event: 'A02', ward: 'W3^^', at: new Date('2026-11-21T09:30:00Z') })
      const moved = await hears('moved', heard, ofThisStay)
      expect(moved.quiet, 'A move within the hospital makes a sound.')
      const shown = await alertPage('specialist-nurse')
      expect(shown.includes('W3'), `The page of the pump centre does not say where he is, but: ${shown.slice(0, 200)}`)
      return 'The same alert, without a sound; the pump centre sees where he is now.'
    }),

    when('he goes home on Monday 23 November', async () => {
      const heard = board?.heard.length ?? 0
      await clock.set('2026-11-23T11:00:00Z')
      await send({ event: 'A03', ward: 'W3^^', at: new Date('2026-11-23T11:00:00Z') })
      await hears('closed', heard, ofThisStay)
      expect((await system('demo-admin').read<Task>(alert?.task ?? '')).status === 'completed', 'The alert is not closed.')
      const entry =
        (await (await person('physiotherapist')).open(await patientPage())).part(`stay-${alert?.encounter.slice(10) ?? ''}`) ?? ''
      expect(entry.includes('Left hospital'), `The stay is not part of what he has received: ${entry}`)
      return 'The alert closes, and the stay with its days is part of what he has received.'
    }),

    hence('the community team is asked to call him within two working days', async () => {
      const tasks = await system('demo-community-team').find<Task>('Task', { encounter: alert?.encounter ?? '' })
      const call = tasks.find((task) => kindOf(task) === 'after-discharge' && isOpen(task))
      expect(call !== undefined, 'Nobody is asked to call him.')
      const inbox = await (await person('physiotherapist')).open('/inbox')
      expect(inbox.text.includes('Contact after a hospital stay'), "It is not in the team's inbox.")
      const outcome = { name: 'outcome', valueCode: 'seen' }
      await system('demo-community-team').operate<Task>(`Task/${call.id ?? ''}`, '$close', outcome)
      return `In their inbox, by ${day(dueOf(call))}. They see him, and close it.`
    }),

    when('another night the hospital admits him by mistake and takes it back', async () => {
      await clock.set('2026-11-28T01:00:00Z')
      const heard = board?.heard.length ?? 0
      await send({ visit: `${visit}7`, at: new Date('2026-11-28T01:00:00Z') })
      const raised = await hears('raised', heard)
      await send({ event: 'A11', visit: `${visit}7`, at: new Date('2026-11-28T01:05:00Z') })
      await hears('withdrawn', heard, ({ task }) => task === raised.task)
      const { status, statusReason } = await system('demo-admin').read<Task>(raised.task)
      expect(status === 'cancelled', 'The alert is not withdrawn.')
      alert = raised
      expect(
        (await answers()).every((task) => !isOpen(task)),
        'Somebody is still asked to answer it.',
      )
      expect((await alertPage('ward-nurse')) === '', 'It is still on the page of the ward.')
      return `The alert is withdrawn everywhere, and says why: "${statusReason?.text ?? ''}"`
    }),
  ]
}
