/**
 * The record, as this service reads and writes it: the FHIR client of the passport. What is written is guarded by If-Match or by a
 * conditional create, so that a decision made on what is no longer so is made again. https://hl7.org/fhir/R4/http.html
 */
import { Client } from 'fhir-kit-client'
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes'
import type { Issue } from '@platform/fhir/errors'
import { changedNoEarlier } from '@platform/fhir/task-times'
import { askAt } from '@platform/service/ask'
import { firstPage } from '@platform/service/ask-fhir'
import { recordRefused, refuse } from '../errors.ts'

/** Gives a bearer token whenever one is needed. */
export interface TokenSource {
  get(): Promise<string>
  /** Told when the record did not believe the token. */
  forget?(): void
}

/** Who has this service write. */
export interface Behalf {
  /** `Organization/<id>` */
  readonly organization: string
  /** The person, or the client, as their token names them. */
  readonly subject: string
}

/** Search parameters with their values; several values of one name are several parameters. */
export type Criteria = Readonly<Record<string, string | readonly string[]>>

/** Where an entry of a transaction is now. */
export interface Placed {
  /** `Type/id` */
  readonly reference: string
  /** It was not there before. */
  readonly created: boolean
}

/** What is true now, and writing what follows from it. */
export interface FhirRecord {
  /** The resource at `Type/id`; nothing when there is none that the token may see. */
  read<T extends Resource>(reference: string): Promise<T | undefined>
  /** The same with whose it is, which the record tells those who serve subscriptions: `Organization/…`, or `Client/…` for the operator. */
  readWithAuthor<T extends Resource>(reference: string): Promise<{ readonly resource: T; readonly author?: string } | undefined>
  /** Whether the author of a Subscription, a person or a carer, may read a resource now. The record decides, as it does when they read it themselves. */
  maySubscriberRead(subscription: string, reference: string): Promise<boolean>
  /** Every match of a search, page after page. The criteria travel in the body, never in a URL. */
  search<T extends Resource>(type: Resource['resourceType'], criteria: Criteria): Promise<readonly T[]>
  /** What the record of a person holds of these types, the Patient too where that is named; nothing when the token may not see the person. */
  everything<T extends Resource>(patient: string, types: readonly Resource['resourceType'][]): Promise<readonly T[]>
  /**
   * Writes all entries or none.
   *
   * @returns the place of each entry in order; nothing when somebody was faster and nothing was written
   */
  transact(entries: readonly BundleEntry[]): Promise<readonly Placed[] | undefined>
  /**
   * Reads the resource, decides, and writes what was decided with If-Match; reads and decides again when somebody was faster.
   *
   * @param decide gives the same object when nothing is to change
   * @returns the resource as it is now; nothing when there is none that the token may see
   * @throws RECORD_BUSY after the sixth time, and whatever `decide` throws
   */
  change<T extends Resource>(reference: string, decide: (resource: T) => T): Promise<T | undefined>
  /** The same record, asked with another token. */
  as(tokens: TokenSource): FhirRecord
  /** The same record, written by this service for whoever asked it to: the trail says who, and for which organisation. */
  onBehalfOf(behalf: Behalf): FhirRecord
}

const ATTEMPTS = 6
const PAGE = '200'
const ANSWER_WITHIN_MS = 20_000

/** Opens the record at a FHIR base such as `http://127.0.0.1:8080/fhir`. Connections are kept alive between requests. */
export function openRecord({
  baseUrl,
  tokens,
  behalf,
}: {
  readonly baseUrl: string
  readonly tokens: TokenSource
  readonly behalf?: Behalf
}): FhirRecord {
  const client = new Client({ baseUrl })
  const ask = askAt(baseUrl)
  const forWhom: Record<string, string> =
    behalf === undefined
      ? {}
      : { 'x-handrail-on-behalf-of': behalf.organization, 'x-handrail-asked-by': encodeURIComponent(behalf.subject) }
  const options = async (headers: Record<string, string> = {}) => ({
    headers: { ...headers, ...forWhom, authorization: `Bearer ${await tokens.get()}` },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (statusOf(cause) === 401 && tokens.forget !== undefined) {
        tokens.forget()
        return work().catch((again: unknown) => {
          throw refusalOf(again)
        })
      }
      throw refusalOf(cause)
    }
  }

  const read = async <T extends Resource>(reference: string, headers: Record<string, string> = {}): Promise<T | undefined> => {
    const [resourceType = '', id = ''] = reference.split('/')
    try {
      return await asked(async () => (await client.read({ resourceType, id, options: await options(headers) })) as unknown as T)
    } catch (error) {
      if (httpOf(error) === 404 || httpOf(error) === 410) return undefined
      throw error
    }
  }

  const allPages = async <T extends Resource>(path: string, first: unknown): Promise<readonly T[]> => {
    const found: Resource[] = []
    for (let page = first as Bundle | undefined; page !== undefined;) {
      for (const { resource, search: how } of page.entry ?? []) if (resource !== undefined && how?.mode !== 'outcome') found.push(resource)
      const next: string | undefined = page.link?.find(({ relation }) => relation === 'next')?.url
      // The address the record is known by outside need not be the one it is reached by from here: only the query counts.
      page =
        next === undefined
          ? undefined
          : ((await client.request(`${path}${new URL(next, baseUrl).search}`, { options: await options() })) as unknown as Bundle)
    }
    return found as T[]
  }

  const everything = async <T extends Resource>(patient: string, types: readonly string[]): Promise<readonly T[]> => {
    const path = `Patient/${patient}/$everything`
    try {
      return await asked(async () =>
        allPages<T>(path, await client.request(`${path}?_type=${types.join(',')}`, { options: await options() })),
      )
    } catch (error) {
      if (httpOf(error) === 404 || httpOf(error) === 410) return []
      throw error
    }
  }

  const search = async <T extends Resource>(type: string, criteria: Criteria): Promise<readonly T[]> => {
    // Strict: a parameter that the record does not know is refused, not passed over.
    const { headers } = await options({ prefer: 'handling=strict' })
    return allPages<T>(type, await firstPage(ask, type, { criteria: { ...criteria, _count: PAGE }, headers, withinMs: ANSWER_WITHIN_MS }))
  }

  const transact = async (entries: readonly BundleEntry[]): Promise<readonly Placed[] | undefined> => {
    const body: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [...entries] }
    try {
      const answer = await asked(async () => {
        const headers = { prefer: 'return=minimal', 'content-type': 'application/fhir+json' }
        return (await client.request(baseUrl, { method: 'POST', body, options: await options(headers) })) as unknown as Bundle
      })
      return entries.map((_, index) => {
        const response = answer.entry?.[index]?.response
        return { reference: placeOf(response?.location), created: response?.status.startsWith('201') === true }
      })
    } catch (error) {
      if (httpOf(error) === 412 || httpOf(error) === 409) return undefined
      throw error
    }
  }

  return {
    read: async (reference) => read(reference),
    maySubscriberRead: async (subscription, reference) => (await read(reference, { 'x-handrail-subscriber': subscription })) !== undefined,
    async readWithAuthor<T extends Resource>(reference: string) {
      const resource = await read<T>(reference)
      if (resource === undefined) return undefined
      const author = Client.httpFor(resource as never).response?.headers.get('x-handrail-author') ?? undefined
      return { resource, ...(author === undefined ? {} : { author }) }
    },
    search: async (type, criteria) => asked(async () => search(type, criteria)),
    everything,
    transact,
    async change<T extends Resource>(reference: string, decide: (resource: T) => T) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const current = await read<T>(reference)
        if (current === undefined) return undefined
        const next = decide(current)
        if (next === current) return current
        const [resourceType = '', id = ''] = reference.split('/')
        try {
          const headers = { 'if-match': `W/"${current.meta?.versionId ?? ''}"`, prefer: 'return=representation' }
          return await asked(
            async () =>
              (await client.update({
                resourceType,
                id,
                body: changedNoEarlier(next) as never,
                options: await options(headers),
              })) as unknown as T,
          )
        } catch (error) {
          if (httpOf(error) !== 412 && httpOf(error) !== 409) throw error
        }
      }
      throw refuse.RECORD_BUSY({ reference })
    },
    as: (others) => openRecord({ baseUrl, tokens: others }),
    onBehalfOf: (whom) => openRecord({ baseUrl, tokens, behalf: whom }),
  }
}

/** `Type/id` in `…/Type/id/_history/1`, absolute or relative. */
const placeOf = (location: string | undefined): string =>
  /([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/|$)/.exec(location ?? '')?.[1] ?? ''

const answerOf = (error: unknown) => (error as { response?: { status?: number; data?: OperationOutcome } }).response
const statusOf = (error: unknown): number | undefined => answerOf(error)?.status
const httpOf = (error: unknown): number | undefined => (error as { http?: number }).http

/** What the record answered, as a refusal of ours; what it did not answer, or answered as its own fault, is worth another try. */
function refusalOf(cause: unknown): Error {
  const answer = answerOf(cause)
  if (answer?.status === undefined || answer.status >= 500 || answer.status === 429) return refuse.RECORD_UNREACHABLE({}, { cause })
  const issues = (answer.data?.issue ?? []).map(({ severity, code, details, diagnostics, expression }): Issue => ({
    severity: severity as Issue['severity'],
    code: code as Issue['code'],
    text: details?.text ?? diagnostics ?? '',
    ...(details?.text === undefined || diagnostics === undefined ? {} : { remedy: diagnostics }),
    ...(expression?.[0] === undefined ? {} : { expression: expression[0] }),
  }))
  return recordRefused(answer.status, issues, cause)
}
