/**
 * One hook for the audit trail: no answer about a record leaves before the entry that says so is durable. Writes carry their entry
 * in the transaction that makes them true and say so with `request.disclosure.committed`.
 */
import type { Role } from '@platform/fhir/caller'
import { FHIR_JSON } from '@platform/fhir/media-types'
import { answerFor } from '@platform/fhir/operation-outcome'
import { describeError } from '@platform/service/describe-error'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { AuditEntry, AuditTrail } from '../../store/audit-store.ts'

/** What the answer is about; routes fill it in, references only. */
export interface Disclosure {
  interaction: string
  entity: string | undefined
  people: readonly string[]
  committed: boolean
  /** Purpose of use, a code of HL7 v3 ActReason, where the request itself says one. */
  purpose?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    disclosure: Disclosure
  }
  interface FastifyContextConfig {
    /** What this route is in the CapabilityStatement, and in the audit trail. */
    fhir?: {
      readonly interaction?: string
      readonly operation?: string
      /** Canonical URL of the OperationDefinition, where the name alone does not say it. */
      readonly definition?: string
      readonly types?: readonly string[] | 'all' | 'system'
    }
    /** False where nothing about anybody is said, such as `/metadata`. */
    audited?: boolean
  }
}

export interface AuditHookOptions {
  readonly trail: AuditTrail
  /** Real time, whatever the demonstration's clock says. */
  readonly now: () => Date
}

async function plugin(app: FastifyInstance, { trail, now }: AuditHookOptions): Promise<void> {
  // Replaced for each request below; a shared object on the prototype would leak between requests.
  app.decorateRequest('disclosure')
  app.addHook('onRequest', async (request) => {
    const { fhir } = request.routeOptions.config ?? {}
    request.disclosure = { interaction: fhir?.interaction ?? fhir?.operation ?? 'unknown', entity: undefined, people: [], committed: false }
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.disclosure === undefined || request.disclosure.committed || request.routeOptions.config?.audited === false) return payload
    request.disclosure.committed = true
    try {
      await trail.record(entryOf(request, { at: now(), status: reply.statusCode }))
      return payload
    } catch (error) {
      // Told here and not thrown: an answer that is itself a refusal has no error handler left, and would be sent with the cause in it.
      const { status, outcome } = answerFor(error, request.id)
      request.log.error({ event: 'audit.not-written', correlationId: request.id, error: describeError(error) })
      reply.code(status).header('content-type', FHIR_JSON).removeHeader('etag').removeHeader('location').removeHeader('content-length')
      return JSON.stringify(outcome)
    }
  })
}

/** What a role asks for by itself: patient requested, family requested. https://terminology.hl7.org/CodeSystem-v3-ActReason.html */
const PURPOSE: Readonly<Partial<Record<Role, string>>> = { patient: 'PATRQT', carer: 'FAMRQT' }

const ASKED_BY = /^[A-Za-z0-9%.!~*'()_-]{1,400}$/
const BEHALF = /^Organization\/[A-Za-z0-9\-.]{1,64}$/

/**
 * For which organisation a reactor asks: one without an account, that answers by a secure link, or one whose rota its administrator changes. It says so
 * itself and is believed, being the hub's own; a header of anybody else says nothing. It opens nothing: what a reactor may see is its own row of the
 * policy. HAZ-R31
 */
function behalfOf(request: FastifyRequest): string | undefined {
  const named = isReactor(request) ? request.headers['x-handrail-on-behalf-of'] : undefined
  return typeof named === 'string' && BEHALF.test(named) ? named : undefined
}

/** Who had a reactor write, where it says so. Decision 520 */
function askedBy(request: FastifyRequest): string | undefined {
  const named = isReactor(request) ? request.headers['x-handrail-asked-by'] : undefined
  if (typeof named !== 'string' || !ASKED_BY.test(named)) return undefined
  try {
    return decodeURIComponent(named)
  } catch {
    return undefined
  }
}

const isReactor = ({ caller }: FastifyRequest): boolean => caller?.role === 'reactor-referrals' || caller?.role === 'reactor-alerts'

/** The entry of a request as far as it is known. */
export function entryOf(request: FastifyRequest, { at, status }: { at: Date; status: number }): AuditEntry {
  const { caller, disclosure } = request
  return {
    at,
    // An attempt without a believed token is an entry too.
    client: caller?.clientId ?? 'unknown',
    subject: askedBy(request) ?? caller?.subject ?? 'unknown',
    organization: caller?.organization ?? behalfOf(request),
    interaction: disclosure.interaction,
    status,
    // An address can hold what no text of the database can.
    entity: disclosure.entity?.replaceAll('\0', ''),
    people: disclosure.people,
    purpose: disclosure.purpose ?? (caller === undefined ? undefined : PURPOSE[caller.role]),
    party: caller?.fhirUser ?? caller?.organization ?? behalfOf(request),
    request: request.id,
  }
}

/** For every context in which something about a person can leave. */
export const auditHook = fastifyPlugin<AuditHookOptions>(plugin, { name: 'audit-hook' })
