/** Story 4 also with Parkinson's: other lines, other people, the same flow; what is held meanwhile, and a death that was a mistake. */
import type { Appointment, Consent, Flag, MedicationStatement, Task } from '@medplum/fhirtypes'
import { newId } from '@platform/service/ids'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { and, expect, given, hence, when, type Story } from '../story.ts'
import { BASE, codeOf, concept, day, dueOf, isOpen, kindOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { World } from '../world/world.ts'

/** What the ward must read of Parkinson's. Standards page "Hospital alerts", section 9. */
const MUST_SAY = ['levodopa', 'own times', 'no gap over about 2 hours', 'metoclopramide', 'nasogastric'] as const
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** Bryn's stay; what he had booked waits, and is taken up again only when somebody says so. */
export const parkinsons = (world: World): Story => ({
  title: 'In hospital again: Bryn, whose tablets cannot be late',
  about:
    "Bryn Tudor has Parkinson's as well. His tablets are due at his own times, and some medicines that wards reach for would harm him. A physiotherapist is to see him in two days.",
  steps: steps(world),
})

function steps(world: World): Story['steps'] {
  const { system, person, clock, where } = world
  const visit = `V${newId().replaceAll('-', '').slice(-9).toUpperCase()}`
  const admin = system('demo-admin')
  let [alert, held, bryn] = ['', '', '']
  let sent = 0

  type Message = Omit<NonNullable<Parameters<typeof anAdmissionMessage>[0]>, 'acknowledgement' | 'for'>
  const send = async (message: Message, change: (text: string) => string = (text) => text): Promise<void> => {
    sent += 1
    const text = anAdmissionMessage({ for: 'bryn', visit, controlId: `${visit}-${String(sent)}`, ...message, acknowledgement: 'original' })
    const answer = await (await world.hospital()).send(change(text))
    expect(answer.code === 'AA', `The hospital's message was answered with ${answer.code}: ${answer.errors.join(' ')}`)
  }
  const tasksOf = async (kind: string): Promise<Task[]> =>
    admin.find<Task>('Task', { patient: bryn, code: `${BASE}/CodeSystem/task-kind|${kind}`, _count: '200' })
  const becomes = (status: Task['status'], otherwise: string): Promise<Task> =>
    soon(
      () => admin.read<Task>(alert),
      (task): task is Task => task.status === status,
      otherwise,
    )
  const appointment = () => admin.read<Appointment>(held)

  return [
    given(
      "Bryn has agreed that whoever admits him is told of his Parkinson's, and his physiotherapist is to see him on Thursday",
      async () => {
        await clock.set('2026-12-01T14:00:00Z')
        bryn = await where.patient('bryn')
        const entries = await admin.find<Flag>('Flag', { patient: bryn, status: 'active' })
        if (!entries.some(({ code }) => codeOf(code, 'register') === 'parkinsons')) await register()
        const physiotherapist = await where.resource('PractitionerRole', 'centre-physiotherapist-role')
        const booked = await admin.create<Appointment>({
          resourceType: 'Appointment',
          status: 'booked',
          description: 'Physiotherapy',
          start: '2026-12-03T10:00:00Z',
          end: '2026-12-03T10:45:00Z',
          participant: [bryn, physiotherapist].map((reference) => ({ actor: { reference }, status: 'accepted' as const })),
        })
        held = `Appointment/${booked.id}`
        return 'He has agreed as well that the therapy centre is told when he is in hospital.'
      },
    ),

    when('he comes in with an infection', async () => {
      await send({ at: new Date('2026-12-01T14:00:00Z') })
      const raised = await soon(
        async () => (await tasksOf('hospital-alert')).find(isOpen),
        (task): task is Task => task !== undefined,
        'No alert was raised.',
      )
      alert = `Task/${raised.id ?? ''}`
      return 'The message is acknowledged once it is safely stored.'
    }),

    hence('the ward reads what counts for somebody with Parkinson’s, and nothing of anybody else’s condition', async () => {
      const board = (await (await person('ward-nurse')).open('/board')).text
      expect(board.includes('Bryn'), 'He is not on the board of the hospital.')
      const lines = ((await admin.read<Task>(alert)).input ?? []).flatMap(({ type, valueString = '' }) =>
        codeOf(type, 'task-input') === 'alert-line' ? valueString : [],
      )
      expect(lines.length > 0 && lines.length <= 7, `There are ${String(lines.length)} lines.`)
      const said = lines.join('\n').toLowerCase()
      for (const words of MUST_SAY) expect(said.includes(words), `The lines do not say "${words}".`)
      expect(!said.includes('pump'), 'The lines speak of a pump, and he has none.')
      for (const line of lines) expect(board.includes(line), `The board does not say "${line}".`)
      return ['Eleri Jones, ward nurse, reads on the board:', ...lines].join('\n')
    }),

    and('the visit of Thursday waits: the therapy centre reads that he is in hospital, because he agreed to exactly that', async () => {
      const waiting = await soon(appointment, ({ status }) => status === 'pending', 'His visit still stands.')
      expect(waiting.comment === 'In hospital, do not expect.', `They read "${waiting.comment ?? ''}".`)
      return `"${waiting.comment}"`
    }),

    when('the hospital says by mistake that he has died', async () => {
      await clock.set('2026-12-02T08:00:00Z')
      const died = (text: string) => text.replace('||||01\r', '|20261202075000|Y||01\r')
      await send({ event: 'A03', at: new Date('2026-12-02T07:50:00Z') }, died)
      const closed = await becomes('completed', 'The alert is not closed.')
      expect(!JSON.stringify(closed).toLowerCase().includes('died'), 'A page tells of the death.')
      expect(
        (await tasksOf('after-discharge')).every((task) => !isOpen(task)),
        'Somebody is asked to call him.',
      )
      expect((await appointment()).comment === 'In hospital, do not expect.', 'Whoever was to see him was told something.')
      return 'The alert closes without a sound. Nobody is asked to call, and neither he, nor a carer, nor whoever was to see him is told anything.'
    }),

    and('takes it back', async () => {
      await send({ event: 'A13', at: new Date('2026-12-02T08:10:00Z') })
      await becomes('requested', 'The alert is not open again.')
      return 'The same alert is open again, with its history.'
    }),

    when('he goes home the same afternoon', async () => {
      await clock.set('2026-12-02T16:00:00Z')
      await send({ event: 'A03', at: new Date('2026-12-02T16:00:00Z') })
      await becomes('completed', 'The alert is not closed.')
      const { status } = await appointment()
      expect(status === 'pending', `His visit is ${status}: nobody has decided that.`)
      return 'The alert closes. What waited goes on waiting: a discharge is no recovery.'
    }),

    hence('the community team is asked whether what waited is resumed, changed or stopped, and only a name decides', async () => {
      const call = await soon(
        async () => (await tasksOf('after-discharge')).find(isOpen),
        (task): task is Task => task !== undefined,
        'Nobody is asked to call him.',
      )
      const reference = `Task/${call.id ?? ''}`
      expect(kindOf(call) === 'after-discharge' && call.input !== undefined, 'The call does not say what waits.')
      const outcome = { name: 'outcome', valueCode: 'resume' }
      const team = system('demo-community-team')
      const nameless = await team.ask('POST', `/fhir/${reference}/$close`, { resourceType: 'Parameters', parameter: [outcome] })
      expect(nameless.status === 422 || nameless.status === 400, `Without a name it was answered ${String(nameless.status)}.`)
      const by = { name: 'by', valueReference: { reference: await where.resource('Practitioner', 'physiotherapist') } }
      await team.operate<Task>(reference, '$close', outcome, by)
      const resumed = await soon(appointment, ({ status }) => status === 'booked', 'His visit was not booked again.')
      expect(resumed.comment === undefined, `They still read "${resumed.comment ?? ''}".`)
      return `Due by ${day(dueOf(call))}. Without a name the hub refuses it; Morgan Ellis says resume, and his visits stand again.`
    }),
  ]

  /** His entry of the register with the consent behind it, his tablets, and that the therapy centre may be told of a stay. */
  async function register(): Promise<void> {
    const subject = { reference: bryn }
    const consent = (kind: string, provision: NonNullable<Consent['provision']>): Consent => ({
      resourceType: 'Consent',
      status: 'active',
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
      category: [concept('consent-kind', kind)],
      patient: subject,
      dateTime: '2026-09-08T10:00:00Z',
      policyRule: { coding: [{ system: ACT, code: 'OPTIN' }] },
      provision,
    })
    const agreed = await admin.create(consent('hospital-alerts', { type: 'permit' }))
    const actor = {
      role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
      reference: { reference: await where.organization('therapy-centre') },
    }
    await admin.create(consent('share-in-hospital', { type: 'permit', actor: [actor] }))
    const medicine: MedicationStatement = {
      resourceType: 'MedicationStatement',
      status: 'active',
      medicationCodeableConcept: { text: 'Co-careldopa 25/100 tablets (levodopa)' },
      subject,
      dosage: [{ text: '07:00, 11:00, 15:00, 19:00' }],
    }
    await admin.create(medicine)
    await admin.create<Flag>({
      resourceType: 'Flag',
      extension: [{ url: `${BASE}/StructureDefinition/register-basis`, valueReference: { reference: `Consent/${agreed.id}` } }],
      status: 'active',
      code: concept('register', 'parkinsons', "Parkinson's"),
      subject,
      period: { start: '2026-09-08' },
    })
  }
}
