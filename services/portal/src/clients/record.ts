/**
 * The record, as a signed-in person reads and writes it: a FHIR client that carries the person's own token. Whatever holds an identifier
 * is searched by POST, so that it stands in no URL. https://hl7.org/fhir/R4/http.html
 */
import { Readable } from 'node:stream'
import type { AuditEvent, Bundle, OperationOutcome, Parameters, Resource } from '@medplum/fhirtypes'
import type { Issue } from '@platform/fhir/errors'
import { Client } from 'fhir-kit-client'
import { recordRefused, refuse } from '../errors.ts'

/** The matches of a search, as far as they were asked for. */
export interface Found<T> {
  readonly all: readonly T[]
  /** True when the record has more than were asked for. */
  readonly more: boolean
}

/** Names of references, read together. */
export type Resolved = ReadonlyMap<string, Resource>

/** Search or operation parameters by name. */
export type Criteria = Readonly<Record<string, string>>

/** A file as the record sends it. */
export interface RecordFile {
  readonly type: string
  readonly body: Buffer
}

/** A resource on its way into the record with others. */
export interface NamedResource {
  /** `urn:uuid:…` */
  readonly name: string
  readonly resource: Resource
  /** As for `create`. */
  readonly unlessThereIs: string
}

/** A resource of the record as it is to be, in place of the version that was shown. */
export interface ChangedResource {
  readonly resource: Resource & { readonly id: string }
  readonly version: string
}

/** What a signed-in person does with the record. Each refuses with SESSION_ENDED, NOT_ALLOWED, NOT_FOUND or RECORD_UNAVAILABLE. */
export interface PersonalRecord {
  read<T extends Resource>(type: T['resourceType'], id: string): Promise<T>
  /** One page, 200 at most: for what is shown newest first and may end there. Where it decides what is done, or who can be chosen, `findAll`. */
  find<T extends Resource>(type: T['resourceType'], criteria: Criteria): Promise<Found<T>>
  /** Page after page, 5,000 at most. */
  findAll<T extends Resource>(type: T['resourceType'], criteria: Criteria): Promise<Found<T>>
  /** The resources behind these references, as far as the person may see them; one request for each type and 200 of it. */
  resolve(references: readonly (string | undefined)[]): Promise<Resolved>
  /** Creates it, or gives the one that matches the condition: a form that is sent twice makes one. @throws RECORD_REFUSED */
  create<T extends Resource>(resource: T, unlessThereIs: string): Promise<T>
  /**
   * Saves all of these or none: new ones unless there is one that matches its condition, changed ones if the version is still that one. They
   * refer to new ones by the names these have here (`urn:uuid:…`). @throws RECORD_REFUSED, CHANGED_MEANWHILE
   */
  saveAll(resources: readonly (NamedResource | ChangedResource)[]): Promise<void>
  /** Replaces elements, removes those that are undefined, if the version is still the one that was shown. @throws CHANGED_MEANWHILE, RECORD_REFUSED */
  patch(reference: string, version: string, elements: Readonly<Record<string, unknown>>): Promise<void>
  /** Calls an operation on an instance. @throws RECORD_REFUSED, CHANGED_MEANWHILE */
  operate(reference: string, name: string, parameters: Parameters): Promise<void>
  /**
   * Calls an operation for its answer: by `GET` with criteria, by `POST` with Parameters. @throws as `operate`
   *
   * @param at `Patient/<id>`, `ServiceRequest`, or empty for the whole record
   */
  ask<T extends Resource = Parameters>(at: string, name: string, given?: Criteria | Parameters): Promise<T>
  /** Calls an operation of a type with a resource that is not stored: `Consent/$preview`. @throws as `operate` */
  consider(resource: Resource, name: string, criteria?: Criteria): Promise<Parameters>
  /** A file that an operation makes, such as a PDF. */
  file(reference: string, name: string, criteria?: Criteria): Promise<RecordFile>
  /** What is told about alerts or Tasks, as server-sent events, ids only; it ends with the signal or the token. */
  stream(topic: 'alert' | 'task', signal: AbortSignal, lastEventId?: string): Promise<Readable>
  /** Who looked at a person's record, newest first. */
  trail(patient: string, count: number): Promise<Found<AuditEvent>>
}

/** Opens a person's view of the record. */
export type RecordClient = (token: string) => PersonalRecord

const PAGE = 200
const MOST = 5_000
/** Longer than that and a person is told that the record does not answer, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000
/** A file of a whole record takes longer to make, in milliseconds. */
const FILE_WITHIN_MS = 60_000

/** @param baseUrl FHIR base, such as `http://127.0.0.1:8080/fhir`. Connections are kept alive between requests. */
export function recordClient(baseUrl: string): RecordClient {
  const client = new Client({ baseUrl })
  return (token) => {
    const options = (headers: Readonly<Record<string, string>> = {}) => ({
      headers: { ...headers, authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const firstPage = (type: string, criteria: Criteria): Promise<unknown> => {
      const searchParams = { _count: String(PAGE), ...criteria }
      return answered(client.search({ resourceType: type, searchParams, options: { ...options(), postSearch: true } }))
    }
    const find = async <T extends Resource>(type: string, criteria: Criteria): Promise<Found<T>> =>
      matchesIn<T>(await firstPage(type, criteria))
    return {
      read: async <T extends Resource>(type: T['resourceType'], id: string) => {
        if (!LOGICAL_ID.test(id)) throw refuse.NOT_FOUND()
        return (await answered(client.read({ resourceType: type, id, options: options() }))) as unknown as T
      },
      find,
      async findAll<T extends Resource>(type: T['resourceType'], criteria: Criteria) {
        const all: T[] = []
        let page = await firstPage(type, criteria)
        for (;;) {
          all.push(...matchesIn<T>(page).all)
          const next = nextIn(page)
          if (next === undefined || all.length >= MOST) return { all, more: next !== undefined }
          // The address the record is known by outside need not be the one it is reached by from here: only the query counts.
          page = await answered(client.request(`${type}${new URL(next, baseUrl).search}`, { options: options() }))
        }
      },
      async resolve(references) {
        const byType = Map.groupBy(
          new Set(references.filter((one) => one !== undefined && LOCAL.test(one))),
          (one) => one?.split('/')[0] ?? '',
        )
        const pages = [...byType].flatMap(([type, some]) =>
          inPages(some.map((one) => one?.split('/')[1] ?? '')).map((ids) => ({ type, ids })),
        )
        const found = await Promise.all(pages.map(({ type, ids }) => find(type, { _id: ids.join(',') })))
        return new Map(found.flatMap(({ all }) => all).map((resource) => [`${resource.resourceType}/${resource.id ?? ''}`, resource]))
      },
      async create<T extends Resource>(resource: T, unlessThereIs: string) {
        const headers = { 'if-none-exist': unlessThereIs, prefer: 'return=representation' }
        const { resourceType } = resource
        const body = resource as never // the client's own type of a resource is wider in some places, narrower in others
        return (await answered(client.create({ resourceType, body, options: options(headers) }))) as unknown as T
      },
      async saveAll(resources) {
        const entry = resources.map((one) =>
          'version' in one
            ? {
                resource: one.resource,
                request: { method: 'PUT', url: `${one.resource.resourceType}/${one.resource.id}`, ifMatch: `W/"${one.version}"` },
              }
            : {
                fullUrl: one.name,
                resource: one.resource,
                request: { method: 'POST', url: one.resource.resourceType, ifNoneExist: one.unlessThereIs },
              },
        )
        const body = { resourceType: 'Bundle', type: 'transaction', entry } as never // as above
        await answered(client.transaction({ body, options: options() }))
      },
      async patch(reference, version, elements) {
        const [resourceType = '', id = ''] = reference.split('/')
        const jsonPatch = Object.entries(elements).map(([name, value]) =>
          value === undefined ? { op: 'remove' as const, path: `/${name}` } : { op: 'add' as const, path: `/${name}`, value },
        )
        await answered(
          client.patch({ resourceType, id, jsonPatch: jsonPatch as never, options: options({ 'if-match': `W/"${version}"` }) }),
        )
      },
      async operate(reference, name, parameters) {
        const [resourceType = '', id = ''] = reference.split('/')
        if (!LOGICAL_ID.test(id)) throw refuse.NOT_FOUND()
        await answered(client.operation({ name, resourceType, id, method: 'POST', input: parameters as never, options: options() }))
      },
      async ask<T extends Resource>(at: string, name: string, given: Criteria | Parameters = {}) {
        if (at !== '' && !AT.test(at)) throw refuse.NOT_FOUND()
        const path = at === '' ? name : `${at}/${name}`
        const asked = isParameters(given)
          ? client.request(path, { method: 'POST', body: given as never, options: options({ 'content-type': 'application/fhir+json' }) })
          : client.request(`${path}?${new URLSearchParams(given).toString()}`, { options: options() })
        return (await answered(asked)) as unknown as T
      },
      async consider(resource, name, criteria = {}) {
        const path = `${resource.resourceType}/${name}?${new URLSearchParams(criteria).toString()}`
        const headers = { 'content-type': 'application/fhir+json' }
        const asked = client.request(path, { method: 'POST', body: JSON.stringify(resource), options: options(headers) })
        return (await answered(asked)) as unknown as Parameters
      },
      async file(reference, name, criteria = {}) {
        const [type = '', id = ''] = reference.split('/')
        if (!LOGICAL_ID.test(id)) throw refuse.NOT_FOUND()
        const address = `${baseUrl}/${type}/${id}/${name}?${new URLSearchParams(criteria).toString()}`
        return answered(fetchFile(address, { ...options(), signal: AbortSignal.timeout(FILE_WITHIN_MS) }))
      },
      async stream(topic, signal, lastEventId) {
        const headers = { authorization: `Bearer ${token}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) }
        const { ok, status, body } = await answered(fetch(new URL(`/alerts/stream?topic=${topic}`, baseUrl), { headers, signal }))
        if (!ok || body === null) throw refusalOf({ response: { status } })
        return Readable.fromWeb(body as never)
      },
      async trail(patient, count) {
        const query = new URLSearchParams({ patient: `Patient/${patient}`, _count: String(count) })
        return matchesIn<AuditEvent>(await answered(client.request(`AuditEvent?${query.toString()}`, { options: options() })))
      },
    }
  }
}

const isParameters = (given: Criteria | Parameters): given is Parameters =>
  (given as { resourceType?: unknown }).resourceType === 'Parameters'

async function fetchFile(address: string, init: RequestInit): Promise<RecordFile> {
  const response = await fetch(address, init)
  if (!response.ok) {
    const data = (await response.json().catch(() => undefined)) as unknown
    throw Object.assign(new Error(`The record answered ${response.status}.`), { response: { status: response.status, data } })
  }
  return { type: response.headers.get('content-type') ?? 'application/octet-stream', body: Buffer.from(await response.arrayBuffer()) }
}

const LOGICAL_ID = /^[A-Za-z0-9\-.]{1,64}$/
const AT = /^[A-Z][A-Za-z]+(?:\/[A-Za-z0-9\-.]{1,64})?$/
const LOCAL = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

function matchesIn<T>(answer: unknown): Found<T> {
  const { entry = [] } = answer as Bundle
  return {
    all: entry.flatMap(({ resource, search }) => (resource === undefined || search?.mode === 'outcome' ? [] : [resource])) as T[],
    more: nextIn(answer) !== undefined,
  }
}

const nextIn = (answer: unknown): string | undefined => (answer as Bundle).link?.find(({ relation }) => relation === 'next')?.url

/** As many at a time as one page has room for. */
const inPages = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, page) => ids.slice(page * PAGE, (page + 1) * PAGE))

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    throw refusalOf(cause)
  }
}

/** What the record answered, as a refusal a person can be shown. */
function refusalOf(cause: unknown): Error {
  const { status, data } = (cause as { response?: { status?: number; data?: OperationOutcome } }).response ?? {}
  if (status === undefined || status >= 500 || status === 429) return refuse.RECORD_UNAVAILABLE({}, { cause })
  if (status === 401) return refuse.SESSION_ENDED({}, { cause })
  if (status === 403) return refuse.NOT_ALLOWED({}, { cause })
  if (status === 404 || status === 410) return refuse.NOT_FOUND({}, { cause })
  if (status === 409 || status === 412) return refuse.CHANGED_MEANWHILE({}, { cause })
  return recordRefused((data?.issue ?? []).map(toIssue), cause)
}

function toIssue({ severity, code, details, diagnostics, expression }: NonNullable<OperationOutcome['issue']>[number]): Issue {
  return {
    severity: severity as Issue['severity'],
    code: code as Issue['code'],
    text: details?.text ?? diagnostics ?? '',
    ...(details?.text === undefined || diagnostics === undefined ? {} : { remedy: diagnostics }),
    ...(expression?.[0] === undefined ? {} : { expression: expression[0] }),
  }
}
