/**
 * A FHIR server for tests that really listens: it keeps resources in memory, and knows as much of FHIR as a reactor asks of the
 * record. Read, create, conditional create, update with If-Match, transaction, search by a few parameters; and the hub's own two
 * rules about Tasks. What it does not know it refuses, so that no test passes by its leniency.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { brokenRule } from './fake-record-rules.ts'
import { searchFake } from './fake-record-search.ts'
import type { TestScope } from './database.ts'
import { topicFactsOf } from '@platform/fhir/topic-facts'

/** A change as a consumer of the record would hear it, and who made it. */
export interface FakeChange {
  readonly changeId: string
  readonly type: string
  readonly id: string
  readonly versionId: string
  /** The bearer token of the writer: tests use client ids as tokens. */
  readonly author: string | undefined
  /** What subscriptions are held against, as it was with this change. */
  readonly facts: readonly string[]
}

/** A record of one test. */
export interface FakeRecord {
  /** FHIR base, `http://127.0.0.1:<port>/fhir`. */
  readonly url: string
  /** Every change so far, first one first. */
  readonly changes: readonly FakeChange[]
  /** `METHOD path` of every request so far, ids replaced by `:id`. */
  readonly requests: string[]
  /** Stores a resource as it stands, under its own id, as if another client had written it; `by` is whose a Subscription is. */
  seed<T extends Resource>(resource: T, by?: string): T
  /** A resource as it is now, by `Type/id`. */
  read<T extends Resource>(reference: string): T
  /** Every resource of a type, in the order of creation. */
  all<T extends Resource>(type: T['resourceType']): readonly T[]
  /** Runs once, before the next write is made: lets a test be faster than the writer. */
  beforeNextWrite(act: () => void): void
  /** From now on the author of this Subscription may read nothing: the record would say 404 to them. */
  closeTo(subscription: string): void
  /** From now on only this token reads Patients: everybody else wrote about somebody whom they may not see. */
  showPeopleOnlyTo(token: string): void
  /** Refuses the next transaction with 422, as if something in it were wrong. */
  refuseNextTransaction(): void
  /** Answers so many requests with this status instead of doing them. */
  fail(status: number, times: number): void
}

type Stored = Map<string, Resource>

interface Answer {
  readonly status: number
  readonly body?: Resource | undefined
  readonly location?: string | undefined
  readonly owner?: string | undefined
}

/** A fault as FHIR says it. */
class Fault extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

/**
 * Starts a record that stops with the test.
 *
 * @param now the time it writes into `meta.lastUpdated`
 */
export async function fakeRecord(t: TestScope, { now = () => new Date() }: { now?: () => Date } = {}): Promise<FakeRecord> {
  let stored: Stored = new Map()
  let minted = 0
  let before: (() => void) | undefined
  let refusing = false
  let failing = { status: 503, times: 0 }
  const changes: FakeChange[] = []
  const requests: string[] = []
  const owners = new Map<string, string>()
  const closedTo = new Set<string>()
  let seesPeople: string | undefined

  const put = (into: Stored, resource: Resource, id: string): Resource => {
    const reference = `${resource.resourceType}/${id}`
    const version = Number(into.get(reference)?.meta?.versionId ?? 0) + 1
    const next = { ...resource, id, meta: { ...resource.meta, versionId: String(version), lastUpdated: now().toISOString() } } as Resource
    into.set(reference, next)
    return next
  }

  const write = (into: Stored, { method, url, ifMatch, ifNoneExist }: NonNullable<BundleEntry['request']>, resource: Resource): Answer => {
    const [type = '', id] = url.split('/')
    if (resource?.resourceType !== type) throw new Fault(400, `The body is no ${type}.`)
    if (method === 'POST') {
      const found = ifNoneExist === undefined ? [] : searchFake([...into.values()], type, new URLSearchParams(ifNoneExist)).matches
      if (found.length > 1) throw new Fault(412, 'More than one resource matches the condition.')
      if (found[0] !== undefined) return { status: 200, location: locationOf(found[0]) }
      minted += 1
      const created = put(into, resource, `${type.toLowerCase()}-${minted}`)
      return { status: 201, body: created, location: locationOf(created) }
    }
    if (method !== 'PUT' || id === undefined) throw new Fault(405, `${method} is not known here.`)
    const current = into.get(url)
    if (current === undefined) throw new Fault(404, `There is no ${url}.`)
    if (ifMatch !== undefined && ifMatch !== `W/"${current.meta?.versionId}"`) throw new Fault(412, `${url} was changed by somebody else.`)
    const updated = put(into, resource, id)
    return { status: 200, body: updated, location: locationOf(updated) }
  }

  const tellOf = (resource: Resource, author: string | undefined) => {
    const { resourceType: type, id = '', meta } = resource
    changes.push({
      changeId: String(changes.length + 1),
      type,
      id,
      versionId: meta?.versionId ?? '1',
      author,
      facts: topicFactsOf(resource),
    })
  }

  /** Writes all or nothing, then tells the changes. */
  const commit = (author: string | undefined, work: (into: Stored) => readonly Answer[]): readonly Answer[] => {
    const act = before
    before = undefined
    act?.()
    const next: Stored = new Map(stored)
    const answers = work(next)
    const broken = brokenRule(stored, next)
    if (broken !== undefined) throw new Fault(422, broken)
    const written = [...next].filter(([reference, resource]) => stored.get(reference) !== resource)
    stored = next
    for (const [, resource] of written) tellOf(resource, author)
    return answers
  }

  const transaction = (author: string | undefined, bundle: Bundle): Bundle => {
    const refused = refusing
    refusing = false
    if (refused) throw new Fault(422, 'Made to refuse.')
    const answers = commit(author, (into) => placing(bundle.entry ?? [], (request, resource) => write(into, request, resource)))
    return {
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: answers.map(({ status, body, location }) => ({
        ...(body === undefined ? {} : { resource: body }),
        response: { status: `${status} ${status === 201 ? 'Created' : 'OK'}`, ...(location === undefined ? {} : { location }) },
      })),
    }
  }

  const search = (type: string, params: URLSearchParams): Bundle => {
    const offset = Number(params.get('page') ?? 0)
    const size = Number(params.get('_count') ?? 50)
    const { matches, included } = searchFake([...stored.values()], type, params)
    const page = matches.slice(offset, offset + size)
    const further = new URLSearchParams(params)
    further.set('page', String(offset + size))
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      total: matches.length,
      ...(offset + size < matches.length && { link: [{ relation: 'next', url: `${base()}/${type}?${further.toString()}` }] }),
      entry: [
        ...page.map((resource) => ({ resource, search: { mode: 'match' as const } })),
        ...included(page).map((resource) => ({ resource, search: { mode: 'include' as const } })),
      ],
    }
  }

  /** The compartment of a person, of types that say whose they are by one element. https://hl7.org/fhir/R4/patient-operation-everything.html */
  const everything = (id: string, types: readonly string[]): Bundle => {
    if (!stored.has(`Patient/${id}`)) throw new Fault(404, `There is no Patient/${id}.`)
    if (types.length === 0) throw new Fault(400, 'Say by _type what is wanted.')
    const found = types.flatMap((type) =>
      type === 'Patient'
        ? [stored.get(`Patient/${id}`)]
        : searchFake([...stored.values()], type, new URLSearchParams({ patient: `Patient/${id}` })).matches,
    )
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      entry: found.flatMap((resource) => (resource === undefined ? [] : [{ resource, search: { mode: 'match' as const } }])),
    }
  }

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const author = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (author === undefined) throw new Fault(401, 'No token.')
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const [type, id, operation] = pathname.replace(/^\/fhir\/?/, '').split('/')
    requests.push(`${request.method} ${id === undefined || id === '_search' ? pathname : pathname.replace(id, ':id')}`)
    if (failing.times > 0) {
      failing = { ...failing, times: failing.times - 1 }
      throw new Fault(failing.status, 'Made to fail.')
    }
    const body = await bodyOf(request)
    if (type === '' && request.method === 'POST') return { status: 200, body: transaction(author, JSON.parse(body) as Bundle) }
    if (type === undefined || type === '') throw new Fault(404, 'There is nothing here.')
    if (id === '_search') return { status: 200, body: search(type, new URLSearchParams(body)) }
    if (request.method === 'GET' && type === 'Patient' && id !== undefined && operation === '$everything')
      return { status: 200, body: everything(id, searchParams.get('_type')?.split(',') ?? []) }
    if (operation !== undefined) throw new Fault(404, `${operation} is not known here.`)
    if (request.method === 'GET' && id === undefined) return { status: 200, body: search(type, searchParams) }
    if (request.method === 'GET') {
      const found = stored.get(`${type}/${id}`)
      const hidden = type === 'Patient' && seesPeople !== undefined && seesPeople !== author
      if (found === undefined || hidden || closedTo.has(headerOf(request, 'x-handrail-subscriber') ?? ''))
        throw new Fault(404, `There is no ${type}/${id}.`)
      return { status: 200, body: found, owner: owners.get(`${type}/${id}`) }
    }
    const ifNoneExist = headerOf(request, 'if-none-exist')
    const ifMatch = headerOf(request, 'if-match')
    if (request.method === 'PATCH') {
      const current = stored.get(`${type}/${id}`)
      if (current === undefined) throw new Fault(404, `There is no ${type}/${id}.`)
      const request_ = { method: 'PUT' as const, url: `${type}/${id}`, ...(ifMatch === undefined ? {} : { ifMatch }) }
      return (
        commit(author, (into) => [write(into, request_, patched(current, JSON.parse(body) as readonly JsonPatch[]))])[0] ?? { status: 500 }
      )
    }
    const how = {
      method: request.method as 'POST' | 'PUT',
      url: id === undefined ? type : `${type}/${id}`,
      ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
      ...(ifMatch === undefined ? {} : { ifMatch }),
    }
    return commit(author, (into) => [write(into, how, JSON.parse(body) as Resource)])[0] ?? { status: 500 }
  }

  const server = createServer((request, response) => {
    handle(request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, { status: error instanceof Fault ? error.status : 500, body: outcomeOf(error) }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`

  return {
    url: base(),
    changes,
    requests,
    seed: (resource, by = 'Client/operator') => {
      owners.set(`${resource.resourceType}/${resource.id ?? ''}`, by)
      const next = put(stored, resource, resource.id ?? '')
      tellOf(next, 'seed')
      return next as typeof resource
    },
    read: <T extends Resource>(reference: string) => {
      const found = stored.get(reference)
      if (found === undefined) throw new Error(`The record has no ${reference}.`)
      return found as T
    },
    all: <T extends Resource>(type: T['resourceType']) => [...stored.values()].filter(({ resourceType }) => resourceType === type) as T[],
    beforeNextWrite: (act) => {
      before = act
    },
    closeTo: (subscription) => void closedTo.add(subscription),
    showPeopleOnlyTo: (token) => {
      seesPeople = token
    },
    refuseNextTransaction: () => {
      refusing = true
    },
    fail: (status, times) => {
      failing = { status, times }
    },
  }
}

/** Writes entries in order; a later one may refer to an earlier one by its fullUrl. https://hl7.org/fhir/R4/http.html#trules */
function placing(
  entries: readonly BundleEntry[],
  write: (request: NonNullable<BundleEntry['request']>, resource: Resource) => Answer,
): Answer[] {
  const places = new Map<string, string>()
  return entries.map(({ fullUrl, request, resource }) => {
    if (request === undefined || resource === undefined) throw new Fault(400, 'An entry lacks request or resource.')
    const text = JSON.stringify(resource).replace(/urn:uuid:[0-9a-f-]{36}/g, (urn) => places.get(urn) ?? urn)
    const answer = write(request, JSON.parse(text) as Resource)
    if (fullUrl !== undefined && answer.location !== undefined) places.set(fullUrl, answer.location.split('/_history/')[0] ?? '')
    return answer
  })
}

interface JsonPatch {
  readonly op: string
  readonly path: string
  readonly value: unknown
}

/** JSON Patch, RFC 6902, as far as reactors use it: add and replace. */
function patched(resource: Resource, changes: readonly JsonPatch[]): Resource {
  const next = structuredClone(resource)
  for (const { path, value } of changes) {
    const names = path.split('/').slice(1)
    const last = names.pop() ?? ''
    const holder = names.reduce<unknown>((held, name) => (held as Record<string, unknown>)[name], next)
    Object.assign(holder as object, { [last]: value })
  }
  return next
}

const locationOf = ({ resourceType, id, meta }: Resource): string => `${resourceType}/${id}/_history/${meta?.versionId}`

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, { status, body, location, owner }: Answer): void {
  const version = body?.meta?.versionId
  response.writeHead(status, {
    'content-type': 'application/fhir+json',
    ...(version === undefined ? {} : { etag: `W/"${version}"` }),
    ...(location === undefined ? {} : { location }),
    ...(owner === undefined || body?.resourceType !== 'Subscription' ? {} : { 'x-handrail-author': owner }),
  })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

const outcomeOf = (error: unknown): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'processing', details: { text: error instanceof Error ? error.message : 'Failed.' } }],
})
