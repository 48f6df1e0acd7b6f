/** In story 2: the charity asks a service that has no account with the hub. It answers by a link in an e-mail, and a code by another way. */
import type { Organization } from '@medplum/fhirtypes'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import { codeIn, keepsMessages, newMessagesTo } from '../post.ts'
import { and, expect, given, hence, when, type Step } from '../story.ts'
import { BASE } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { Visitor } from '../world/visitor.ts'
import type { World } from '../world/world.ts'
import { askForHelp, mustBeMet } from './asking.ts'

const NAME = 'Cwm Alyn Home Therapy'
const KEY = 'home-therapy'
const MAILBOX = 'desk@cwm-alyn.example'
/** Of Ofcom's numbers for drama. */
const PHONE = '+447700900556'
const NEED = 'A rail and a chair of the right height, so that he stands up alone'
const OUTCOME = 'Rail and riser chair fitted; he stands up alone.'
const SCANS = 3

/** The steps. A hub that sends its mail away is told of, and the story goes on without them. */
export function answeredByLink(world: World): readonly Step[] {
  const { url, system, person, clock, where } = world
  const admin = system('demo-admin')
  const therapist = world.anybody()
  let [need, link] = ['', '']
  const read = { told: true }

  const bryn = async () => `/people/${(await where.patient('bryn')).slice('Patient/'.length)}`
  const onBrynsPage = async (worker: Visitor) => (await worker.open(await bryn())).part(`referral-${need.slice(15)}`) ?? ''
  /** A step that is told only where the demonstration can read the mail. */
  const ifRead = (run: Step['run']) => (): Promise<string> => (read.told ? run() : Promise.resolve('Not told: the mail went away.'))

  return [
    given(
      `${NAME}, two occupational therapists without an account, confirm to the operator where their mail and their codes go`,
      async () => {
        read.told = await keepsMessages(url)
        if (!read.told)
          return 'This hub sends its mail and its text messages away, so that nobody can read them here: what goes by link is not told.'
        const organization = await homeTherapy(world)
        const check = await newMessagesTo(url, PHONE)
        const ways = { mailTo: { valueString: MAILBOX }, codeBy: { valueCode: 'sms' }, codeTo: { valueString: PHONE } }
        const parameter = Object.entries(ways).map(([name, value]) => ({ name, ...value }))
        await soon(
          () => admin.ask('POST', `/fhir/${organization}/$link-route`, { resourceType: 'Parameters', parameter }),
          ({ status }) => status === 200,
          'The hub does not take the ways in which they are reached.',
        )
        await admin.operate(organization, '$link-route', { name: 'code', valueString: codeIn(await check()) })
        return 'They read out a code that was sent to their telephone: no link goes anywhere before that.'
      },
    ),

    when(
      'Gareth asks them on the page',
      ifRead(async () => {
        const mail = await newMessagesTo(url, MAILBOX)
        const of = `${NAME} (Social care)`
        const by = await person('therapy-centre-worker')
        need = (await askForHelp(world, { by, about: await where.patient('bryn'), need: NEED, of, from: 'demo-therapy-centre' })).need
        const text = await mail()
        link = /\/link\/[A-Za-z0-9_-]{43}/.exec(text)?.[0] ?? ''
        expect(link !== '', 'The e-mail has no link.')
        expect(!/Bryn|Tudor|rail|chair|sclerosis|Glanrafon/i.test(text), 'The e-mail says something about somebody.')
        return 'He does it as with anybody. They get an e-mail that something waits, and nothing in it about anybody.'
      }),
    ),

    and(
      'their mail scanner opens the address three times',
      ifRead(async () => {
        const code = await newMessagesTo(url, PHONE)
        for (let scan = 0; scan < SCANS; scan += 1) {
          const { text } = await world.anybody().open(link)
          expect(!/Bryn|Tudor|rail/i.test(text), 'The address shows something before a code was entered.')
        }
        const page = await therapist.send(await therapist.open(link), '/code')
        expect(page.text.includes('Enter the code'), `The page does not ask for the code, but says: ${page.text.slice(0, 300)}`)
        const open = await therapist.send(page, '/open', { code: codeIn(await code()) })
        expect(open.text.includes(`Referral to ${NAME}`), `The code does not open it. The page says: ${open.text.slice(0, 300)}`)
        return 'It saw nothing and used nothing up: the code that one of them asks for then opens it.'
      }),
    ),

    hence(
      'they see who it is about and what is wanted, and not what he has',
      ifRead(async () => {
        const { text } = await therapist.open(link)
        for (const words of ['Bryn Tudor', NEED, 'Glanrafon Therapy Centre'])
          expect(text.includes(words), `The page does not say "${words}".`)
        expect(!/sclerosis|counsel/i.test(text), 'The page tells more than is needed.')
        return 'The person, the request, whom it is from and by when; no diagnosis and no notes.'
      }),
    ),

    when(
      'one of them accepts with their name',
      ifRead(async () => {
        const accepted = await therapist.send(await therapist.open(link), '/accept', { by: 'Non Rees' })
        expect(accepted.text.includes('Your answer was sent'), `The page does not confirm it, but says: ${accepted.text.slice(0, 300)}`)
        const gareth = await person('therapy-centre-worker')
        const seen = await soon(
          () => onBrynsPage(gareth),
          (text) => text.includes('Accepted'),
          'Gareth does not see that they accepted.',
        )
        expect(seen.includes(NAME), 'Gareth does not see who accepted.')
        return 'Gareth reads "Accepted" on the page of Bryn, in the word that every receiver has.'
      }),
    ),

    when(
      'they have done it, and say so by the same link',
      ifRead(async () => {
        await clock.advance('PT10M')
        const done = await therapist.send(await therapist.open(`${link}/complete`), '/complete', { outcome: OUTCOME, by: 'Non Rees' })
        expect(!/Bryn|Tudor/.test(done.text), 'The page goes on to show the person.')
        await mustBeMet(world, need)
        const gareth = await person('therapy-centre-worker')
        await soon(
          () => onBrynsPage(gareth),
          (text) => text.includes(OUTCOME),
          'Gareth does not read the outcome.',
        )
        return `"${OUTCOME}" Gareth reads it, the need is met, and the link shows nothing of Bryn any more.`
      }),
    ),
  ]
}

/** Where they are in the record; made the first time. */
async function homeTherapy({ system }: World): Promise<string> {
  const organization: Organization = {
    resourceType: 'Organization',
    identifier: [{ system: DEMO_ID, value: KEY }],
    extension: Object.entries({ sector: 'social-care', grade: 'needs-only' }).map(([name, valueCode]) => ({
      url: `${BASE}/StructureDefinition/${name}`,
      valueCode,
    })),
    active: true,
    name: NAME,
  }
  const ifNoneExist = { 'if-none-exist': `identifier=${encodeURIComponent(`${DEMO_ID}|${KEY}`)}` }
  const { status } = await system('demo-admin').ask('POST', '/fhir/Organization', organization, ifNoneExist)
  expect(status === 200 || status === 201, `The hub does not take ${NAME} (${String(status)}).`)
  const [found] = await system('demo-admin').find<Organization>('Organization', { identifier: `${DEMO_ID}|${KEY}` })
  return `Organization/${found?.id ?? ''}`
}
