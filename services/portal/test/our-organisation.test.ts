/** The page of an organisation while a service behind it is away: it shows what it can, and says what it cannot. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Resource } from '@medplum/fhirtypes'
import { exportJWK, generateKeyPair } from 'jose'
import { systemClock } from '@platform/service/clock'
import { newId } from '@platform/service/ids'
import { anOrganization } from '@platform/testing/cast'
import t, { type Test } from 'tap'
import { buildApp } from '../src/app.ts'
import { openIssuer } from '../src/clients/issuer.ts'
import { linkClient } from '../src/clients/links.ts'
import { openLocalRecords } from '../src/clients/local-records.ts'
import { operatorClient } from '../src/clients/operator.ts'
import { recordClient } from '../src/clients/record.ts'
import { reportClient } from '../src/clients/reports.ts'
import { sealWith } from '../src/session/seal.ts'
import type { Session } from '../src/session/session.ts'

const PUBLIC_URL = 'https://hub.example'
const seal = sealWith(Buffer.alloc(32, 5))
const { privateKey } = await generateKeyPair('ES384', { extractable: true })
const key = { ...(await exportJWK(privateKey)), kid: 'key-1' }
const GARETH: Session = {
  subject: 'gareth',
  name: 'Gareth Hughes',
  title: 'Therapy centre worker',
  role: 'worker',
  organization: 'Organization/therapy-centre',
  administers: true,
  token: 'access',
  expiresAt: Math.floor(Date.now() / 1000) + 300,
}

/** What an operation does: answers, is away behind the gateway, refuses the connection, or takes it and says nothing. */
type Does = 'answers' | 'away' | 'breaks off' | 'says nothing'

/** Record, referrals, alerts and issuer at one address, as behind the gateway. */
async function behind(t: Test, does: { readonly feeds: Does; readonly rota: Does }) {
  const act = (what: Does, response: ServerResponse, answer: Resource) => {
    if (what === 'answers') return void response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(answer))
    if (what === 'away') return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>')
    if (what === 'breaks off') return void response.destroy()
  }
  const none: Resource = { resourceType: 'Parameters', parameter: [{ name: 'at', valueInstant: new Date().toISOString() }] }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    request.resume()
    if (path.includes('$feeds')) return act(does.feeds, response, { resourceType: 'Parameters' })
    if (path.includes('$rota')) return act(does.rota, response, none)
    if (path.startsWith('/identity'))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ people: 2, invited: 0 }))
    const found = path.includes('/Organization/') ? [{ ...anOrganization('therapy-centre'), id: 'therapy-centre' }] : []
    act('answers', response, { resourceType: 'Bundle', type: 'searchset', entry: found.map((resource) => ({ resource })) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const app = await buildApp(
    { PUBLIC_URL, HANDRAIL_DEMO: false, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
    {
      record: recordClient(`${url}/fhir`),
      links: linkClient(url),
      reports: reportClient(url),
      operator: operatorClient(url),
      localRecords: openLocalRecords([], PUBLIC_URL),
      issuer: openIssuer({ publicUrl: PUBLIC_URL, identityUrl: url, key }),
      seal,
      clock: systemClock,
      newId,
    },
  )
  t.teardown(() => app.close())
  const cookies = { handrail_portal: await seal.seal('session', GARETH, GARETH.expiresAt) }
  const { statusCode, body } = await app.inject({ url: '/our-organisation', cookies })
  return { statusCode, body }
}

const FEEDS_UNKNOWN = 'The state of your feeds cannot be read at the moment'
const ROTA_UNKNOWN = 'Who is on cannot be read at the moment'

t.test('while the referral service is away the page shows everything else, and says that feeds are not known', async (t) => {
  for (const feeds of ['away', 'breaks off', 'says nothing'] as const) {
    const { statusCode, body } = await behind(t, { feeds, rota: 'answers' })
    t.equal(statusCode, 200, feeds)
    t.match(body, FEEDS_UNKNOWN)
    t.notMatch(body, 'The hub reads no feed of yours', 'that would be another thing')
    t.match(body, 'You are asked as a whole, at all hours')
    t.match(body, '2 people can sign in')
    t.match(body, 'Glanrafon Therapy Centre')
  }
})

t.test('while the alert service is away it says that who is on is not known, and claims nothing of it', async (t) => {
  for (const rota of ['away', 'says nothing'] as const) {
    const { statusCode, body } = await behind(t, { feeds: 'answers', rota })
    t.equal(statusCode, 200, rota)
    t.match(body, ROTA_UNKNOWN)
    t.notMatch(body, /No rota|Somebody is on|Nobody is on/)
    t.match(body, 'The hub reads no feed of yours')
  }
})

t.test('while both are away the page is still there', async (t) => {
  const { statusCode, body } = await behind(t, { feeds: 'away', rota: 'away' })
  t.match([statusCode, body.includes(FEEDS_UNKNOWN), body.includes(ROTA_UNKNOWN)], [200, true, true])
})
