/** What a fresh demonstration shows each role before anybody has typed anything. Design page "The first ten minutes". */
import type { Parameters } from '@medplum/fhirtypes'
import { testHub } from '@platform/testing/hub'
import t from 'tap'
import { signIn } from '../src/demo/world/visitor.ts'
import { nobodyMayVanish } from '../src/demo/stories/asking.ts'
import { openWorld } from '../src/demo/world/world.ts'

/** Who finds what, and on which page. */
const FINDS: readonly (readonly [who: string, path: string, ...words: readonly string[]])[] = [
  ['triager', '/inbox', 'Ifor Lloyd', 'Menna Howells', 'Somebody else may have asked for the same', 'Charity'],
  ['ward-nurse', '/', 'Non Griffiths', 'hospital alert not acknowledged'],
  ['ward-nurse', '/board', 'Geraint Bowen', 'Acknowledged told', 'Dyffryn Wen General Hospital, Ward 4'],
  ['specialist-nurse', '/board', 'Non Griffiths', 'Not acknowledged for'],
  ['neuropsychologist', '/inbox', 'Help with mood and memory', 'Lowri Parry'],
  ['leisure-instructor', '/inbox', 'A class to keep his balance', 'Tomos Bevan'],
  ['leisure-instructor', '/group', 'Megan Hopkin'],
  ['leisure-instructor', '/listing', 'Confirmed on', 'Not confirmed lately'],
  ['leisure-instructor', '/our-organisation', '2 of 3 listings were confirmed'],
  ['therapy-centre-worker', '/group', 'Megan Hopkin', 'Ifor Lloyd', 'Geraint Bowen', 'Tomos Bevan', 'Bryn Tudor', 'Dafydd Wyn Rees'],
  ['physiotherapist', '/', 'Megan Hopkin'],
  ['ada', '/my-referrals', 'Look at the splint of her right foot', 'Accepted'],
  ['ada', '/my-record', 'Physiotherapy'],
]

t.test('a demonstration begins with a day on which something happens', async (t) => {
  const hub = await testHub(t, { HANDRAIL_SAMPLE_DAY: 'true' })

  await t.test('each role finds what it is there for', async (t) => {
    for (const [who, path, ...words] of FINDS) {
      const { text } = await (await signIn(hub.url, who)).open(path)
      for (const each of words) t.ok(text.includes(each), `${who} reads "${each}" on ${path}`)
    }
  })

  await t.test('a clinician sees on one page what four organisations gave', async (t) => {
    const morgan = await signIn(hub.url, 'physiotherapist')
    await using world = await openWorld(hub)
    const { text } = await morgan.open(`/people/${(await world.where.resource('Patient', 'megan')).split('/')[1] ?? ''}`)
    for (const words of [
      'Botulinum toxin injection',
      'Chair-based exercise class',
      'Glanrafon Therapy Centre',
      'Maes Hafan Leisure Centre',
    ]) {
      t.ok(text.includes(words), words)
    }
    await t.resolves(nobodyMayVanish(world), 'every need has an owner and a clock')
  })

  await t.test('whoever asks for a class sees reasons that differ, and none of another place', async (t) => {
    await using world = await openWorld(hub)
    const request = {
      resourceType: 'ServiceRequest' as const,
      status: 'draft' as const,
      intent: 'order' as const,
      subject: { reference: await world.where.resource('Patient', 'ada') },
      code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'exercise-class' }] },
    }
    const { parameter = [] } = await world
      .system('demo-community-team')
      .operate<Parameters>('ServiceRequest', '$match', { name: 'request', resource: request }, { name: 'near', valueString: 'QQ1 3AP' })
    const says = parameter.map(({ part = [] }) =>
      part.flatMap(({ part: reason = [] }) => reason.flatMap(({ valueString }) => valueString ?? [])).join(' '),
    )
    t.match(says, [/It serves QQ1\..*It had 3 places/, /It had 5 places.*stale/])
  })

  await t.test('it is made once: another start adds nothing', async (t) => {
    const count = async (url: string): Promise<number> => {
      await using world = await openWorld({ url, home: hub.home })
      const { body } = await world.system('demo-admin').ask<{ total?: number }>('GET', '/fhir/Task?_summary=count')
      return body.total ?? 0
    }
    const before = await count(hub.url)
    await hub.stop()
    const again = await testHub(t, { HANDRAIL_SAMPLE_DAY: 'true', HANDRAIL_HOME: hub.home, DATABASE_URL: hub.databaseUrl })
    t.ok(before > 0)
    t.equal(await count(again.url), before)
  })
})
