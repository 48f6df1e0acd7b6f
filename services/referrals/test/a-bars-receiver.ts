/** A receiver that is reached by BaRS, for tests: it listens, and what it answers is given to the hub's door. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bundle, Encounter, Resource } from '@medplum/fhirtypes'
import { BARS } from '../src/domain/bars/vocabulary.ts'
import { ADA, changed, DOS, header, headersOf, referral, testBars, type Headers } from './a-bars-peer.ts'
import type { testHub } from './a-hub.ts'

/** A receiver that listens, answers as told and keeps what came. */
async function receiver(t: { teardown(work: () => unknown): void }, answers: (number | 'echo')[]) {
  const came: { headers: IncomingMessage['headers']; body: Bundle }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Bundle
      came.push({ headers: request.headers, body })
      const answer = answers.shift() ?? 'echo'
      response.setHeader('content-type', 'application/fhir+json')
      if (answer === 'echo') {
        const entry = (body.entry ?? []).map((one) =>
          one.resource?.resourceType === 'ServiceRequest' ? { ...one, resource: { ...one.resource, id: 'their-id' } } : one,
        )
        response.end(JSON.stringify({ ...body, entry }))
      } else {
        response.statusCode = answer
        response.end(
          answer === 503
            ? 'down'
            : JSON.stringify({
                resourceType: 'OperationOutcome',
                issue: [{ severity: 'error', code: answer === 409 ? 'duplicate' : 'invalid' }],
              }),
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { came, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A hub whose neuropsychology is reached by BaRS, and a referral to it: `respond` sends what a receiver answers, from a service and with headers. */
export async function sending(t: Parameters<typeof testHub>[0], answers: (number | 'echo')[] = []) {
  const target = await receiver(t, answers)
  const hub = await testBars(t, target.url)
  hub.record.seed({
    resourceType: 'HealthcareService',
    id: 'mind',
    name: 'Mind',
    providedBy: { reference: 'Organization/neuropsychology' },
    identifier: [{ system: DOS, value: '2000012346' }],
  } as Resource)
  hub.record.seed({ ...ADA, id: 'ada' })
  await hub.settle()
  hub.refer({ performer: [{ reference: 'HealthcareService/mind' }], code: { text: 'Mood and memory' } })
  await hub.settle()
  const deliver = (at: string) => hub.dependencies.courier!.deliver(new Date(at))
  const respond = (
    encounters: Encounter['status'][],
    request: object = {},
    more: Resource[] = [],
    from = '2000012346',
    { headers = {}, person = {} }: { headers?: Headers; person?: object } = {},
  ) => {
    const [sent] = target.came
    const answer = changed(
      changed(
        referral('answer'),
        'MessageHeader',
        header('new', {
          eventCoding: { system: BARS.EVENT, code: 'servicerequest-response' },
          definition: `${BARS.MESSAGE_DEFINITION}bars-message-servicerequest-request-response-short`,
          response: { identifier: sent?.body.id ?? '', code: 'ok' },
          source: { name: 'Mind', endpoint: `${DOS}|${from}` },
        }),
      ),
      'ServiceRequest',
      request,
    )
    const about = changed(answer, 'Patient', person)
    const kept = (about.entry ?? []).filter(({ resource }) => resource?.resourceType !== 'Encounter')
    const encounter = (status: Encounter['status'], index: number): Encounter => ({
      resourceType: 'Encounter',
      status,
      class: { code: 'AMB' },
      id: `e${index}`,
    })
    const added = [...encounters.map(encounter), ...more].map((resource, index) => ({ fullUrl: `urn:uuid:added-${index}`, resource }))
    return hub.send({ ...about, entry: [...kept, ...added] }, headersOf('answer', headers))
  }
  return { ...hub, target, deliver, respond }
}
