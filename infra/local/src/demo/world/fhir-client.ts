/** A system that speaks FHIR to the hub, as any other would: SMART Backend Services for its token, then HTTP. */
import type { Bundle, OperationOutcome, Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes'
import { tokenSource } from '@platform/service/token-source'
import type { JWK } from 'jose'
import { NotSo } from '../story.ts'

/** What came back. */
export interface Answer<T> {
  readonly status: number
  readonly body: T
}

/** A client of the hub. */
export interface FhirClient {
  /** Any request under PUBLIC_URL; answers whatever comes back. */
  ask<T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer<T>>
  /** @throws NotSo when it cannot be read */
  read<T extends Resource>(reference: string): Promise<T>
  /** Every match of the first page. @throws NotSo when the search is refused */
  find<T extends Resource>(type: string, query: Readonly<Record<string, string>>): Promise<T[]>
  /** @throws NotSo when it is refused */
  create<T extends Resource>(resource: T): Promise<T & { readonly id: string }>
  /** `POST [reference]/[operation]`. @throws NotSo when it is refused */
  operate<T extends Resource>(reference: string, operation: string, ...parameter: readonly ParametersParameter[]): Promise<T>
  /** An access token, for what is not FHIR. */
  token(): Promise<string>
}

/** How long the hub may take over one request, in milliseconds. */
const ANSWER_WITHIN_MS = 30_000

/** @param key the private key under which the client is registered */
export function fhirClient(url: string, clientId: string, key: JWK): FhirClient {
  const tokens = tokenSource({ tokenUrl: `${url}/identity/token`, clientId, key })

  async function ask<T>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokens.get()}`,
        accept: 'application/fhir+json',
        'content-type': 'application/fhir+json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
  }

  async function mustAnswer<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await ask<T | OperationOutcome>(method, path, body)
    if (answer.status < 200 || answer.status > 299) {
      throw new NotSo(`The hub refused ${clientId} with ${String(answer.status)}: ${reasonIn(answer.body)}`)
    }
    return answer.body as T
  }

  return {
    ask,
    read: (reference) => mustAnswer('GET', `/fhir/${reference}`),
    async find<T extends Resource>(type: string, query: Readonly<Record<string, string>>) {
      const bundle = await mustAnswer<Bundle>('GET', `/fhir/${type}?${new URLSearchParams(query).toString()}`)
      return (bundle.entry ?? []).flatMap(({ resource, search }) =>
        resource === undefined || search?.mode === 'outcome' ? [] : [resource as T],
      )
    },
    create: (resource) => mustAnswer('POST', `/fhir/${resource.resourceType}`, resource),
    operate: (reference, operation, ...parameter) =>
      mustAnswer('POST', `/fhir/${reference}/${operation}`, { resourceType: 'Parameters', parameter: [...parameter] } satisfies Parameters),
    token: () => tokens.get(),
  }
}

/** What a refusal says. */
export function reasonIn(body: unknown): string {
  const { issue = [] } = (body ?? {}) as Partial<OperationOutcome>
  const said = issue.map(({ diagnostics, details }) => details?.text ?? diagnostics ?? '').filter((text) => text !== '')
  return said.length === 0 ? 'no reason given' : said.join(' ')
}
