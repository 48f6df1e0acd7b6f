/**
 * What a fresh demonstration lacks, made as people make it: requests in every state, a draft, a match to decide, a joint assessment, a referral
 * by secure link, a carer, an entry that is said to be wrong. Pages show something only then. Everything goes through public doors, and doing it again adds more of the same.
 */
import type { Organization, ServiceRequest, Task } from '@medplum/fhirtypes'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { askForHelp, stepThat } from './stories/asking.ts'
import { codeIn, codesSentTo, newMessagesTo, type NextCode } from './post.ts'
import { expect, NotSo } from './story.ts'
import { concept, isOpen, kindOf } from './world/reading.ts'
import { soon } from './world/soon.ts'
import type { World } from './world/world.ts'

/** A page that no link leads to, and who of the demonstration opens it. */
export interface Beside {
  readonly who: string
  readonly path: string
}

/** What was made. */
export interface Prepared {
  /** Pages that only a form leads to. */
  readonly beside: readonly Beside[]
  /** The page of a secure link, and its codes. */
  readonly link: { readonly path: string; readonly code: () => Promise<NextCode> }
  /** A carer who has been invited: their link, used once, and the address by which they sign in. */
  readonly carer: { readonly join: string; readonly address: string; readonly code: () => Promise<NextCode> }
}

/** Whoever was sent a secure link, and has no account. */
export const RECEIVER = 'receiver'
/** Somebody who acts for a person of the demonstration. */
export const CARER = 'carer'
const MAILBOX = 'desk@maes-hafan.example'
/** Of Ofcom's numbers for drama. */
const PHONE = '+447700900555'
const OUTCOMES = ['accept', 'split', 'ask', 'advise', 'redirect', 'joint-review', 'waiting-list'] as const

/** Makes it, once. @throws NotSo when the hub does not do its part */
export async function prepare(world: World): Promise<Prepared> {
  const { person, where } = world
  const ada = await where.patient('ada')
  const morgan = await person('physiotherapist')

  const toDecide = await askForHelp(world, {
    by: morgan,
    about: ada,
    need: 'Get up the stairs at home again',
    of: 'The single point of access',
  })
  const atAccess = await stepThat(
    world,
    toDecide.need,
    (task) => kindOf(task) === 'single-point-of-access',
    'Nobody was asked to decide who helps.',
  )
  const accepted = await acceptedByLeisure(world, ada)
  const draft = await draftAbout(world, ada)
  const ownDraft = await draftOfTheirOwn(world)
  const match = await matchToDecide(world)
  const assessment = await jointAssessment(world)
  const link = await secureLink(world, ada)
  const correction = await askedToCorrect(world)
  const addedByMistake = await somebodyAdded(world)
  const pump = await pumpOfDafydd(world)
  const { invite, asks, ...carer } = await carerOfAda(world)
  await dutyOfTherapyCentre(world)
  await world.timetable() // the leisure centre publishes it, with an item that cannot be taken

  return {
    beside: [
      { who: 'physiotherapist', path: draft },
      { who: 'physiotherapist', path: `${draft}/check` },
      { who: 'physiotherapist', path: `/people/${idOf(ada)}/request-sent` },
      { who: 'physiotherapist', path: `/people/${idOf(ada)}/session-recorded` },
      { who: 'physiotherapist', path: assessment },
      { who: RECEIVER, path: `${link.path}/refuse` },
      { who: RECEIVER, path: `${link.path}/complete` },
      { who: 'leisure-instructor', path: `/inbox/${accepted}/complete` },
      { who: 'triager', path: `/inbox/${atAccess.id ?? ''}` },
      ...[...OUTCOMES.map((outcome) => `triage/${outcome}`), 'unmet'].map((rest) => ({
        who: 'triager',
        path: `/inbox/${atAccess.id ?? ''}/${rest}`,
      })),
      match,
      correction,
      { who: 'ada', path: invite },
      { who: 'ada', path: asks },
      { who: 'physiotherapist', path: addedByMistake },
      { who: 'specialist-nurse', path: pump },
      { who: 'ada', path: ownDraft },
    ],
    link,
    carer,
  }
}

const idOf = (reference: string): string => reference.split('/')[1] ?? ''

/** A request that a leisure centre has accepted: it can be marked as done. @returns the id of its step */
async function acceptedByLeisure(world: World, about: string): Promise<string> {
  const { need } = await askForHelp(world, {
    by: await world.person('physiotherapist'),
    about,
    need: 'Keep on with a class after therapy ends',
    of: 'Maes Hafan Leisure Centre (Leisure)',
  })
  const leisure = await world.where.organization('leisure')
  const { id = '' } = await stepThat(world, need, ({ owner }) => owner?.reference === leisure, 'The leisure centre was not asked.')
  const sam = await world.person('leisure-instructor')
  await sam.send(await sam.open(`/inbox/${id}`), '/accept')
  return id
}

/** A request that has been written and not sent. @returns the page on which the service is chosen */
async function draftAbout(world: World, about: string): Promise<string> {
  const morgan = await world.person('physiotherapist')
  const page = await morgan.open(`/people/${idOf(about)}/refer`)
  const { path } = await morgan.send(page, '/refer', { need: 'Walk outdoors with one stick' })
  return path
}

/** What a person asks for themselves, written and not sent. @returns the page that shows what would be sent */
async function draftOfTheirOwn(world: World): Promise<string> {
  const ada = await world.person('ada')
  const { path } = await ada.send(await ada.open('/ask-for-help'), '/ask-for-help', { need: 'Get in and out of the bath by myself' })
  return path
}

/** A duty on the rota of the therapy centre, as its administrator adds it; the same once more is the same one. */
async function dutyOfTherapyCentre(world: World): Promise<void> {
  const gareth = await world.person('therapy-centre-worker')
  const given = { duties: 'on-call', title: 'Therapy centre on call', telephone: '01632 960199', when: 'always' }
  const { status, text } = await gareth.send(await gareth.open('/our-organisation/rota/add'), '/our-organisation/rota', given)
  expect(status === 200 && text.includes(given.title), 'The duty is not on the rota of the therapy centre.')
}

/** A message about somebody of Dafydd's name and birthday, without a number: a person decides whose it is. */
async function matchToDecide(world: World): Promise<Beside> {
  const at = await world.clock.now()
  const control = `PICTURE${at.getTime().toString(36).toUpperCase()}`
  const nearly = { nhsNumber: '' }
  await (
    await world.hospital()
  ).send(anAdmissionMessage({ at, visit: 'V000999', controlId: control, person: nearly, acknowledgement: 'original' }))
  const task = await openTaskOf(world, 'identity-review', 'Nobody was asked whose message it is.')
  return { who: await whoWorksAt(world, task.owner?.reference ?? ''), path: `/inbox/${task.id ?? ''}/decide` }
}

/** Who of the demonstration acts for an organisation. @throws NotSo where nobody does */
async function whoWorksAt({ system, where }: World, reference: string): Promise<string> {
  const keys = {
    'pump-centre': 'specialist-nurse',
    hospital: 'ward-nurse',
    'community-team': 'physiotherapist',
    'single-point-of-access': 'triager',
    'therapy-centre': 'therapy-centre-worker',
    leisure: 'leisure-instructor',
    neuropsychology: 'neuropsychologist',
  } as const
  for (const [key, who] of Object.entries(keys)) {
    if ((await where.organization(key as keyof typeof keys)) === reference) return who
  }
  const { name } = await system('demo-admin').read<Organization>(reference)
  throw new NotSo(`Nobody of the demonstration works at ${name ?? reference}.`)
}

/** An assessment that several services fill in. @returns its page */
async function jointAssessment(world: World): Promise<string> {
  const { system, where, person } = world
  const [carys, team] = await Promise.all([where.patient('carys'), where.organization('community-team')])
  const { id: need } = await system('demo-community-team').create<ServiceRequest>({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [concept('request-category', 'neuro-rehabilitation')],
    code: { text: 'Mood, memory and walking' },
    subject: { reference: carys },
    requester: { reference: team },
    performer: [{ reference: team }],
    authoredOn: (await world.clock.now()).toISOString(),
  })
  const morgan = await person('physiotherapist')
  const page = await morgan.open(`/people/${idOf(carys)}/assessments`)
  return (await morgan.send(page, '/assessments', { need })).path
}

/** A referral to a centre that has no account: it gets a link by e-mail, and a code another way. */
async function secureLink(world: World, about: string): Promise<Prepared['link']> {
  const { url, system, where, person } = world
  const mails = await newMessagesTo(url, MAILBOX)
  const toConfirm = await newMessagesTo(url, PHONE)
  const leisure = await where.organization('leisure')
  const admin = system('demo-admin')
  await admin.operate(
    leisure,
    '$link-route',
    { name: 'mailTo', valueString: MAILBOX },
    { name: 'codeBy', valueCode: 'sms' },
    { name: 'codeTo', valueString: PHONE },
  )
  await admin.operate(leisure, '$link-route', { name: 'code', valueString: codeIn(await toConfirm()) })
  await askForHelp(world, {
    by: await person('physiotherapist'),
    about,
    need: 'Stand to cook for ten minutes',
    of: 'Maes Hafan Leisure Centre (Leisure)',
  })
  const [, token = ''] = /\/link\/([A-Za-z0-9_-]{43})/.exec(await mails()) ?? []
  return { path: `/link/${token}`, code: () => codesSentTo(url, PHONE) }
}

/** Ada's sister, named as her carer and invited to sign in. */
async function carerOfAda({ url, person, clock }: World): Promise<Prepared['carer'] & { readonly invite: string; readonly asks: string }> {
  const ada = await person('ada')
  const now = await clock.now()
  // Each is somebody new: an address signs in one person.
  const address = `nia.${now.getTime().toString(36)}@home.example`
  const until = { 'until[day]': '31', 'until[month]': '3', 'until[year]': String(now.getUTCFullYear() + 1) }
  const form = await ada.open('/agreements/carer')
  const decided = await ada.send(form, '/carer', {
    name: 'Nia Probert',
    relationship: 'sister',
    what: ['identity', 'referral'],
    ...until,
    step: 'save',
  })
  const invite = decided.links.find((link) => link.endsWith('/invite')) ?? ''
  const made = await ada.send(await ada.open(invite), '/invite', { contact: address })
  const join = made.links.find((link) => link.includes('/join/'))
  if (join === undefined) throw new NotSo('The carer was not given a link.')
  const asks = (await ada.open('/agreements')).links.find((link) => link.endsWith('/asks'))
  if (asks === undefined) throw new NotSo('The carer cannot be let ask for help.')
  return { invite, asks, address, join, code: () => codesSentTo(url, address) }
}

/** Somebody who was entered a moment ago. @returns the page on which that is taken back */
async function somebodyAdded({ person, clock }: World): Promise<string> {
  const morgan = await person('physiotherapist')
  const today = await clock.now()
  const day = (name: string, on: Date) => ({
    [`${name}[day]`]: String(on.getUTCDate()),
    [`${name}[month]`]: String(on.getUTCMonth() + 1),
    [`${name}[year]`]: String(on.getUTCFullYear()),
  })
  const given = { given: 'Gwilym', family: 'Ellis', numberKind: 'unknown', gender: 'male', basis: 'agreed', toldBy: 'leaflet', needs: '' }
  const form = await morgan.open('/people/new')
  const born = day('born', new Date('1958-05-04T00:00:00Z'))
  const checked = await morgan.send(form, '/people/new', { ...given, ...born, ...day('told', today), step: 'check' })
  const added = await morgan.send(checked, '/people/new', { step: 'save', confirmed: 'yes' })
  const undo = added.links.find((link) => link.endsWith('/added-by-mistake'))
  if (undo === undefined) throw new NotSo(`Somebody who is new was not added: ${added.text.slice(0, 300)}`)
  return undo
}

/** @returns the page on which Dafydd's pump is corrected */
async function pumpOfDafydd({ person, where }: World): Promise<string> {
  const ruth = await person('specialist-nurse')
  const page = `/people/${idOf(await where.patient('dafydd'))}/implant`
  const correct = (await ruth.open(page)).links.find((link) => link.startsWith(`${page}/`))
  if (correct === undefined) throw new NotSo('No device of Dafydd can be corrected.')
  return correct
}

/** An entry that Ada says is wrong: whoever wrote it answers. */
async function askedToCorrect(world: World): Promise<Beside> {
  const ada = await world.person('ada')
  const entry = (await ada.open('/my-record')).links.find((link) => link.startsWith('/my-corrections/new'))
  if (entry === undefined) throw new NotSo('There is no entry that Ada could ask about.')
  await ada.send(await ada.open(entry), '/my-corrections', { words: 'The day is not right: it was the week before.' })
  const task = await openTaskOf(world, 'correction', 'Nobody was asked to look at the entry.')
  return { who: await whoWorksAt(world, task.owner?.reference ?? ''), path: `/inbox/${task.id ?? ''}/answer` }
}

/** An open step of a kind, whoever has it. @throws NotSo with the sentence where none comes */
async function openTaskOf({ system }: World, kind: string, otherwise: string): Promise<Task> {
  return soon(
    async () => (await system('demo-admin').find<Task>('Task', {})).find((one) => kindOf(one) === kind && isOpen(one)),
    (found): found is Task => found !== undefined,
    otherwise,
  )
}
