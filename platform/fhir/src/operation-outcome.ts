/**
 * The only writer of OperationOutcomes. https://hl7.org/fhir/R4/operationoutcome.html
 *
 * Three kinds of error arrive here: our refusals, Fastify's own (malformed request, too large, wrong media type), and everything
 * else, which becomes `exception` with a correlation id and no detail.
 */
import type { Issue, IssueType } from './errors.ts'
import { Refusal } from './errors.ts'

/** The HTTP status of each issue type, where the refusal does not name one that HTTP itself defines. */
export const STATUS_OF = {
  invalid: 400,
  structure: 400,
  required: 400,
  value: 400,
  invariant: 400,
  'code-invalid': 400,
  extension: 400,
  'not-supported': 400,
  security: 401,
  login: 401,
  unknown: 401,
  expired: 401,
  forbidden: 403,
  suppressed: 404,
  processing: 422,
  'business-rule': 422,
  'too-costly': 422,
  incomplete: 422,
  'not-found': 404,
  deleted: 410,
  conflict: 409,
  duplicate: 409,
  'multiple-matches': 412,
  'too-long': 413,
  throttled: 429,
  transient: 503,
  'lock-error': 503,
  'no-store': 503,
  timeout: 503,
  exception: 500,
  informational: 200,
} as const satisfies Record<IssueType, number>

export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly {
    readonly severity: Issue['severity']
    readonly code: IssueType
    readonly details?: { readonly coding?: readonly { readonly system: string; readonly code: string }[]; readonly text: string }
    readonly diagnostics?: string
    readonly expression?: readonly string[]
  }[]
}

export interface Answer {
  readonly status: number
  readonly outcome: OperationOutcome
  /** True when the cause is a fault of ours, to be logged with its stack. */
  readonly ours: boolean
}

const ERROR_CODES = 'https://handrail.example/fhir/CodeSystem/error-code'

/** For findings whose words already say what would be right. */
const MEND = 'Mend the place named and send it again.'

/** Findings as they stand, for `$validate` and for a search that ignored a parameter. */
export function outcomeOf(issues: readonly Issue[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map(({ severity, code, text, expression, remedy, rule }) => ({
      severity,
      code,
      details: { ...(rule === undefined ? {} : { coding: [{ system: ERROR_CODES, code: rule }] }), text },
      ...(remedy !== undefined ? { diagnostics: remedy } : severity === 'error' || severity === 'fatal' ? { diagnostics: MEND } : {}),
      ...(expression === undefined ? {} : { expression: [expression] }),
    })),
  }
}

/** All is well, in words: for a `$validate` without findings and for deletes. */
export function informationOutcome(text: string): OperationOutcome {
  return outcomeOf([{ severity: 'information', code: 'informational', text }])
}

/**
 * What is answered to an error of any kind.
 *
 * @param correlationId names the request in our logs; given to the caller when the fault is ours.
 */
export function answerFor(error: unknown, correlationId: string): Answer {
  if (error instanceof Refusal) return { status: statusOf(error), outcome: outcomeOfRefusal(error), ours: STATUS_OF[error.issue] >= 500 }
  const fastify = fastifyFault(error)
  if (fastify !== undefined) return fastify
  const unavailable = databaseUnavailable(error)
  const text = unavailable ? 'The record cannot be reached at the moment.' : 'Something went wrong on our side.'
  return {
    status: unavailable ? 503 : 500,
    ours: true,
    outcome: {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'fatal',
          code: unavailable ? 'transient' : 'exception',
          details: { text },
          diagnostics: unavailable ? 'Try again in a few seconds.' : `Quote ${correlationId} when you report it.`,
        },
      ],
    },
  }
}

function statusOf(refusal: Refusal): number {
  if (refusal.http !== undefined) return refusal.http
  const asked = refusal.issues.filter((issue) => issue.severity === 'error' || issue.severity === 'fatal').map((issue) => issue.http)
  // A resource that fails basic validation is 400, one that only fails a profile or a rule of ours is 422. FHIR R4, http.html#create.
  if (asked.includes(400)) return 400
  if (asked.includes(422)) return 422
  return STATUS_OF[refusal.issue]
}

function outcomeOfRefusal(refusal: Refusal): OperationOutcome {
  if (refusal.issues.length > 0) return outcomeOf(refusal.issues)
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: refusal.issue,
        details: { coding: [{ system: ERROR_CODES, code: refusal.code }], text: refusal.message },
        diagnostics: refusal.remedy,
        ...(refusal.expression.length === 0 ? {} : { expression: refusal.expression }),
      },
    ],
  }
}

const FASTIFY_SAYS: Readonly<Record<string, { status: number; code: IssueType; text: string; remedy: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'too-long',
    text: 'The request body is larger than this server takes.',
    remedy: 'Send at most 5 MB, split over several requests.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'not-supported',
    text: 'The media type of the body is not supported.',
    remedy: 'Send application/fhir+json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid',
    text: 'The body is not as long as its Content-Length says.',
    remedy: 'Send the whole body.',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'invalid',
    text: 'The address is not a valid URL.',
    remedy: 'Percent-encode the path and the query.',
  },
}

function fastifyFault(error: unknown): Answer | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown }
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined
  const known = typeof code === 'string' ? FASTIFY_SAYS[code] : undefined
  const {
    status,
    code: issue,
    text,
    remedy,
  } = known ?? {
    status: statusCode,
    code: 'invalid' as const,
    text: 'The request cannot be read.',
    remedy: 'Check the request against FHIR R4 RESTful API.',
  }
  return {
    status,
    ours: false,
    outcome: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: issue, details: { text }, diagnostics: remedy }] },
  }
}

// PostgreSQL: class 08 connection, 57P01-57P03 shutdown, 53300 too many connections; and the socket errors of Node.
const UNAVAILABLE = /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/

function databaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '', syscall } = error as { code?: unknown; syscall?: unknown }
  // A database on a socket of this machine: the socket is gone while it is away.
  if (code === 'ENOENT' && syscall === 'connect') return true
  return UNAVAILABLE.test(String(code)) || /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
}
