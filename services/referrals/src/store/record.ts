/**
 * The record, as this service reads and writes it: the FHIR client of the passport.
 *
 * A need is read whole, in one request: the ServiceRequest and every Task under it. A decision is written whole: one conditional
 * create, or one transaction with If-Match on whatever it replaces. https://hl7.org/fhir/R4/http.html
 */
import type { Bundle, BundleEntry, BundleEntryResponse, OperationOutcome, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Issue } from '@platform/fhir/errors'
import { changedNoEarlier } from '@platform/fhir/task-times'
import { askAt } from '@platform/service/ask'
import { firstPage } from '@platform/service/ask-fhir'
import { Client } from 'fhir-kit-client'
import { referenceTo, type Need } from '../domain/need.ts'
import { NEED_KEY, TASK_KEY } from '../domain/vocabulary.ts'
import { afterwards, type Open, type Write } from '../domain/write.ts'
import { recordRefused, refuse } from '../errors.ts'

/** Gives a bearer token whenever one is needed. */
export interface TokenSource {
  get(): Promise<string>
  /** Told when the record did not believe the token. */
  forget?(): void
}

/** A need after a decision, and what the decision wrote. */
export interface Decided {
  readonly need: Need
  readonly writes: readonly Write[]
}

/** What is true now, and writing what follows from it. */
export interface FhirRecord {
  /** The resource at `Type/id`; nothing when there is none that the token may see. */
  read<T extends Resource>(reference: string): Promise<T | undefined>
  /** Every match of a search, page after page. The criteria travel in the body, never in a URL. */
  search<T extends Resource>(type: T['resourceType'], criteria: Readonly<Record<string, string>>): Promise<readonly T[]>
  /** A need with all its steps; nothing when there is no such ServiceRequest that the token may see. */
  readNeed(id: string): Promise<Need | undefined>
  /**
   * Reads the need, decides, and writes the decision in one transaction. When somebody else was faster it reads again and
   * decides again.
   *
   * @param writeAs whose token the decision is written with; this record's own unless given
   * @throws CHANGED_TOO_OFTEN after the sixth time, RECORD_REFUSED, RECORD_UNAVAILABLE, and whatever `decide` throws
   */
  change(
    needId: string,
    decide: (need: Need) => Promise<readonly Write[]> | readonly Write[],
    writeAs?: TokenSource,
  ): Promise<Decided | undefined>
  /**
   * Opens steps of any needs, all in one transaction.
   *
   * @returns the id of each by its key; nothing for a key that a Task had already
   */
  open(steps: readonly Open[]): Promise<ReadonlyMap<string, string | undefined>>
  /**
   * Creates a request unless one with the same key exists.
   *
   * @returns its reference either way, `ServiceRequest/<id>`
   */
  create(given: { readonly request: ServiceRequest; readonly key: string }): Promise<string>
  /**
   * A transaction, whole or not at all.
   *
   * @throws RECORD_REFUSED with the record's own issues, RECORD_UNAVAILABLE
   */
  transact(bundle: Bundle): Promise<Bundle>
  /**
   * Changes parts of a resource and leaves the rest as it is, to the digit. JSON Patch, RFC 6902.
   *
   * @param version that was read; `somebody was faster` when it is no longer the newest
   * @throws RECORD_REFUSED, RECORD_UNAVAILABLE
   */
  patch(
    reference: string,
    version: string,
    changes: readonly { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }[],
  ): Promise<'changed' | 'somebody was faster'>
  /** The same record, asked with another token. */
  as(tokens: TokenSource): FhirRecord
  /** The same record, asked by this service for an organisation that has no account: the trail says who it was for. @param organization `Organization/<id>` */
  onBehalfOf(organization: string): FhirRecord
}

const ATTEMPTS = 6
const PAGE = 200
/** Longer than that and the record counts as away, in milliseconds. */
const ANSWER_WITHIN_MS = 60_000

/** Opens the record at a FHIR base such as `http://127.0.0.1:8080/fhir`. Connections are kept alive between requests. */
export function openRecord({ baseUrl, tokens, behalf }: { baseUrl: string; tokens: TokenSource; behalf?: string }): FhirRecord {
  const client = new Client({ baseUrl })
  const ask = askAt(baseUrl)
  const forWhom: Record<string, string> = behalf === undefined ? {} : { 'x-handrail-on-behalf-of': behalf }
  const authorised = async (headers: Record<string, string> = {}, by: TokenSource = tokens) => ({
    headers: { ...headers, ...forWhom, authorization: `Bearer ${await by.get()}` },
  })

  const search = async <T extends Resource>(type: string, criteria: Record<string, string | string[]>): Promise<readonly T[]> => {
    // Strict: a parameter that the record does not know is refused, not passed over. A need read without its steps would look lost.
    const { headers } = await authorised({ prefer: 'handling=strict' })
    const first = await firstPage(ask, type, { criteria, headers, withinMs: ANSWER_WITHIN_MS })
    const found: Resource[] = []
    for (let page: Bundle | undefined = first; page !== undefined;) {
      found.push(
        ...(page.entry ?? []).flatMap(({ resource, search: how }) => (resource === undefined || how?.mode === 'outcome' ? [] : [resource])),
      )
      const next: string | undefined = page.link?.find(({ relation }) => relation === 'next')?.url
      // The address the record is known by outside need not be the one it is reached by from here: only the query counts.
      page =
        next === undefined
          ? undefined
          : ((await client.request(`${type}${new URL(next, baseUrl).search}`, { options: await authorised() })) as unknown as Bundle)
    }
    return found as T[]
  }

  const readNeed = async (id: string): Promise<Need | undefined> => {
    const found = await asked(
      search<ServiceRequest | Task>('ServiceRequest', { _id: id, _revinclude: ['Task:based-on', 'Task:focus'] }),
      tokens,
    )
    const request = found.find((resource) => resource.resourceType === 'ServiceRequest')
    return request === undefined ? undefined : { request, tasks: found.filter((resource) => resource.resourceType === 'Task') }
  }

  const create = async ({ open, key }: Open, by: TokenSource): Promise<Written> => {
    const headers = { prefer: 'return=minimal', 'if-none-exist': conditionOf(key) }
    const answer = await client.create({ resourceType: 'Task', body: open as never, options: await authorised(headers, by) })
    const { response } = Client.httpFor(answer)
    return response?.status === 201 ? { ids: new Map([[key, idIn(response.headers.get('location'))]]) } : 'somebody was faster'
  }

  const send = async (writes: readonly Write[], by: TokenSource): Promise<readonly BundleEntryResponse[]> => {
    const body: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: writes.map(toEntry) }
    const headers = { prefer: 'return=minimal', 'content-type': 'application/fhir+json' }
    const answer = (await client.request(baseUrl, { method: 'POST', body, options: await authorised(headers, by) })) as unknown as Bundle
    return writes.map((_write, index) => answer.entry?.[index]?.response ?? { status: '' })
  }

  const transact = async (writes: readonly Write[], by: TokenSource): Promise<Written> => {
    const responses = await send(writes, by)
    const opened = writes.flatMap((write, index) => ('open' in write ? [{ key: write.key, response: responses[index] }] : []))
    if (opened.every(({ response }) => isCreated(response))) {
      return { ids: new Map(opened.map(({ key, response }) => [key, idIn(response?.location)])) }
    }
    // A condition found what was not there when this was decided. What replaces was guarded by If-Match and is written.
    return writes.length > opened.length ? 'written beside others' : 'somebody was faster'
  }

  const write = async (writes: readonly Write[], by: TokenSource): Promise<Written> => {
    const [only, ...others] = writes
    try {
      return only !== undefined && 'open' in only && others.length === 0 ? await create(only, by) : await transact(writes, by)
    } catch (cause) {
      if (statusOf(cause) === 412 || statusOf(cause) === 409) return 'somebody was faster'
      throw refusalOf(cause, by)
    }
  }

  return {
    read: async <T extends Resource>(reference: string) => {
      const [resourceType = '', id = ''] = reference.split('/')
      try {
        return (await client.read({ resourceType, id, options: await authorised() })) as unknown as T
      } catch (cause) {
        if (statusOf(cause) === 404 || statusOf(cause) === 410) return undefined
        throw refusalOf(cause, tokens)
      }
    },
    search: (type, criteria) => asked(search(type, { ...criteria, _count: String(PAGE) }), tokens),
    readNeed,
    async change(needId, decide, writeAs = tokens) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const need = await readNeed(needId)
        if (need === undefined) return undefined
        const writes = await decide(need)
        if (writes.length === 0) return { need, writes }
        const written = await write(writes, writeAs)
        if (written === 'somebody was faster') continue
        if (written === 'written beside others') return { need: (await readNeed(needId)) ?? need, writes }
        return { need: afterwards(need, writes, (key) => written.ids.get(key) ?? ''), writes }
      }
      throw refuse.CHANGED_TOO_OFTEN({ reference: `ServiceRequest/${needId}` })
    },
    async open(steps) {
      const [only, ...others] = steps
      if (only !== undefined && others.length === 0) {
        const written = await asked(create(only, tokens), tokens)
        return new Map([[only.key, typeof written === 'string' ? undefined : written.ids.get(only.key)]])
      }
      const responses = await asked(send(steps, tokens), tokens)
      return new Map(steps.map(({ key }, index) => [key, isCreated(responses[index]) ? idIn(responses[index]?.location) : undefined]))
    },
    async create({ request, key }) {
      const condition = `identifier=${encodeURIComponent(`${NEED_KEY}|${key}`)}`
      const answer = await asked(
        client.create({
          resourceType: 'ServiceRequest',
          body: request as never,
          options: await authorised({ prefer: 'return=minimal', 'if-none-exist': condition }),
        }),
        tokens,
      )
      const { response } = Client.httpFor(answer)
      const id = /ServiceRequest\/([A-Za-z0-9\-.]{1,64})/.exec(response?.headers.get('location') ?? '')?.[1]
      if (id === undefined) throw refuse.RECORD_UNAVAILABLE()
      return `ServiceRequest/${id}`
    },
    async transact(bundle) {
      const headers = { prefer: 'return=minimal', 'content-type': 'application/fhir+json' }
      const answer = asked(
        (async () => client.request(baseUrl, { method: 'POST', body: bundle, options: await authorised(headers) }))(),
        tokens,
      )
      return (await answer) as unknown as Bundle
    },
    async patch(reference, version, changes) {
      const [resourceType = '', id = ''] = reference.split('/')
      const options = await authorised({ 'if-match': `W/"${version}"`, prefer: 'return=minimal' })
      try {
        await client.patch({ resourceType, id, jsonPatch: changes as never, options })
        return 'changed'
      } catch (cause) {
        if (statusOf(cause) === 412 || statusOf(cause) === 409) return 'somebody was faster'
        throw refusalOf(cause, tokens)
      }
    },
    as: (others) => openRecord({ baseUrl, tokens: others }),
    onBehalfOf: (organization) => openRecord({ baseUrl, tokens, behalf: organization }),
  }
}

/** The ids that the opened Tasks were given, by key; or that nothing was written; or that a step of the same key was there already. */
type Written = { readonly ids: ReadonlyMap<string, string> } | 'written beside others' | 'somebody was faster'

const isCreated = (response: BundleEntryResponse | undefined): boolean => response?.status.startsWith('201') === true

const conditionOf = (key: string): string => `identifier=${encodeURIComponent(`${TASK_KEY}|${key}`)}`

function toEntry(write: Write): BundleEntry {
  if ('open' in write) return { resource: write.open, request: { method: 'POST', url: 'Task', ifNoneExist: conditionOf(write.key) } }
  const change = changedNoEarlier(write.change)
  return { resource: change, request: { method: 'PUT', url: referenceTo(change), ifMatch: `W/"${change.meta?.versionId ?? ''}"` } }
}

/** The id in `…/Task/<id>/_history/<version>`, absolute or relative. */
const idIn = (location: string | null | undefined): string => /Task\/([A-Za-z0-9\-.]{1,64})/.exec(location ?? '')?.[1] ?? ''

const asked = <T>(answer: Promise<T>, by: TokenSource): Promise<T> =>
  answer.catch((cause: unknown) => {
    throw refusalOf(cause, by)
  })

const answerOf = (error: unknown) => (error as { response?: { status?: number; data?: OperationOutcome } }).response
const statusOf = (error: unknown): number | undefined => answerOf(error)?.status

/** What the record answered, as a refusal of ours; what it did not answer, or answered as its own fault, is worth another try. */
function refusalOf(cause: unknown, by: TokenSource): Error {
  const answer = answerOf(cause)
  if (answer?.status === 401) by.forget?.()
  if (answer?.status === undefined || answer.status >= 500 || answer.status === 429) return refuse.RECORD_UNAVAILABLE({}, { cause })
  const issues = (answer.data?.issue ?? []).map(({ severity, code, details, diagnostics, expression }): Issue => ({
    severity: severity as Issue['severity'],
    code: code as Issue['code'],
    text: details?.text ?? diagnostics ?? '',
    ...(details?.text === undefined || diagnostics === undefined ? {} : { remedy: diagnostics }),
    ...(expression?.[0] === undefined ? {} : { expression: expression[0] }),
  }))
  return recordRefused(answer.status, issues, cause)
}
