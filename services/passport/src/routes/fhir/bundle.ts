/** Batch and transaction. https://hl7.org/fhir/R4/http.html#transaction */
import { answerFor, informationOutcome } from '@platform/fhir/operation-outcome'
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Entry, ReadEntry } from '../../domain/bundle.ts'
import { readBundle, readEntry } from '../../domain/bundle.ts'
import type { Operation, Outcome } from '../../domain/operation.ts'
import { refuse } from '../../errors.ts'
import { changeRecord } from '../../store/change-record.ts'
import { etagOf, saidOfStored, shownOf } from './answer.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import type { Letter } from './request.ts'
import { conditionAllowed, preferredReturn, typeAllowed } from './request.ts'

const LETTER: Readonly<Record<Operation['kind'], Letter>> = { create: 'c', update: 'u', patch: 'u', delete: 'd' }

/** How many entries of a batch are worked on at once. */
const AT_ONCE = 8

export const bundle: FastifyPluginAsync<FhirDependencies> = async (app, { record, trail, now, baseUrl }) => {
  app.post('/', { config: { fhir: { interaction: 'transaction', types: 'system' } } }, async (request, reply) => {
    const body = request.body as ParsedJson | undefined
    if (body === undefined) throw refuse.BODY_MISSING()
    const { type, entries } = readBundle(body.exact)
    request.disclosure.interaction = type
    const answers = type === 'transaction' ? await transaction(request, entries.map(readEntry)) : await batch(request, entries)
    const list = answers.length === 0 ? '' : `,"entry":[${answers.join(',')}]`
    return reply.header('content-type', request.answerType).send(`{"resourceType":"Bundle","type":"${type}-response"${list}}`)
  })

  async function transaction(request: FastifyRequest, entries: readonly Entry[]): Promise<string[]> {
    const operations = entries.flatMap((entry) => (entry.kind === 'write' ? [entry.operation] : []))
    const outcomes = operations.length === 0 ? [] : await writeAll(request, operations)
    const answers: string[] = []
    let written = 0
    for (const entry of entries) {
      if (entry.kind === 'read') answers.push(await readOne(app, request, entry))
      else answers.push(answerOf(outcomes[written++], request, baseUrl))
    }
    return answers
  }

  async function writeAll(request: FastifyRequest, operations: readonly Operation[]): Promise<Outcome[]> {
    const { outcomes, found, wrote } = await writeThem(request, operations)
    // The entry of the commit names whom it changed; whom a condition found is named by one of its own.
    request.disclosure.people = peopleOf(wrote ? found : outcomes)
    request.disclosure.committed = wrote && found.length === 0
    return outcomes
  }

  async function writeThem(
    request: FastifyRequest,
    operations: readonly Operation[],
  ): Promise<{ outcomes: Outcome[]; found: Outcome[]; wrote: boolean }> {
    for (const operation of operations) {
      const { type, kind } = operation
      typeAllowed(request, type, LETTER[kind])
      conditionAllowed(request, operation)
      if (type === 'AuditEvent' && kind !== 'create') throw refuse.AUDIT_IMMUTABLE()
    }
    const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at: now(), status: 200 })
    const outcomes = await changeRecord(record, operations, { caller: request.caller, at: now(), audit })
    const found = outcomes.filter(({ operation, status }) => operation === 'create' && status === 200)
    return { outcomes, found, wrote: outcomes.some((outcome) => outcome.version > 0 && !found.includes(outcome)) }
  }

  /** Each entry stands alone: it goes through the same routes as if it had come by itself, and is audited there. */
  async function batch(request: FastifyRequest, entries: readonly unknown[]): Promise<string[]> {
    request.disclosure.committed = true
    const answers: string[] = Array.from({ length: entries.length }, () => '')
    let next = 0
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, entries.length) }, async () => {
        for (let index = next++; index < entries.length; index = next++) answers[index] = await batchOne(request, entries[index], index)
      }),
    )
    return answers
  }

  async function batchOne(request: FastifyRequest, raw: unknown, index: number): Promise<string> {
    try {
      const entry = readEntry(raw, index)
      if (entry.kind === 'read') return await readOne(app, request, entry)
      return answerOf(await writeAlone(request, entry.operation), request, baseUrl)
    } catch (error) {
      const { status, outcome } = answerFor(error, request.id)
      await trail.record({ ...entryOf(request, { at: now(), status }), entity: undefined, people: [] })
      return JSON.stringify({ response: { status: String(status), outcome } })
    }
  }

  /** Entries of a batch are worked on at once, so that nothing of one may be kept with the request. */
  async function writeAlone(request: FastifyRequest, operation: Operation): Promise<Outcome | undefined> {
    const { outcomes, wrote } = await writeThem(request, [operation])
    // A conditional create that found its match, or a delete that found none, wrote nothing: its entry is made here.
    if (!wrote) await trail.record({ ...entryOf(request, { at: now(), status: 200 }), entity: operation.type, people: peopleOf(outcomes) })
    return outcomes[0]
  }
}

const peopleOf = (outcomes: readonly Outcome[]): string[] => [...new Set(outcomes.flatMap(({ patient }) => patient ?? []))]

function answerOf(outcome: Outcome | undefined, request: FastifyRequest, baseUrl: string): string {
  if (outcome === undefined) throw new Error('An entry without an outcome')
  const { type, id, version, status, updatedAt } = outcome
  const content = shownOf(request, outcome)
  const wanted = preferredReturn(request)
  const response =
    version === 0
      ? { status: '204' }
      : {
          status: status === 201 ? '201 Created' : status === 204 ? '204' : '200 OK',
          location: `${baseUrl}/${type}/${id}/_history/${version}`,
          etag: etagOf(outcome),
          lastModified: updatedAt.toISOString(),
          ...(wanted === 'OperationOutcome' && status !== 204 ? { outcome: informationOutcome(saidOfStored(outcome)) } : {}),
        }
  const resource = content === '' || wanted !== 'representation' ? '' : `,"resource":${content}`
  return version === 0
    ? JSON.stringify({ response })
    : `{"fullUrl":"${baseUrl}/${type}/${id}"${resource},"response":${JSON.stringify(response)}}`
}

/** Reads inside a Bundle pass the same door as any other, with the caller's own token. Files are no resources, and of any length: they are not read. */
async function readOne(app: FastifyInstance, request: FastifyRequest, { method, url, headers }: ReadEntry): Promise<string> {
  const address = addressOf(url)
  if (FILE.test(address)) return noResource(request)
  const answer = await app.inject({
    method: 'GET',
    url: address,
    headers: { ...headers, accept: 'application/fhir+json', authorization: request.headers.authorization ?? '' },
  })
  const etag = answer.headers['etag']
  const response = { status: String(answer.statusCode), ...(typeof etag === 'string' ? { etag } : {}) }
  if (answer.statusCode >= 400 && answer.body !== '')
    return `{"response":${JSON.stringify({ ...response, outcome: answer.json<unknown>() })}}`
  if (answer.body !== '' && !/\bjson\b/.test(String(answer.headers['content-type']))) return noResource(request)
  // A HEAD asks for no resource; why it is refused is said all the same.
  return answer.body === '' || method === 'HEAD'
    ? JSON.stringify({ response })
    : `{"resource":${answer.body},"response":${JSON.stringify(response)}}`
}

const BASE = '/fhir/'
/** Of a bulk export. */
const FILE = /^\/fhir\/+(\$|%24)export-file\//i

function noResource({ id }: FastifyRequest): string {
  const { status, outcome } = answerFor(refuse.BUNDLE_ANSWER_NO_RESOURCE(), id)
  return JSON.stringify({ response: { status: String(status), outcome } })
}

/** The address under this base that an entry asks for; one that leads elsewhere is an address that does not exist. */
function addressOf(url: string): string {
  const { origin, pathname, search } = new URL(`.${BASE}${url.replace(/^\/+/, '')}`, 'http://record.invalid')
  return origin === 'http://record.invalid' && pathname.startsWith(BASE) ? `${pathname}${search}` : `${BASE}none/none/none/none`
}
