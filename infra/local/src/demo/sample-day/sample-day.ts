/**
 * A hub on which something happens: people in hospital, requests that wait, sessions of the weeks before. So each role of the
 * demonstration finds what it is there for on its first page, before anybody has typed anything. Made once, at the first start of a
 * demonstration, beside the people of the stories and without them but Ada, who is asked for a splint.
 */
import type { Bundle, QuestionnaireResponse, Resource, Task } from '@medplum/fhirtypes'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import { toTransaction, placesIn, type SeedRecord } from '../seed.ts'
import { NotSo } from '../story.ts'
import { reasonIn } from '../world/fhir-client.ts'
import { isOpen, kindOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { System, World } from '../world/world.ts'
import { before, SAMPLE_DAY_MADE, type Before } from './entry.ts'
import { registered, STAYS, stays } from './in-hospital.ts'
import { listings } from './listings.ts'
import { people } from './people.ts'
import { measurements, sessions } from './received.ts'
import { keyOfRequest, requests, type RequestKey } from './requests.ts'

/** Where the demonstration's organisations, practitioners and people are: `'Organization/leisure'` → `'Organization/<id>'`. */
export type Known = ReadonlyMap<string, string>

/** Makes the sample day; what is there already stays as it is. @throws NotSo when the hub does not do its part */
export async function fillSampleDay(world: World, record: SeedRecord, seeded: Known): Promise<void> {
  const now = before(await world.clock.now())
  const known = new Map(seeded)
  const make = async (resources: readonly Resource[]): Promise<void> => {
    const answer: Bundle = await record.transaction(toTransaction(resources, known))
    for (const [key, place] of placesIn(resources, answer)) known.set(key, place)
  }

  await listed(world, now)
  await make([...people(now), ...registered(now)])
  await make([...sessions(now), ...measurements(now)])
  await make([...requests(now), ...stays(now)])
  await Promise.all([
    acceptedBy(world, known, 'demo-leisure', 'megan-class'),
    acceptedBy(world, known, 'demo-community-team', 'ada-splint'),
    assessmentOf(world, known, 'lowri-mind'),
    ...(['ifor-up', 'menna-letter', 'menna-again', 'tomos-class'] as const).map((key) => stepOf(world, known, key)),
    alertsAbout(world, known),
  ])
  await make([
    {
      resourceType: 'Basic',
      id: SAMPLE_DAY_MADE,
      identifier: [{ system: DEMO_ID, value: SAMPLE_DAY_MADE }],
      code: { text: 'The sample day is made' },
    },
  ])
}

/** The services say of themselves what those of a directory that is kept say. */
async function listed({ system, where }: World, now: Before): Promise<void> {
  for (const [key, extension] of listings(now)) {
    const place = await where.resource('HealthcareService', key)
    const changes = [{ op: 'add', path: '/extension', value: extension }]
    const { status, body } = await system('demo-admin').ask('PATCH', `/fhir/${place}`, changes, {
      'content-type': 'application/json-patch+json',
    })
    if (status !== 200) throw new NotSo(`The listing "${key}" of the sample day was refused: ${reasonIn(body)}`)
  }
}

/** The step of a request, once the hub has given it to somebody. */
async function stepOf({ system }: World, known: Known, key: RequestKey): Promise<Task> {
  const need = known.get(`ServiceRequest/${keyOfRequest(key)}`) ?? ''
  return soon(
    async () => (await system('demo-admin').find<Task>('Task', { 'based-on': need })).find(isOpen),
    (task): task is Task => task !== undefined,
    `Nobody was asked about the request "${key}" of the sample day.`,
  )
}

/** Whoever was asked says yes. */
async function acceptedBy(world: World, known: Known, by: System, key: RequestKey): Promise<void> {
  const task = await stepOf(world, known, key)
  if (task.status === 'accepted') return // by a start that was ended before all was made
  await world.system(by).operate<Resource>(`Task/${task.id ?? ''}`, '$triage', { name: 'outcome', valueCode: 'accept' })
}

/** A joint assessment whose part on walking is written, and whose other parts wait for those whom they belong to. */
async function assessmentOf(world: World, known: Known, key: RequestKey): Promise<void> {
  await stepOf(world, known, key)
  const team = world.system('demo-community-team')
  const need = known.get(`ServiceRequest/${keyOfRequest(key)}`) ?? ''
  const owner = { name: 'owner', valueReference: { reference: known.get('Organization/neuropsychology') ?? '' } }
  const made = await team.operate<QuestionnaireResponse>(need, '$start-assessment', {
    name: 'section',
    part: [{ name: 'linkId', valueCode: 'mood' }, owner],
  })
  const walking = { linkId: 'walking', answer: [{ valueString: 'Walks without aids; tires after twenty minutes.' }] }
  await team.operate<Resource>(
    `QuestionnaireResponse/${made.id ?? ''}`,
    '$answer-section',
    { name: 'section', valueCode: 'physiotherapy' },
    { name: 'answers', resource: { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: [walking] } },
  )
}

/** Both alerts are out; the ward of one of them has read it. */
async function alertsAbout({ system }: World, known: Known): Promise<void> {
  for (const who of Object.keys(STAYS) as (keyof typeof STAYS)[]) {
    const patient = known.get(`Patient/${who}`) ?? ''
    const alert = await soon(
      async () =>
        (await system('demo-admin').find<Task>('Task', { patient })).find((task) => kindOf(task) === 'hospital-alert' && isOpen(task)),
      (task): task is Task => task !== undefined,
      'No alert was raised on the sample day.',
    )
    if (who === 'geraint') await system('demo-hospital').operate<Task>(`Task/${alert.id ?? ''}`, '$acknowledge', WARD_NURSE(known))
  }
}

const WARD_NURSE = (known: Known) => ({ name: 'by', valueReference: { reference: known.get('Practitioner/ward-nurse') ?? '' } })
