/**
 * The record, as a signed-in person reads and writes it: a FHIR client that carries the person's own token. Whatever holds an identifier
 * is searched by POST, so that it stands in no URL. https://hl7.org/fhir/R4/http.html
 */
import { Readable } from 'node:stream'
import type { AuditEvent, Bundle, OperationOutcome, Parameters, Resource } from '@medplum/fhirtypes'
import type { Issue } from '@platform/fhir/errors'
import { askAt, type Asked } from '@platform/service/ask'
import { recordRefused, refuse } from '../errors.ts'

/** The matches of a search, as far as they were asked for. */
export interface Found<T> {
  readonly all: readonly T[]
  /** True when the record has more than were asked for. */
  readonly more: boolean
  /** Sealed place of the next page, to be asked for as `_cursor` and nothing else, when there is one. */
  readonly next?: string
  /** What `_include` brought with them, by reference. */
  readonly brought: Resolved
}

/** Names of references, read together. */
export type Resolved = ReadonlyMap<string, Resource>

/** Search or operation parameters by name. */
export type Criteria = Readonly<Record<string, string>>

/** A cursor as an address carries it. Anything else is no place in a list. */
export const CURSOR = /^[A-Za-z0-9_.~-]{1,4000}$/

/** Criteria of a search, some of which may be said several times: `_include`. */
export type SearchCriteria = Readonly<Record<string, string | string[]>>

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
  find<T extends Resource>(type: T['resourceType'], criteria: SearchCriteria): Promise<Found<T>>
  /** Page after page, 5,000 at most. */
  findAll<T extends Resource>(type: T['resourceType'], criteria: SearchCriteria): Promise<Found<T>>
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
   * @param how how long its answer may take, where that is longer than for a page
   */
  ask<T extends Resource = Parameters>(
    at: string,
    name: string,
    given?: Criteria | Parameters,
    how?: { readonly withinMs: number },
  ): Promise<T>
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
  const ask = askAt(baseUrl)
  return (token) => {
    const authorization = `Bearer ${token}`
    const call = async <T>({ headers = {}, ...asked }: Partial<Asked> & Pick<Asked, 'path'>): Promise<T> => {
      const all = { accept: FHIR_JSON, ...headers, authorization }
      const { status, body } = await ask({ withinMs: ANSWER_WITHIN_MS, ...asked, headers: all }).catch((cause: unknown) => {
        throw refuse.RECORD_UNAVAILABLE({}, { cause })
      })
      const data = readJson(body)
      if (status < 200 || status > 299) throw refusalOf(status, data)
      if (data === undefined && body.length > 0) throw refuse.RECORD_UNAVAILABLE()
      return (data ?? {}) as T
    }
    const send = <T>(path: string, resource: object, headers: Readonly<Record<string, string>> = {}): Promise<T> =>
      call({ path, method: 'POST', headers: { 'content-type': FHIR_JSON, ...headers }, body: JSON.stringify(resource) })
    const firstPage = (type: string, criteria: SearchCriteria): Promise<Bundle> => {
      const asked = new URLSearchParams('_cursor' in criteria ? {} : { _count: String(PAGE) })
      for (const [name, value] of Object.entries(criteria)) {
        asked.delete(name)
        for (const one of typeof value === 'string' ? [value] : value) asked.append(name, one)
      }
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return call({ path: `/${type}/_search`, method: 'POST', headers, body: asked.toString(), repeatable: true })
    }
    const find = async <T extends Resource>(type: string, criteria: SearchCriteria): Promise<Found<T>> =>
      matchesIn<T>(await firstPage(type, criteria))
    return {
      read: async <T extends Resource>(type: T['resourceType'], id: string) => {
        if (!LOGICAL_ID.test(id)) throw refuse.NOT_FOUND()
        return call<T>({ path: `/${type}/${id}` })
      },
      find,
      async findAll<T extends Resource>(type: T['resourceType'], criteria: SearchCriteria) {
        const all: T[] = []
        const brought = new Map<string, Resource>()
        for (let bundle = await firstPage(type, criteria); ;) {
          const page = matchesIn<T>(bundle)
          all.push(...page.all)
          for (const [reference, one] of page.brought) brought.set(reference, one)
          const next = nextIn(bundle)
          if (next === undefined || all.length >= MOST) return { all, brought, more: page.more }
          // The address the record is known by outside need not be the one it is reached by from here: only the query counts.
          bundle = await call({ path: `/${type}${new URL(next, baseUrl).search}` })
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
      create: <T extends Resource>(resource: T, unlessThereIs: string) =>
        send<T>(`/${resource.resourceType}`, resource, { 'if-none-exist': unlessThereIs, prefer: 'return=representation' }),
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
        await send('', { resourceType: 'Bundle', type: 'transaction', entry })
      },
      async patch(reference, version, elements) {
        if (!LOCAL.test(reference)) throw refuse.NOT_FOUND()
        const jsonPatch = Object.entries(elements).map(([name, value]) =>
          value === undefined ? { op: 'remove', path: `/${name}` } : { op: 'add', path: `/${name}`, value },
        )
        const headers = { 'content-type': 'application/json-patch+json', 'if-match': `W/"${version}"` }
        await call({ path: `/${reference}`, method: 'PATCH', headers, body: JSON.stringify(jsonPatch) })
      },
      async operate(reference, name, parameters) {
        if (!LOCAL.test(reference)) throw refuse.NOT_FOUND()
        await send(`/${reference}/${name}`, parameters)
      },
      async ask<T extends Resource>(at: string, name: string, given: Criteria | Parameters = {}, how: { readonly withinMs?: number } = {}) {
        if (at !== '' && !AT.test(at)) throw refuse.NOT_FOUND()
        const path = at === '' ? `/${name}` : `/${at}/${name}`
        if (isParameters(given))
          return call<T>({ path, method: 'POST', headers: { 'content-type': FHIR_JSON }, body: JSON.stringify(given), ...how })
        return call<T>({ path: `${path}?${new URLSearchParams(given).toString()}`, ...how })
      },
      consider: (resource, name, criteria = {}) =>
        send<Parameters>(`/${resource.resourceType}/${name}?${new URLSearchParams(criteria).toString()}`, resource),
      async file(reference, name, criteria = {}) {
        if (!LOCAL.test(reference)) throw refuse.NOT_FOUND()
        const path = `/${reference}/${name}?${new URLSearchParams(criteria).toString()}`
        const answer = await ask({ path, headers: { authorization }, withinMs: FILE_WITHIN_MS }).catch((cause: unknown) => {
          throw refuse.RECORD_UNAVAILABLE({}, { cause })
        })
        if (answer.status < 200 || answer.status > 299) throw refusalOf(answer.status, readJson(answer.body))
        return { type: answer.headers['content-type'] ?? 'application/octet-stream', body: answer.body }
      },
      async stream(topic, signal, lastEventId) {
        const headers = { authorization, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) }
        const { ok, status, body } = await fetch(new URL(`/alerts/stream?topic=${topic}`, baseUrl), { headers, signal }).catch(
          (cause: unknown) => {
            throw refuse.RECORD_UNAVAILABLE({}, { cause })
          },
        )
        if (!ok || body === null) throw refusalOf(status, undefined)
        return Readable.fromWeb(body as never)
      },
      async trail(patient, count) {
        const query = new URLSearchParams({ patient: `Patient/${patient}`, _count: String(count) })
        return matchesIn<AuditEvent>(await call({ path: `/AuditEvent?${query.toString()}` }))
      },
    }
  }
}

const FHIR_JSON = 'application/fhir+json'

/** What is no JSON says nothing; a success that is none is no success. */
function readJson(body: Buffer): unknown {
  try {
    return body.length === 0 ? undefined : JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

const isParameters = (given: Criteria | Parameters): given is Parameters =>
  (given as { resourceType?: unknown }).resourceType === 'Parameters'

const LOGICAL_ID = /^[A-Za-z0-9\-.]{1,64}$/
const AT = /^[A-Z][A-Za-z]+(?:\/[A-Za-z0-9\-.]{1,64})?$/
const LOCAL = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

function matchesIn<T>(bundle: Bundle): Found<T> {
  const next = nextIn(bundle)
  const cursor = next === undefined ? null : URL.parse(next)?.searchParams.get('_cursor')
  const of = (mode: 'match' | 'include') =>
    (bundle.entry ?? []).flatMap(({ resource, search }) => (resource === undefined || (search?.mode ?? 'match') !== mode ? [] : [resource]))
  return {
    all: of('match') as T[],
    more: next !== undefined,
    ...(cursor === null || cursor === undefined ? {} : { next: cursor }),
    brought: new Map(of('include').map((one) => [`${one.resourceType}/${one.id ?? ''}`, one])),
  }
}

const nextIn = ({ link = [] }: Bundle): string | undefined => link.find(({ relation }) => relation === 'next')?.url

/** As many at a time as one page has room for. */
const inPages = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, page) => ids.slice(page * PAGE, (page + 1) * PAGE))

/** What the record answered, as a refusal a person can be shown. */
function refusalOf(status: number, data: unknown): Error {
  if (status >= 500 || status === 429) return refuse.RECORD_UNAVAILABLE()
  if (status === 401) return refuse.SESSION_ENDED()
  if (status === 403) return refuse.NOT_ALLOWED()
  if (status === 404 || status === 410) return refuse.NOT_FOUND()
  if (status === 409 || status === 412) return refuse.CHANGED_MEANWHILE()
  return recordRefused(((data as Partial<OperationOutcome> | undefined)?.issue ?? []).map(toIssue), undefined)
}

function toIssue({ severity, code, details, diagnostics, expression }: NonNullable<OperationOutcome['issue']>[number]): Issue {
  return {
    severity: severity as Issue['severity'],
    code: code as Issue['code'],
    text: details?.text ?? diagnostics ?? '',
    ...(details?.coding?.[0]?.code === undefined ? {} : { rule: details.coding[0].code }),
    ...(details?.text === undefined || diagnostics === undefined ? {} : { remedy: diagnostics }),
    ...(expression?.[0] === undefined ? {} : { expression: expression[0] }),
  }
}
