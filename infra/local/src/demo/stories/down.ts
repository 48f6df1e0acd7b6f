/** Story 1: down, from a community physiotherapist to a leisure centre's class, and what came of it back. Acceptance story 1. */
import type {
  Bundle,
  Condition,
  Consent,
  Parameters,
  ParametersParameter,
  Patient,
  Procedure,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes'
import { and, expect, given, hence, when, type Step, type Story } from '../story.ts'
import { BASE, codeOf, concept, day, dueOf, isoDay, kindOf, outputOf, stepsOf } from '../world/reading.ts'
import type { World } from '../world/world.ts'
import { askForHelp, mustBeMet, nobodyMayVanish, stepThat } from './asking.ts'
import { bookedClasses, mustBeAttributed } from './classes.ts'
import { refusedAndOverdue } from './refused.ts'

const LEISURE = 'Maes Hafan Leisure Centre'
const NEED = 'Strength and balance in a class, to stand and cook for 10 minutes'
const OUTCOME = 'Came to 9 of 11 classes; stands to cook for 10 minutes.'

/** Ada, from the request to its outcome; and a second request, which is refused, forgotten, and does not vanish. */
export const down = (world: World): Story => ({
  title: 'Down: a community physiotherapist asks a leisure centre to help Ada, and what came of it comes back',
  about:
    'Ada Probert has multiple sclerosis, uses a stick, tires after three in the afternoon and cannot bear heat. She wants to stand to cook for ten minutes. ' +
    'The leisure centre must know how to look after her, and need not know her diagnosis.',
  steps: [...askedAndAccepted(world), ...refusedAndOverdue(world)],
})

function askedAndAccepted(world: World): readonly Step[] {
  const { system, person, clock, where } = world
  let need = ''
  let asked: Task | undefined
  let typedInKey = ''
  const classes = bookedClasses(world, () => need)
  const patientPage = async () => `/people/${(await where.patient('ada')).slice('Patient/'.length)}`

  return [
    given('it is Monday 5 October 2026, and Morgan Ellis, community physiotherapist, opens what Ada has received', async () => {
      await clock.set('2026-10-05T09:00:00+01:00')
      const { text } = await (await person('physiotherapist')).open(await patientPage())
      for (const words of ['Uses one stick', 'mornings only', 'Heat-sensitive']) {
        expect(text.includes(words), `Ada's page does not say "${words}".`)
      }
      return 'Her page shows what to look after: one stick, mornings only, heat-sensitive.'
    }),

    when('Morgan looks for an exercise class near her', async () => {
      const request: ServiceRequest = {
        resourceType: 'ServiceRequest',
        status: 'draft',
        intent: 'order',
        subject: { reference: await where.patient('ada') },
        code: concept('service-kind', 'exercise-class', 'Strength and balance'),
      }
      const { parameter: candidates = [] } = await system('demo-community-team').operate<Parameters>('ServiceRequest', '$match', {
        name: 'request',
        resource: request,
      })
      const classes = candidates.map((candidate) => ({
        name: partOf(candidate, 'service')?.valueReference?.display ?? '',
        reasons: saysOf(candidate, 'for'),
        doubts: saysOf(candidate, 'against'),
      }))
      expect(
        classes.some(({ name }) => name === 'Chair Based Exercise'),
        'The chair-based class is not among those offered.',
      )
      for (const { name, reasons, doubts } of classes) {
        expect(reasons.length > 0 && doubts.length > 0, `"${name}" is offered without reasons for and against.`)
      }
      return [
        `${String(classes.length)} classes are offered, each with reasons for and against:`,
        ...classes.map(({ name, reasons, doubts }) => `${name}. For: ${reasons[0] ?? ''} Against: ${doubts.at(-1) ?? ''}`),
      ].join('\n')
    }),

    and('Ada agrees that the leisure centre may know her needs, and not her diagnosis', async () => {
      const [ada, leisure, team] = await Promise.all([
        where.patient('ada'),
        where.organization('leisure'),
        where.organization('community-team'),
      ])
      const { id } = await system('demo-community-team').create(agreement({ ada, leisure, team }))
      const kept = await system('demo-patient').read<Consent>(`Consent/${id}`)
      expect(kept.performer?.[0]?.reference === ada, 'The consent does not say who agreed.')
      expect(kept.policyRule?.text !== undefined && kept.dateTime !== undefined, 'The consent does not say how and when she was told.')
      return 'Ada reads in her own app: who agreed, what, how she was told, on which day.'
    }),

    when(`Morgan asks ${LEISURE} on the page`, async () => {
      const ada = await where.patient('ada')
      const sent = await askForHelp(world, { by: await person('physiotherapist'), about: ada, need: NEED, of: `${LEISURE} (Leisure)` })
      need = sent.need
      expect(sent.form.includes('no diagnoses and no notes'), 'The page does not say what is sent and what is not.')
      return 'The page shows what is sent, and that diagnoses are not; the page says "Request sent".'
    }),

    hence('the leisure centre is asked, and has two working days to answer', async () => {
      const leisure = await where.organization('leisure')
      asked = await stepThat(world, need, ({ owner }) => owner?.reference === leisure, 'The leisure centre was not asked.')
      expect(kindOf(asked) === 'referral' && asked.status === 'requested', 'The leisure centre has something other than a new referral.')
      expect(isoDay(dueOf(asked)) === '2026-10-07', `An answer is due on ${day(dueOf(asked))}.`)
      return `One step, owned by the leisure centre, to be answered by ${day(dueOf(asked))}.`
    }),

    and('Sam Okafor, instructor, finds it in the inbox with what to look after', async () => {
      const sam = await person('leisure-instructor')
      const inbox = await sam.open('/inbox')
      expect(inbox.text.includes(NEED), 'The request is not in the inbox of the leisure centre.')
      const page = await sam.open(`/inbox/${asked?.id ?? ''}`)
      for (const words of ['Heat-sensitive', 'one stick', 'Deeside Community Neuro Team', 'Waiting for an answer']) {
        expect(page.text.includes(words), `The request does not say "${words}".`)
      }
      expect(!/sclerosis/i.test(page.text), 'The page tells the leisure centre the diagnosis.')
      return 'It says what is wanted, who asks, what to look after, by when; it does not say what she has.'
    }),

    and('her diagnosis is not to be had by the leisure centre by any other way', async () => {
      const ada = await where.patient('ada')
      const [diagnosis] = await system('demo-community-team').find<Condition>('Condition', { patient: ada })
      expect(diagnosis?.id !== undefined, 'The community team does not see the diagnosis either.')
      const leisure = system('demo-leisure')
      const { status } = await leisure.ask('GET', `/fhir/Condition/${diagnosis.id}`)
      expect(status === 404, `Asked for the diagnosis, the hub answered the leisure centre with ${String(status)}.`)
      expect((await leisure.find('Condition', { patient: ada })).length === 0, 'A search gives the leisure centre the diagnosis.')
      const everything = await leisure.ask<Bundle>('GET', `/fhir/${ada}/$everything`)
      expect(
        !/sclerosis/i.test(JSON.stringify(everything.body)),
        'Everything about Ada, as the leisure centre gets it, names the diagnosis.',
      )
      return "To the leisure centre's system the diagnosis does not exist: not when asked for, not in a search, not in everything about Ada."
    }),

    and('of who she is it has her name, how to ring her, and whom to call', async () => {
      const ada = await where.patient('ada')
      const leisure = system('demo-leisure')
      const { body: shown } = await leisure.ask<Patient>('GET', `/fhir/${ada}`)
      expect(shown.name !== undefined && shown.telecom !== undefined, 'The leisure centre does not have her name and number.')
      for (const hidden of ['birthDate', 'identifier', 'address', 'gender', 'generalPractitioner'] as const)
        expect(shown[hidden] === undefined, `The leisure centre reads her ${hidden}.`)
      const everything = await leisure.ask<Bundle>('GET', `/fhir/${ada}/$everything`)
      expect(!/9990123454|1974-03-18/.test(JSON.stringify(everything.body)), 'Everything about Ada gives her number or date of birth.')
      return 'Neither her date of birth nor her NHS number, address or practice is in what it reads.'
    }),

    when('Sam accepts', async () => {
      const sam = await person('leisure-instructor')
      const page = await sam.send(await sam.open(`/inbox/${asked?.id ?? ''}`), '/accept')
      expect(page.text.includes('You have accepted this'), 'The page does not confirm it.')
      const begun = await stepThat(
        world,
        need,
        (task) => task.id === asked?.id && task.status === 'accepted' && dueOf(task).getTime() > dueOf(asked).getTime(),
        'Having accepted, the leisure centre has no time to begin.',
      )
      const ada = await (await person('ada')).open('/my-referrals')
      expect(ada.text.includes(NEED) && ada.text.includes('Accepted'), 'Ada does not see that it was accepted.')
      return `Accepted; to begin by ${day(dueOf(begun))}. Ada sees it on her own page.`
    }),

    ...classes.booked,

    when('Ada has been to the first class, and Sam records it on the page', async () => {
      await clock.set('2026-10-06T12:00:00+01:00')
      const sam = await person('leisure-instructor')
      const page = await sam.open(`${await patientPage()}/record-session`)
      typedInKey = page.form('/record-session').fields['key'] ?? ''
      const saved = await sam.send(page, '/record-session', {
        kind: 'chair-based-exercise',
        'done[day]': '6',
        'done[month]': '10',
        'done[year]': '2026',
        minutes: '45',
        how: 'group',
        response: 'Stood for the warm-up. Sat near the fan.',
      })
      expect(saved.text.includes('Session recorded'), `The page did not save the session, but said: ${saved.text.slice(0, 300)}`)
      const [task] = await stepsOf(system('demo-leisure'), need)
      const goesOn = { ...task, status: 'in-progress', restriction: { period: { end: '2026-12-29T17:00:00Z' } } }
      const { status } = await system('demo-leisure').ask('PUT', `/fhir/Task/${asked?.id ?? ''}`, goesOn)
      expect(status === 200, `The leisure centre cannot say that it has begun (${String(status)}).`)
      return 'Saved, and the leisure centre says that it will report by 29 December.'
    }),

    ...classes.held,

    hence('all of them are part of what Ada has received, in the one shape that sessions of every sector have', async () => {
      const ada = await where.patient('ada')
      const { body } = await system('demo-community-team').ask<Bundle>('GET', `/fhir/${ada}/$everything?_type=Procedure`)
      const sessions = (body.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'Procedure' ? [resource] : []))
      const ofClass = sessions.filter((session) => session.basedOn?.some(({ reference }) => reference === need) === true)
      const typedIn = sessions.find(({ identifier }) => identifier?.some(({ value }) => value === typedInKey) === true)
      expect(typedIn !== undefined, 'The session that Sam typed in is not there.')
      const all = [typedIn, ...ofClass]
      expect(all.length === 12, `There are ${String(all.length)} classes and not twelve.`)
      for (const session of all) mustBeAttributed(session)
      const [attended, offered] = [all.filter(({ status }) => status === 'completed'), all.filter((session) => !wasCancelled(session))]
      expect(attended.length === 9 && offered.length === 11, 'The count is not nine of eleven.')
      return 'Twelve classes: 9 of the 11 that took place. Each names its sector, who recorded it, for whom, when, and how far it is checked.'
    }),

    and('Ada reads them on her own page', async () => {
      const { text } = await (await person('ada')).open('/my-record')
      for (const words of ['Leisure', LEISURE, 'Sam Okafor', 'Recorded by a worker', 'Did not take place', 'Sat near the fan']) {
        expect(text.includes(words), `Ada's page does not say "${words}".`)
      }
      return 'With sector, centre and instructor; a class that was missed is shown as missed.'
    }),

    and('she sees who has looked at her record', async () => {
      const { text } = await (await person('ada')).open('/who-looked')
      for (const words of [LEISURE, 'Deeside Community Neuro Team']) expect(text.includes(words), `Ada's page does not say "${words}".`)
      return 'The leisure centre and the community team are in the list, with what they opened and when.'
    }),

    when('Sam marks it as done and says what came of it', async () => {
      const sam = await person('leisure-instructor')
      const page = await sam.send(await sam.open(`/inbox/${asked?.id ?? ''}/complete`), '/complete', { outcome: OUTCOME })
      expect(page.text.includes('Marked as done'), `The page does not confirm it, but says: ${page.text.slice(0, 600)}`)
      await mustBeMet(world, need)
      return `"${OUTCOME}" The request is met and nobody has a step of it any more.`
    }),

    hence('Morgan reads the outcome without having asked', async () => {
      const page = await (await person('physiotherapist')).open(await patientPage())
      const shown = page.part(`referral-${need.slice('ServiceRequest/'.length)}`) ?? ''
      expect(shown.includes(OUTCOME) && shown.includes('Met'), "The outcome is not on Ada's page.")
      const [done] = await stepsOf(system('demo-community-team'), need)
      expect(outputOf(done, 'outcome')?.valueString === OUTCOME, "The team's own system does not get the outcome.")
      return "On the page and in the team's own system."
    }),

    and('no request anywhere is without somebody who has it and a day by which', () => nobodyMayVanish(world)),
  ]
}

const partOf = ({ part = [] }: ParametersParameter, name: string): ParametersParameter | undefined => part.find((one) => one.name === name)

const saysOf = ({ part = [] }: ParametersParameter, name: 'for' | 'against'): string[] =>
  part.flatMap((one) => (one.name === name ? [partOf(one, 'says')?.valueString ?? ''] : []))

const wasCancelled = ({ statusReason }: Procedure): boolean => codeOf(statusReason, 'absence-reason') === 'cancelled-by-provider'

/** What Ada agreed to: FHIR R4 Consent, permitting the receiver and closing it out of her diagnoses. */
function agreement({ ada, leisure, team }: { ada: string; leisure: string; team: string }): Consent {
  const actor = [
    {
      role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
      reference: { reference: leisure },
    },
  ]
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [concept('consent-kind', 'referral', 'To send a referral and what it holds')],
    patient: { reference: ada },
    dateTime: '2026-10-05T09:05:00+01:00',
    performer: [{ reference: ada }],
    organization: [{ reference: team }],
    policyRule: { text: 'Told face to face what is sent and to whom; may be withdrawn at any time.' },
    verification: [{ verified: true, verifiedWith: { reference: ada }, verificationDate: '2026-10-05T09:05:00+01:00' }],
    provision: {
      type: 'permit',
      actor,
      provision: [{ type: 'deny', actor, class: [{ system: `${BASE}/CodeSystem/data-class`, code: 'diagnoses' }] }],
    },
  }
}
