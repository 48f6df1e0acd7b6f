import { askAt } from '@platform/service/ask'
import { refuse } from '../errors.ts'

/** Asks for JSON as the signed-in person; by POST where there is a body. */
export type AskAs = <T>(token: string, path: string, body?: object) => Promise<T>

/** Longer than that and a person is told that the record does not answer, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Asks a door of the record that is no FHIR.
 *
 * @param baseUrl where that door is
 * @param otherwise what is thrown for any other no
 * @throws SESSION_ENDED, NOT_ALLOWED, RECORD_UNAVAILABLE for what every door says alike
 */
export function askAs(baseUrl: string, otherwise: (body: object | undefined) => Error): AskAs {
  const ask = askAt(baseUrl)
  return async <T>(token: string, path: string, body?: object) => {
    const { status, body: answer } = await ask({
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      withinMs: ANSWER_WITHIN_MS,
    }).catch((cause: unknown) => {
      throw refuse.RECORD_UNAVAILABLE({}, { cause })
    })
    if (status >= 200 && status <= 299) return JSON.parse(answer.toString()) as T
    if (status === 401) throw refuse.SESSION_ENDED()
    if (status === 403) throw refuse.NOT_ALLOWED()
    if (status >= 500 || status === 429) throw refuse.RECORD_UNAVAILABLE()
    throw otherwise(body)
  }
}
