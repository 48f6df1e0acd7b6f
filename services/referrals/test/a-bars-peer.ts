/** Whoever speaks BaRS with the hub, for tests: a message as a sender writes it, a hub that takes it, and what both say. */
import type { Bundle, OperationOutcome, Patient, Resource } from '@medplum/fhirtypes'
import { buildApp } from '../src/app.ts'
import { encodeHeader } from '../src/domain/bars/headers.ts'
import { toMessage, uuidFrom } from '../src/domain/bars/outbound-message.ts'
import { BARS } from '../src/domain/bars/vocabulary.ts'
import { testHub } from './a-hub.ts'

/** The hub's own service, by the id that BaRS routes by. */
export const OURS = '2000011147'

/** The system of that id. */
export const DOS = 'https://fhir.nhs.uk/Id/dos-service-id'

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'

/** When everything here takes place. */
export const AT = new Date('2026-11-04T10:00:00Z')

/** The person whom the messages are about. */
export const ADA: Patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
  name: [{ family: 'Test', given: ['Ada'] }],
  gender: 'female',
  birthDate: '1974-05-06',
}

/** A valid referral as a sender of BaRS makes it: what we send is what we take. */
export const referral = (correlation = 'one'): Bundle =>
  toMessage({
    act: 'refer',
    request: {
      resourceType: 'ServiceRequest',
      id: 'theirs',
      status: 'active',
      intent: 'order',
      subject: {},
      authoredOn: '2026-11-03T09:00:00Z',
      code: { text: 'Help with balance' },
    },
    task: {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      description: 'Please see her.',
      restriction: { period: { end: '2026-11-06T09:00:00Z' } },
    },
    patient: ADA,
    sender: { resourceType: 'Organization', identifier: [{ system: ODS, value: 'A1001' }], name: 'A practice' },
    receiver: { resourceType: 'Organization', identifier: [{ system: ODS, value: 'X26' }], name: 'Handrail' },
    service: { name: 'Neuro', dosId: OURS },
    from: { dosId: '2000099999', name: 'A practice', version: '1.0' },
    bundleId: uuidFrom(`bundle ${correlation}`),
    correlationId: uuidFrom(correlation),
    at: AT,
  })

/** The message with one kind of resource changed. */
export const changed = (bundle: Bundle, type: string, change: object): Bundle => ({
  ...bundle,
  entry: (bundle.entry ?? []).map((one) =>
    one.resource?.resourceType === type ? { ...one, resource: { ...one.resource, ...change } as Resource } : one,
  ),
})

/** What a MessageHeader says of why it comes. */
export const header = (reason: string, more: object = {}) => ({ reason: { coding: [{ system: BARS.REASON, code: reason }] }, ...more })

/** HTTP headers; one without a value is not sent. */
export type Headers = Record<string, string | undefined>

let requests = 0

/** The HTTP headers of one message, each request with an id of its own. */
export const headersOf = (correlation = 'one', more: Headers = {}): Headers => ({
  accept: 'application/fhir+json; version=1.5.0',
  'content-type': 'application/fhir+json',
  'x-request-id': uuidFrom(`request ${(requests += 1)}`),
  'x-correlation-id': uuidFrom(correlation),
  'nhsd-target-identifier': encodeHeader({ value: OURS, system: DOS }),
  'nhsd-end-user-organisation': encodeHeader({
    resourceType: 'Organization',
    identifier: [{ system: ODS, value: 'A1001' }],
    name: 'A practice',
  }),
  ...more,
})

/** The hub that speaks BaRS: `send` gives a message to its door, and it sends its own to `targetUrl`. */
export async function testBars(t: Parameters<typeof testHub>[0], targetUrl?: string, serviceIds: readonly string[] = [OURS]) {
  const hub = await testHub(t, {
    bars: { publicUrl: 'https://hub.example', serviceIds, ...(targetUrl === undefined ? {} : { targetUrl }) },
  })
  await hub.database.query({ text: 'TRUNCATE referrals.bars_request, referrals.bars_referral, referrals.delivery' })
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const bearer = await hub.callers.bearer('community-team')
  const ask = async <T = OperationOutcome>(method: 'GET' | 'POST', url: string, headers: Headers, body?: unknown) => {
    const given = Object.fromEntries(
      Object.entries({ authorization: bearer, ...headers }).filter(([, value]) => value !== undefined && value !== ''),
    )
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
    const response = await app.inject({ method, url, headers: given, ...payload })
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) as T }
  }
  const send = <T = OperationOutcome>(body: unknown, headers: Headers = headersOf()) =>
    ask<T>('POST', '/bars/$process-message', headers, body)
  return { ...hub, ask, send }
}

/** The code of FHIR and the code of BaRS in an answer. */
export const codesIn = ({ issue }: OperationOutcome) => [issue[0]?.code, issue[0]?.details?.coding?.[0]?.code]
