/**
 * How every part of Handrail says no. A refusal is thrown with a public code, a FHIR issue type, what is wrong, where, and how
 * to mend it; `operation-outcome.ts` turns it into an answer.
 */

/** The issue types of FHIR R4, https://hl7.org/fhir/R4/valueset-issue-type.html. There is no second taxonomy. */
export type IssueType =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'security'
  | 'login'
  | 'unknown'
  | 'expired'
  | 'forbidden'
  | 'suppressed'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'code-invalid'
  | 'extension'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'lock-error'
  | 'no-store'
  | 'exception'
  | 'timeout'
  | 'incomplete'
  | 'throttled'
  | 'informational'

/** One finding about one place. `http` is the status it asks for when it is the reason of a refusal. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information'
  readonly code: IssueType
  /** Plain words; may carry record ids, never a name, an NHS number or clinical text. */
  readonly text: string
  readonly expression?: string | undefined
  readonly remedy?: string | undefined
  readonly http?: 400 | 422 | undefined
  readonly profile?: string | undefined
  /** Public code of the rule that is broken, where it is one of a catalogue. */
  readonly rule?: string | undefined
}

/** An entry of a catalogue: `says` and `remedy` are words, or are made from the parameters. */
export interface RefusalDefinition<P> {
  readonly issue: IssueType
  readonly says: string | ((params: P) => string)
  readonly remedy: string | ((params: P) => string)
  /** Only where HTTP has a status of its own for it (405, 406, 412, 415, 428); else the table in operation-outcome.ts decides. */
  readonly http?: number
}

export interface RefusalAt {
  readonly expression?: string | readonly string[]
  readonly cause?: unknown
  /** Findings to report one by one instead of the single sentence. */
  readonly issues?: readonly Issue[]
}

/** Thrown to stop a request. Its `code` is public and never renamed. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly issue: IssueType
  readonly remedy: string
  readonly http: number | undefined
  readonly expression: readonly string[]
  readonly issues: readonly Issue[]

  constructor(code: string, definition: { issue: IssueType; text: string; remedy: string; http?: number | undefined }, at: RefusalAt = {}) {
    super(definition.text, at.cause === undefined ? undefined : { cause: at.cause })
    this.code = code
    this.issue = definition.issue
    this.remedy = definition.remedy
    this.http = definition.http
    this.expression = at.expression === undefined ? [] : typeof at.expression === 'string' ? [at.expression] : at.expression
    this.issues = at.issues ?? []
  }
}

// A catalogue holds entries of many parameter shapes; `never` is what any of them accepts as its parameter's lower bound.
type Catalogue = Readonly<Record<string, RefusalDefinition<never>>>
type ParamsOf<D> = D extends { says: (params: infer P) => string }
  ? P
  : D extends { remedy: (params: infer P) => string }
    ? P
    : Record<string, never>

/** What `defineErrors` gives: one function for each code, and the catalogue itself for the generated page. */
export type Refuse<C extends Catalogue> = {
  readonly [K in keyof C]: (params?: ParamsOf<C[K]>, at?: RefusalAt) => Refusal
} & { readonly catalogue: C }

/**
 * Every way one service says no.
 *
 * @example
 *   const refuse = defineErrors({ LINK_EXPIRED: { issue: 'expired', says: 'The link has expired.', remedy: 'Ask for a new one.' } })
 *   throw refuse.LINK_EXPIRED()
 */
export function defineErrors<const C extends Catalogue>(catalogue: C): Refuse<C> {
  const words = (source: string | ((params: never) => string), params: unknown) =>
    typeof source === 'string' ? source : source(params as never)
  const functions = Object.fromEntries(
    Object.entries(catalogue).map(([code, definition]) => [
      code,
      (params: unknown = {}, at: RefusalAt = {}) =>
        new Refusal(
          code,
          {
            issue: definition.issue,
            text: words(definition.says, params),
            remedy: words(definition.remedy, params),
            http: definition.http,
          },
          at,
        ),
    ]),
  )
  return { ...functions, catalogue } as unknown as Refuse<C>
}

/** For the `default` of a switch over a union: the compiler proves that it is never reached. */
export function unreachable(value: never): Error {
  return new Error(`No case for ${JSON.stringify(value)}`)
}
