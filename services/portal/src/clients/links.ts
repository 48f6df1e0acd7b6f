/**
 * The five operations of a secure link, which need no account: the token travels in the body, never in an address. What they answer is a word and what
 * belongs to it. A link that leads nowhere is NOT_FOUND; who has to enter a code again gets LINK_SESSION_OVER.
 */
import type { Bundle, OperationOutcome, Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { recordRefused, refuse } from '../errors.ts'

/** What somebody with a link can do. */
export interface LinkClient {
  code(token: string): Promise<string>
  open(token: string, code: string): Promise<{ readonly went: string; readonly session?: string; readonly left?: number }>
  /** @throws LINK_SESSION_OVER */
  read(token: string, session: string): Promise<LinkRead>
  /** @throws LINK_SESSION_OVER, CHANGED_MEANWHILE, RECORD_REFUSED */
  answer(token: string, session: string, given: readonly ParametersParameter[]): Promise<string>
  renew(token: string): Promise<string>
}

/** What a link leads to. */
export interface LinkRead {
  readonly organization: string
  readonly sender?: string
  /** One of the eight plain words, as its code. */
  readonly status: string
  readonly due?: string
  readonly answers: readonly string[]
  readonly nextOwners: readonly { readonly reference: string; readonly name: string }[]
  /** What may be shown of the person; absent once the step is closed. */
  readonly payload?: Bundle
}

const ANSWER_WITHIN_MS = 10_000

/** @param baseUrl FHIR base, such as `http://127.0.0.1:8080/fhir` */
export function linkClient(baseUrl: string): LinkClient {
  const ask = async (name: string, given: readonly ParametersParameter[]): Promise<readonly ParametersParameter[]> => {
    const response = await fetch(`${baseUrl}/$${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Parameters', parameter: given }),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((cause: unknown) => {
      throw refuse.RECORD_UNAVAILABLE({}, { cause })
    })
    const body = (await response.json().catch(() => ({}))) as Parameters | Partial<OperationOutcome>
    if (response.ok) return (body as Parameters).parameter ?? []
    throw refusalOf(response.status, body as Partial<OperationOutcome>)
  }
  const text = (name: string, valueString: string): ParametersParameter => ({ name, valueString })
  const wentIn = (parameter: readonly ParametersParameter[]) => parameter.find(({ name }) => name === 'went')?.valueCode ?? ''
  return {
    code: async (token) => wentIn(await ask('link-code', [text('token', token)])),
    renew: async (token) => wentIn(await ask('link-renew', [text('token', token)])),
    async open(token, code) {
      const parameter = await ask('link-open', [text('token', token), text('code', code)])
      const session = parameter.find(({ name }) => name === 'session')?.valueString
      const left = parameter.find(({ name }) => name === 'left')?.valueUnsignedInt
      return { went: wentIn(parameter), ...(session === undefined ? {} : { session }), ...(left === undefined ? {} : { left }) }
    },
    read: async (token, session) => toRead(await ask('link-read', [text('token', token), text('session', session)])),
    answer: async (token, session, given) => wentIn(await ask('link-answer', [text('token', token), text('session', session), ...given])),
  }
}

function toRead(parameter: readonly ParametersParameter[]): LinkRead {
  const one = (name: string) => parameter.find((each) => each.name === name)
  const sender = one('sender')?.valueString
  const due = one('due')?.valueDateTime
  const payload = one('payload')?.resource
  return {
    organization: one('organization')?.valueString ?? '',
    status: one('status')?.valueCoding?.code ?? 'sent',
    answers: parameter.flatMap(({ name, valueCode }) => (name === 'answer' && valueCode !== undefined ? [valueCode] : [])),
    nextOwners: parameter.flatMap(({ name, valueReference }) =>
      name === 'nextOwner' && valueReference?.reference !== undefined
        ? [{ reference: valueReference.reference, name: valueReference.display ?? valueReference.reference }]
        : [],
    ),
    ...(sender === undefined ? {} : { sender }),
    ...(due === undefined ? {} : { due }),
    ...(payload?.resourceType === 'Bundle' ? { payload } : {}),
  }
}

function refusalOf(status: number, { issue }: Partial<OperationOutcome>): Error {
  if (status >= 500 || status === 429) return refuse.RECORD_UNAVAILABLE()
  if (status === 401) return refuse.LINK_SESSION_OVER()
  if (status === 404) return refuse.NOT_FOUND()
  if (status === 409) return refuse.CHANGED_MEANWHILE()
  const said = (issue ?? []).map(({ details, diagnostics }) => ({
    severity: 'error' as const,
    code: 'business-rule' as const,
    text: details?.text ?? '',
    ...(diagnostics === undefined ? {} : { remedy: diagnostics }),
  }))
  return recordRefused(said, undefined)
}
