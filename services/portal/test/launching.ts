/** SMART App Launch from a local record: at the portal's own door with every way that it fails, and in a real browser on a real hub. */
import type { Patient } from '@medplum/fhirtypes'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import { aPatient, anOrganization } from '@platform/testing/cast'
import { fakeRecord } from '@platform/testing/fake-record'
import { aLocalRecord, type LocalRecordFault, type TestLocalRecord } from '@platform/testing/local-record'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { openLocalRecords, readLocalRecord, type LocalRecords } from '../src/clients/local-records.ts'
import type { Session } from '../src/session/session.ts'
import { isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

const ORGANIZATION = `${DEMO_ID}|community-team`
/** One entry of `LOCAL_RECORDS`. */
export const settingOf = ({ iss, clientId }: TestLocalRecord) => ({ name: 'Deeside EPR', iss, clientId, organization: ORGANIZATION })

const openedAs = (who: 'ada' | 'bryn' | 'carys', given: Partial<Patient> = {}) => ({ ...aPatient(who, given), id: `local-${who}` })

/** A portal, and the cookies of who is signed in there. */
interface Door {
  app(t: Test, recordUrl: string, localRecords: LocalRecords): Promise<FastifyInstance>
  cookieOf(session: Partial<Session>): Promise<Record<string, string>>
  readonly publicUrl: string
}

const COLLEAGUE: Partial<Session> = { role: 'professional', organization: 'Organization/community-team' }

/** Everything that a launch refuses. */
export async function launching({ app: open, cookieOf, publicUrl }: Door): Promise<void> {
  const [local, record] = await Promise.all([aLocalRecord(t), fakeRecord(t)])
  local.redirectUri = `${publicUrl}/launch/arrived`
  record.seed({ ...anOrganization('community-team'), id: 'community-team' })
  record.seed({ ...aPatient('ada'), id: 'ada-here' })
  const app = await open(t, record.url, openLocalRecords([readLocalRecord(settingOf(local))], publicUrl))

  /** A browser that keeps the cookies of one launch, and every address that it was at; nobody has asked anything yet. */
  async function aBrowser(session: Partial<Session> | 'nobody' = COLLEAGUE) {
    for (const { requests } of [local, record]) requests.length = 0
    local.fault = {}
    const cookies: Record<string, string> = session === 'nobody' ? {} : await cookieOf(session)
    const addresses: string[] = []

    const visit = async (url: string, form?: Record<string, string>): Promise<LightMyRequestResponse> => {
      addresses.push(url)
      const answer = await app.inject({
        url,
        cookies,
        ...(form === undefined
          ? {}
          : {
              method: 'POST',
              payload: new URLSearchParams(form).toString(),
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
            }),
      })
      for (const { name, value } of answer.cookies) cookies[name] = value
      return answer
    }
    /** From the local record up to the page that asks whether it is right. */
    const launch = async (patient: Patient & { id: string }, params: Record<string, string> = {}) => {
      const query = new URLSearchParams({ iss: local.iss, launch: local.launch(patient), ...params })
      const left = await visit(`/launch?${query.toString()}`)
      if (left.statusCode !== 303) return left
      const there = await fetch(String(left.headers.location), { redirect: 'manual' })
      const back = new URL(there.headers.get('location') ?? '')
      const arrived = await visit(`${back.pathname}${back.search}`)
      return arrived.statusCode === 303 ? visit(String(arrived.headers.location)) : arrived
    }
    const confirm = ({ body }: LightMyRequestResponse) => {
      const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? ''
      return visit('/launch/person', { _csrf: field('_csrf'), launch: field('launch') })
    }
    return { visit, launch, confirm, addresses }
  }

  await t.test(
    'a launch opens the person of the local record by number and date of birth, and nothing of them stands in an address',
    async (t) => {
      const { launch, confirm, addresses } = await aBrowser()
      const page = await launch(openedAs('ada'))
      t.equal(page.statusCode, 200)
      t.match(page.body, /Deeside EPR[^]*999 012 3454[^]*18 March 1974[^]*You are signed in here as Gareth Hughes/)
      const opened = await confirm(page)
      t.equal(opened.headers.location, '/people/ada-here')
      t.notMatch(addresses.join('\n'), /9990123454|1974|Ada|Probert/)
      t.same(local.requests.slice(0, 2), ['GET /fhir/.well-known/smart-configuration', 'GET /authorize'])
      t.equal((await confirm(page)).statusCode, 403, 'a launch is used once')
    },
  )

  await t.test('nobody but the configured local records is asked anything', async (t) => {
    const { launch } = await aBrowser()
    for (const iss of ['http://169.254.169.254/latest', `${local.url}/other`, `${local.iss}/../other`, 'file:///etc/passwd', ''])
      t.match(await launch(openedAs('ada'), { iss }), { statusCode: 403, body: /does not know this record/ }, iss)
    t.equal((await launch(openedAs('ada'), { launch: '' })).statusCode, 403)
    t.same([local.requests, record.requests], [[], []])
    local.fault = { metadata: { token_endpoint: 'http://127.0.0.1:9/token' } }
    const asked = openLocalRecords([readLocalRecord(settingOf(local))], publicUrl)
    t.teardown(() => asked.close())
    const code = 'LOCAL_RECORD_UNAVAILABLE'
    await t.rejects(asked.depart(local.iss, local.launch(openedAs('ada'))), { code }, 'nor an address elsewhere that it names itself')
  })

  await t.test('what the local record answers is believed only if all of it fits', async (t) => {
    const { launch } = await aBrowser()
    const faults: readonly (readonly [string, LocalRecordFault, number, RegExp])[] = [
      ['it refuses', { refuses: true }, 403, /said no/],
      ['another issuer', { claims: { iss: 'https://elsewhere.example' } }, 403, /could not be checked/],
      ['for another application', { claims: { aud: 'another' } }, 403, /could not be checked/],
      ['the answer to another question', { claims: { nonce: 'another' } }, 403, /could not be checked/],
      ['too old', { claims: { exp: 1_000_000 } }, 403, /could not be checked/],
      ['signed by a key that is not its own', { foreignKey: true }, 403, /could not be checked/],
      ['signed in another way than was agreed', { algorithm: 'ES256' }, 403, /could not be checked/],
      ['a patient who looks at themself', { claims: { fhirUser: 'https://epr.example/fhir/Patient/1' } }, 403, /for people who give care/],
      ['nobody in particular', { claims: { fhirUser: undefined } }, 403, /for people who give care/],
      ['no patient', { silent: true }, 422, /did not say who is meant/],
      ['away', { away: true }, 503, /does not answer/],
    ]
    for (const [what, fault, status, says] of faults) {
      local.fault = fault
      t.match(await launch(openedAs('ada')), { statusCode: status, body: says }, what)
    }
    t.same(record.requests, [], 'the record was not asked about anybody')
  })

  await t.test('a patient without one number and a whole date of birth is never looked for, and a name finds nobody', async (t) => {
    const { launch, confirm } = await aBrowser()
    const number = { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }
    for (const given of [
      { identifier: [] },
      { identifier: [{ ...number, value: '9990123455' }] },
      { identifier: [number, { ...number, value: '9990548609' }] },
      { birthDate: '1974-03' },
    ] satisfies Partial<Patient>[])
      t.equal((await launch(openedAs('ada', given))).statusCode, 422)
    for (const other of [openedAs('ada', { birthDate: '1974-03-19' }), openedAs('carys')]) {
      const answer = await confirm(await launch(other))
      t.match(answer, { statusCode: 200, body: /You have no part in this person’s care here/ })
      t.notMatch(answer.body, /Ada|ada-here/)
    }
    t.ok(local.requests.length > 0)
  })

  await t.test(
    'whoever is signed in for another organisation opens nobody, and nobody is looked for before somebody signed in',
    async (t) => {
      for (const session of [
        { ...COLLEAGUE, organization: 'Organization/therapy-centre' },
        { ...COLLEAGUE, role: 'commissioner' },
      ] as const) {
        const { launch } = await aBrowser(session)
        t.match(await launch(openedAs('ada')), { statusCode: 403, body: /for another organisation[^]*Sign in as somebody else/ })
        t.notOk(record.requests.some((request) => request.includes('Patient')))
      }
      const stranger = await aBrowser('nobody')
      const asked = await stranger.launch(openedAs('ada'))
      t.match(asked, { statusCode: 303, headers: { location: '/?to=%2Flaunch%2Fperson' } })
    },
  )

  await t.test('a launch belongs to the browser that began it, and its page to that launch alone', async (t) => {
    const { launch, confirm, visit } = await aBrowser()
    t.match(await visit('/launch/arrived?code=x&state=y'), { statusCode: 403, body: /Open Handrail again/ })
    const first = await launch(openedAs('ada'))
    await launch(openedAs('bryn'))
    t.match(await confirm(first), { statusCode: 403, body: /opened in another window/ })
    t.notOk(record.requests.some((request) => request.includes('Patient')))
    t.equal((await visit('/launch/person', { launch: 'x' })).statusCode, 403, 'and no form from elsewhere')
  })
}

/** A clinician opens Handrail from their own record, in a browser. */
export async function launchFromChart({ url, anybody }: Stage, local: TestLocalRecord): Promise<void> {
  local.redirectUri = `${url}/launch/arrived`

  await t.test('a clinician opens the patient of their own record here, signs in as always, and searches for nobody', async (t) => {
    const page = await anybody()
    await page.goto(local.open(openedAs('bryn'), `${url}/launch`))
    await page.click('text=Handrail')
    await page.waitForURL(`${url}/?to=**`)
    await page.click('button[value="physiotherapist"]')
    await page.waitForURL(`${url}/launch/person`)
    t.match(await page.textContent('main'), /Deeside EPR[^]*2 June 1965/)
    await isFitForEverybody(t, page)
    await page.goto('/language/cy?to=/launch/person')
    await isFitForEverybody(t, page)
    await page.goto('/language/en?to=/launch/person')
    await page.click('button:has-text("Open this person")')
    await page.waitForURL(/\/people\/[0-9a-f-]{36}$/)
    t.match(await page.textContent('main'), 'Bryn Tudor')

    await page.goto(local.open({ ...openedAs('ada'), birthDate: '1974-03-19' }, `${url}/launch`))
    await page.click('text=Handrail')
    await page.click('button:has-text("Open this person")')
    await isFitForEverybody(t, page)
    t.match(await page.textContent('main'), 'ask the person to share a link')

    await page.goto(`/launch?iss=${encodeURIComponent('https://elsewhere.example/fhir')}&launch=x`)
    await isFitForEverybody(t, page)
    t.match(await page.textContent('h1'), 'does not know this record')
    await page.context().close()
  })

  await t.test('who is signed in for another organisation is told so, and signs in as somebody else', async (t) => {
    const page = await anybody()
    await page.goto('/')
    await page.click('button[value="leisure-instructor"]')
    await page.waitForURL(`${url}/`)
    await page.goto(local.open(openedAs('bryn'), `${url}/launch`))
    await page.click('text=Handrail')
    t.match(await page.textContent('main'), 'Nothing was opened')
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Sign in as somebody else")')
    await page.click('button[value="physiotherapist"]')
    await page.waitForURL(`${url}/launch/person`)
    t.match(await page.textContent('main'), 'Open this person')
    await page.context().close()
  })
}
