/** The referral service with its operations at hand, for the tests that call them. */
import type { ParametersParameter, ServiceRequest, Task } from '@medplum/fhirtypes'
import { buildApp } from '../src/app.ts'
import { testHub } from './a-hub.ts'

/** The Monday after the Wednesday on which these tests take place. */
export const MONDAY = '2026-11-09T10:00:00Z'

/** Why a provider says no, in these tests. */
export const REASON = { system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: 'too-complex' }

/** A refusal that says everything that one must say. */
export const refusal: readonly ParametersParameter[] = [
  { name: 'reason', valueCoding: REASON },
  { name: 'words', valueString: 'Mood too low for our group.' },
  { name: 'nextOwner', valueReference: { reference: 'Organization/community-team' } },
  { name: 'nextAction', valueString: 'Ring her and agree interim support.' },
  { name: 'due', valueDateTime: MONDAY },
]

/**
 * Starts the service on a record that listens; it stops with the test. `post`, `call` and `get` speak as the neuropsychology service unless a bearer is given;
 * `asked` stores a request, has it routed, and gives the id of its first Task.
 */
export async function testService(t: { teardown(work: () => unknown): void }) {
  const hub = await testHub(t)
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const post = async <T>(url: string, body: unknown, authorization?: string) => {
    const bearer = authorization ?? (await hub.callers.bearer('neuropsychology'))
    const response = await app.inject({
      method: 'POST',
      url,
      payload: JSON.stringify(body),
      headers: { authorization: bearer, 'content-type': 'application/fhir+json' },
    })
    return {
      status: response.statusCode,
      type: response.headers['content-type'],
      body: (response.body === '' ? undefined : JSON.parse(response.body)) as T,
    }
  }
  const call = <T>(url: string, parameter: readonly ParametersParameter[], bearer?: string) =>
    post<T>(url, { resourceType: 'Parameters', parameter }, bearer)
  const get = async <T>(url: string, bearer?: string) => {
    const response = await app.inject({ url, headers: { authorization: bearer ?? (await hub.callers.bearer('neuropsychology')) } })
    return { status: response.statusCode, body: JSON.parse(response.body) as T }
  }
  const asked = async (given: Partial<ServiceRequest> = { performer: [{ reference: 'Organization/neuropsychology' }] }) => {
    hub.refer(given)
    await hub.settle()
    return hub.record.all<Task>('Task')[0]?.id ?? ''
  }
  return { ...hub, post, get, call, asked }
}
