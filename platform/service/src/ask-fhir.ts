/** A search of the record by plain HTTP, for whoever waits for a page: a client that fetches takes several times the processor time for the same answer. */
import type { Bundle, OperationOutcome } from '@medplum/fhirtypes'
import type { Ask } from './ask.ts'

/** What the record refused, in the form in which fhir-kit-client throws it. */
export class SearchRefused extends Error {
  override readonly name = 'SearchRefused'
  readonly response: { readonly status: number; readonly data?: OperationOutcome }

  constructor(status: number, data: OperationOutcome | undefined) {
    super(`The record answered a search with ${status}.`)
    this.response = { status, ...(data === undefined ? {} : { data }) }
  }
}

/** What is searched for, and by whom. */
export interface SearchAsked {
  /** Several values of one name are several parameters. They travel in the body, never in a URL. */
  readonly criteria: Readonly<Record<string, string | readonly string[]>>
  readonly headers: Readonly<Record<string, string>>
  /** How long the whole answer may take, in milliseconds. */
  readonly withinMs: number
}

/** The first page of a search. @throws SearchRefused; Error when nothing came back, or not in time */
export async function firstPage(ask: Ask, type: string, { criteria, headers, withinMs }: SearchAsked): Promise<Bundle> {
  const asked = new URLSearchParams(
    Object.entries(criteria).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as [string, string])),
  )
  const { status, body } = await ask({
    path: `/${type}/_search`,
    method: 'POST',
    headers: { accept: 'application/fhir+json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: asked.toString(),
    withinMs,
    repeatable: true,
  })
  if (status < 200 || status > 299) throw new SearchRefused(status, outcomeIn(body))
  return JSON.parse(body.toString()) as Bundle
}

/** What says nothing in JSON says nothing. */
function outcomeIn(body: Buffer): OperationOutcome | undefined {
  try {
    return JSON.parse(body.toString()) as OperationOutcome
  } catch {
    return undefined
  }
}
