/** Story 4 over all services: a man with a pump comes into hospital at night; the ward, the pump centre and a webhook hear of it. */
import { readFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type {
  Appointment,
  Bundle,
  Consent,
  Encounter,
  Flag,
  MedicationStatement,
  PractitionerRole,
  Resource,
  Subscription,
  Task,
} from '@medplum/fhirtypes'
import { createRemoteJWKSet, flattenedVerify, type JWK } from 'jose'
import t from 'tap'
import { readAcknowledgement } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import { connectMllp } from '@platform/hl7v2/mllp-client'
import { tokenSource } from '@platform/service/token-source'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHub } from '@platform/testing/hub'
import { until } from '@platform/testing/until'

const NIGHT = Date.parse('2026-11-21T02:14:20Z')
const { url, home } = await testHub(t)
const mllpAt = JSON.parse(await readFile(join(home, 'alerts', 'mllp.json'), 'utf8')) as { host: string; port: number }
const hospital = await connectMllp(mllpAt)
t.teardown(() => hospital[Symbol.asyncDispose]())

const tokens = new Map<string, { get(): Promise<string> }>()
async function bearer(client: string): Promise<string> {
  let source = tokens.get(client)
  if (source === undefined) {
    const key = JSON.parse(await readFile(join(home, 'demo-clients', `${client}.jwk.json`), 'utf8')) as JWK
    source = tokenSource({ tokenUrl: `${url}/identity/token`, clientId: client, key })
    tokens.set(client, source)
  }
  return `Bearer ${await source.get()}`
}
async function ask<T>(client: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const headers = { authorization: await bearer(client), 'content-type': 'application/fhir+json' }
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
}
const found = async <T extends Resource>(client: string, path: string): Promise<T[]> =>
  ((await ask<Bundle>(client, 'GET', path)).body.entry ?? []).map(({ resource }) => resource as T)

const send = async (given: Parameters<typeof anAdmissionMessage>[0]): Promise<string | undefined> => {
  const [answer] = readMessages(await hospital.send(anAdmissionMessage(given)))
  return answer === undefined ? undefined : readAcknowledgement(answer)?.code
}
const at = (minutes: number) => new Date(NIGHT + minutes * 60_000)
const setClock = async (minutes: number) => ask('demo-admin', 'POST', '/demo/clock', { set: at(minutes).toISOString() })

/** What a board of an organisation has heard. */
async function board(client: string) {
  const heard: { kind: string; task: string; quiet: boolean }[] = []
  const headers = { authorization: await bearer(client) }
  const response = await new Promise<IncomingMessage>((resolve) => get(`${url}/alerts/stream`, { headers }, resolve))
  t.teardown(() => response.destroy())
  response.setEncoding('utf8').on('data', (text: string) => {
    for (const [, data] of text.matchAll(/^data: (.*)$/gm)) heard.push(JSON.parse(data ?? '{}') as (typeof heard)[number])
  })
  const hears = (kind: string) => until(`the board of ${client} heard "${kind}"`, () => heard.find((one) => one.kind === kind))
  return { heard, hears, status: response.statusCode }
}

async function webhook() {
  const received: { body: string; signature: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks).toString('utf8'), signature: String(request.headers['x-handrail-signature']) })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { received, endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/alerts` }
}

const answersOf = async (client: string, alert: string) => found<Task>(client, `/fhir/Task?part-of=${alert}`)
const answer = (tasks: readonly Task[], role: string) => tasks.find(({ performerType }) => performerType?.[0]?.coding?.[0]?.code === role)
const demoId = async (type: string, key: string) =>
  `${type}/${String((await found('demo-admin', `/fhir/${type}?identifier=https://handrail.example/fhir/Id/demo|${key}`))[0]?.id)}`

t.test('the ward hears at once, reads seven lines, answers; the pump centre does not, and the ladder is climbed', async (t) => {
  await setClock(0)
  const ward = await board('demo-hospital')
  t.equal(ward.status, 200)
  t.equal(await send({ controlId: 'J1', visit: 'VJ1' }), 'CA')
  const { task } = await ward.hears('raised')

  const own = answer(await answersOf('demo-hospital', task), 'ward')
  const lines = own?.input?.filter(({ type }) => type.coding?.some(({ code }) => code === 'alert-line')) ?? []
  t.equal(lines.length, 7)
  t.match(
    lines.map(({ valueString }) => valueString).join('\n'),
    /Do not stop: Intrathecal baclofen[^]*23 Nov 2026[^]*24 Nov 2026[^]*3 tesla[^]*01632 960107[^]*slide board/,
  )
  const acknowledged = await ask<Task>('demo-hospital', 'POST', `/fhir/Task/${String(own?.id)}/$acknowledge`)
  t.equal(acknowledged.status, 200)
  t.equal(acknowledged.body.status, 'accepted')
  await ward.hears('answered')

  await setClock(31)
  const after = await answersOf('demo-admin', task)
  t.equal(answer(after, 'ward')?.businessStatus, undefined)
  t.match(answer(after, 'specialist')?.businessStatus, { coding: [{ code: 'site-lead' }] })

  t.equal(await send({ controlId: 'J2', visit: 'VJ1', event: 'A02', ward: 'W3^^', at: at(40) }), 'CA')
  t.ok((await ward.hears('moved')).quiet)
  t.equal(await send({ controlId: 'J3', visit: 'VJ1', event: 'A03', ward: 'W3^^', at: at(600) }), 'CA')
  await ward.hears('closed')
  const [encounter] = await found<Encounter>('demo-admin', `/fhir/Encounter?_has:Task:encounter:_id=${task.split('/')[1] ?? ''}`)
  t.equal(encounter?.status, 'finished')
  const [followUp] = await found<Task>('demo-admin', `/fhir/Task?encounter=Encounter/${String(encounter?.id)}&code=after-discharge`)
  t.equal(followUp?.owner?.reference, await demoId('Organization', 'community-team'))
})

t.test(
  'also with Parkinson’s: other lines, other people, the same flow; the visit of the 25th is held, and nobody is on duty',
  async (t) => {
    await setClock(0)
    const [bryn, physiotherapist, neurorehab] = [
      await demoId('Patient', 'bryn'),
      await demoId('PractitionerRole', 'centre-physiotherapist-role'),
      await demoId('Organization', 'neurorehab'),
    ]
    const create = async <T extends Resource>(resource: T): Promise<string> => {
      const { status, body } = await ask<T>('demo-admin', 'POST', `/fhir/${resource.resourceType}`, resource)
      t.equal(status, 201, JSON.stringify(body))
      return `${resource.resourceType}/${String(body.id)}`
    }
    const code = (system: string, value: string) => ({
      coding: [{ system: `https://handrail.example/fhir/CodeSystem/${system}`, code: value }],
    })
    const consent: Consent = {
      resourceType: 'Consent',
      status: 'active',
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
      category: [code('consent-kind', 'hospital-alerts')],
      patient: { reference: bryn },
      dateTime: '2026-09-08T10:00:00Z',
      policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }] },
      provision: { type: 'permit' },
    }
    const basis = await create(consent)
    await create<Flag>({
      resourceType: 'Flag',
      extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/register-basis', valueReference: { reference: basis } }],
      status: 'active',
      code: { ...code('register', 'parkinsons'), text: 'Parkinson’s' },
      subject: { reference: bryn },
      period: { start: '2026-09-08' },
    })
    await create<MedicationStatement>({
      resourceType: 'MedicationStatement',
      status: 'active',
      medicationCodeableConcept: { text: 'Co-careldopa 25/100 tablets (levodopa)' },
      subject: { reference: bryn },
      dosage: [{ text: '07:00, 11:00, 15:00, 19:00' }],
    })
    const visit = await create<Appointment>({
      resourceType: 'Appointment',
      status: 'booked',
      start: '2026-11-25T10:00:00Z',
      end: '2026-11-25T10:45:00Z',
      participant: [bryn, physiotherapist].map((reference) => ({ actor: { reference }, status: 'accepted' as const })),
    })
    const office = { daysOfWeek: ['mon' as const, 'tue' as const], availableStartTime: '09:00:00', availableEndTime: '17:00:00' }
    const rota = await create<PractitionerRole>({
      resourceType: 'PractitionerRole',
      organization: { reference: neurorehab },
      code: [code('answering-role', 'specialist')],
      availableTime: [office],
    })
    const ward = await board('demo-hospital')
    t.equal(await send({ for: 'bryn', controlId: 'P1', visit: 'VP1', at: at(0) }), 'CA')
    const { task } = await ward.hears('raised')

    const answers = await answersOf('demo-admin', task)
    t.equal(answer(answers, 'specialist')?.owner?.reference, neurorehab)
    const text = (answer(answers, 'ward')?.input ?? []).map(({ valueString = '' }) => valueString).join('\n')
    t.match(text, /levodopa/i)
    t.match(text, /Nobody is on duty at 21 Nov 2026, 02:14/)
    t.notMatch(text, /baclofen|pump/i, 'nothing of somebody else’s condition')
    t.ok((answer(answers, 'ward')?.input ?? []).length <= 7)
    const held = (await ask<Appointment>('demo-admin', 'GET', `/fhir/${visit}`)).body
    t.match(held, { status: 'pending', comment: 'Not attending until further notice.' })

    const shown = (await ask<Bundle>('demo-hospital', 'GET', '/fhir/Task/$hospital-board?waiting=own')).body
    t.ok(shown.entry?.some(({ resource, search }) => search?.mode === 'match' && `Task/${String(resource?.id)}` === task))

    // The death of a patient in hospital, as the hospital's own system tells it.
    const [died] = readMessages(
      await hospital.send(
        anAdmissionMessage({ for: 'bryn', controlId: 'P2', visit: 'VP1', event: 'A03', at: at(60) }).replace(
          '||||01\r',
          '|20261121034400|Y||01\r',
        ),
      ),
    )
    t.equal(died === undefined ? undefined : readAcknowledgement(died)?.code, 'CA')
    await ward.hears('closed')
    t.strictSame(await found<Task>('demo-admin', `/fhir/Task?patient=${bryn}&code=after-discharge`), [], 'nobody is asked to call')
    t.equal(
      (await ask<Appointment>('demo-admin', 'GET', `/fhir/${visit}`)).body.status,
      'pending',
      'whoever gives the visit is told nothing',
    )
    await ask('demo-admin', 'DELETE', `/fhir/${rota}`)
  },
)

t.test('a webhook hears by reference, signed with a key of /identity/jwks; a mistake of the hospital is withdrawn there too', async (t) => {
  await setClock(700)
  const { received, endpoint } = await webhook()
  const subscription: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Alerts to our own board',
    criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert',
    channel: { type: 'rest-hook', endpoint },
  }
  const stored = await ask<Subscription>('demo-admin', 'POST', '/fhir/Subscription', subscription)
  t.equal(stored.status, 201)
  await until(
    'the subscription is active',
    async () => (await ask<Subscription>('demo-admin', 'GET', `/fhir/Subscription/${String(stored.body.id)}`)).body.status === 'active',
  )
  t.equal(await send({ controlId: 'J4', visit: 'VJ2', at: at(700) }), 'CA')
  await until('the webhook heard, after the handshake', () => received[1])
  t.equal(await send({ controlId: 'J5', visit: 'VJ2', event: 'A11', at: at(705) }), 'CA')
  await until('the webhook heard of the mistake', () => received[2])

  const keys = createRemoteJWKSet(new URL(`${url}/identity/jwks`))
  for (const { body, signature } of received) {
    const [header = '', , value = ''] = signature.split('.')
    await t.resolves(flattenedVerify({ protected: header, payload: Buffer.from(body).toString('base64url'), signature: value }, keys))
    t.notMatch(body, /Rees|9990004447|baclofen|Patient/)
  }
})

t.test('a message sent ten times is one alert, a near match alerts nobody, and after consent was withdrawn there is none', async (t) => {
  const alerts = async () => (await found<Task>('demo-admin', '/fhir/Task?code=hospital-alert&_count=200')).length
  const before = await alerts()
  for (let time = 0; time < 10; time += 1) t.equal(await send({ controlId: 'J6', visit: 'VJ3', at: at(800) }), 'CA')
  await until('there is one alert more', async () => (await alerts()) === before + 1)
  t.equal(await send({ controlId: 'J7', visit: 'VJ4', at: at(801), person: { birthDate: '1979-01-15' } }), 'CA')
  await until('a person is asked to decide', async () => (await found<Task>('demo-admin', '/fhir/Task?code=identity-review'))[0])

  const consent = (await ask<Consent>('demo-admin', 'GET', `/fhir/${await demoId('Consent', 'dafydd-alert-consent')}`)).body
  t.equal((await ask('demo-admin', 'PUT', `/fhir/Consent/${String(consent.id)}`, { ...consent, status: 'inactive' })).status, 200)
  t.equal(await send({ controlId: 'J8', visit: 'VJ5', at: at(802) }), 'CA')
  t.equal(await alerts(), before + 1)
  await until(
    'the open alert was withdrawn with the consent',
    async () => (await found<Task>('demo-admin', '/fhir/Task?code=hospital-alert&status=requested')).length === 0,
  )
})
