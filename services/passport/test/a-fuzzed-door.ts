/** The FHIR door of a record, and what must be true of whatever it answers, for tests. */
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { aRecord } from './a-record.ts'

/** The headers of a body in JSON. */
export const JSON_BODY = { 'content-type': 'application/fhir+json' }

/** The methods that a request may have. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

/** What is wrong with an answer: a 5xx, or a no without an OperationOutcome. */
export function faultIn({
  statusCode,
  headers,
  body,
}: Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body'>): string | undefined {
  if (statusCode >= 500) return `${statusCode} ${body}`
  if (statusCode < 400 || body === '') return undefined
  const answer: unknown = JSON.parse(body)
  const { resourceType, issue } = answer as { resourceType?: unknown; issue?: { severity: string; details?: { text?: string } }[] }
  if (resourceType !== 'OperationOutcome' || issue === undefined || issue.length === 0)
    return `${statusCode} without an OperationOutcome: ${body}`
  if (!/^application\/(fhir\+)?json/.test(String(headers['content-type']))) return `content-type ${String(headers['content-type'])}`
  return undefined
}

/** A record with a person and a session. `tried` sends a request, and throws where the answer is at fault or a refusal changed what is stored. */
export async function fuzzedDoor(t: Test) {
  const hub = await aRecord(t)
  const { send, store, database } = hub
  const ada = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }], identifier: [{ system: 'urn:test', value: '1' }] })

  const session = await store({
    resourceType: 'Procedure',
    status: 'completed',
    code: { text: 'Physiotherapy' },
    subject: { reference: `Patient/${ada.id}` },
    performedDateTime: '2026-11-20',
  })

  /** Everything that is stored, in one line. The audit trail is not among it: a refusal is an entry. */
  async function stored(): Promise<string> {
    const { rows } = await database.query<{ state: string }>({
      text: `SELECT concat_ws(' ', (SELECT concat_ws('/', count(*), sum(version), max(updated_at)) FROM passport.resource), (SELECT count(*) FROM passport.history),
               (SELECT count(*) FROM events.outbox), (SELECT count(*) FROM passport.identifier), (SELECT count(*) FROM passport.relationship)) AS state`,
    })
    return rows[0]?.state ?? ''
  }

  async function tried(
    method: (typeof METHODS)[number],
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const before = await stored()
    const answer = await send('admin', method, path, body, headers)
    const fault = faultIn(answer)
    const what = `${method} ${path} ${JSON.stringify(headers)} ${typeof body === 'string' ? body : JSON.stringify(body)}`.slice(0, 2_000)
    if (fault !== undefined) throw new Error(`${what}\n${fault}`)
    if (answer.statusCode >= 400 && (await stored()) !== before) throw new Error(`${what}\nchanged what is stored: ${answer.body}`)
  }

  // ---- properties

  return { hub, send, store, database, ada, session, stored, tried }
}
