/** What every route of the record reads from a request: type, body, version tags, preferences, and the right scope. */
import type { Caller, Scope } from '@platform/fhir/caller'
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyRequest } from 'fastify'
import { versionIn, type Operation } from '../../domain/operation.ts'
import type { FhirResource } from '../../domain/references.ts'
import { isObject } from '../../domain/references.ts'
import { RESOURCE_TYPES } from '../../domain/resource-types.ts'
import { refuse } from '../../errors.ts'

/** The letters of SMART App Launch v2: create, read, update, delete, search. */
export type Letter = 'c' | 'r' | 'u' | 'd' | 's'

const WORD: Readonly<Record<Letter, string>> = { c: 'create', r: 'read', u: 'update', d: 'delete', s: 'search' }

/** FHIR R4 datatypes.html#id. */
const ID = /^[A-Za-z0-9\-.]{1,64}$/

/**
 * Whether the token covers the interaction, and whether the address can be that of a resource at all.
 *
 * @throws TYPE_NOT_SUPPORTED, SCOPE_MISSING, NOT_FOUND for an id that no resource can have
 */
export function typeAllowed(request: FastifyRequest, type: string, letter: Letter): void {
  if (!Object.hasOwn(RESOURCE_TYPES, type)) throw refuse.TYPE_NOT_SUPPORTED()
  if (!hasScope(request.caller, type, letter)) throw refuse.SCOPE_MISSING({ type, needed: WORD[letter] })
  const { id } = request.params as { id?: string }
  if (id !== undefined && !ID.test(id)) throw refuse.NOT_FOUND({ reference: type })
}

/**
 * A condition is a search, and its answer tells whether there is a match: it needs the scope of a search.
 *
 * @throws SCOPE_MISSING
 */
export function conditionAllowed(request: FastifyRequest, operation: Operation): void {
  const condition = operation.kind === 'create' ? operation.ifNoneExist : operation.criteria
  if (condition !== undefined) typeAllowed(request, operation.type, 's')
}

/** Whether some scope of the token covers this interaction on this type. */
export function hasScope({ scopes }: Caller, type: string, letter: Letter): boolean {
  return scopes.some((scope: Scope) => (scope.type === '*' || scope.type === type) && scope[letter])
}

/** The resource in the body, with its decimals. @throws BODY_MISSING, TYPE_MISMATCH */
export function bodyOf(request: FastifyRequest, type: string): FhirResource {
  const body = request.body as ParsedJson | undefined
  if (body === undefined) throw refuse.BODY_MISSING()
  if (!isObject(body.exact) || body.exact['resourceType'] !== type)
    throw refuse.TYPE_MISMATCH({ expected: type }, { expression: 'resourceType' })
  return body.exact as FhirResource
}

/** Version in an `If-Match`; nothing where any will do, which is what `*` says. @throws VERSION_TAG_INVALID */
export function ifMatchOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  const version = versionIn(header)
  if (version === undefined) throw refuse.VERSION_TAG_INVALID()
  return version
}

/** The query of the address without the parameters that are about the answer and not about the resource. */
export function criteriaOf(request: FastifyRequest): string {
  const kept = queryOf(request).filter(([name]) => name !== '_format' && name !== '_pretty')
  if (kept.length === 0) throw refuse.CONDITION_EMPTY()
  return new URLSearchParams(kept).toString()
}

/** The parameters of the address, in their order. */
export function queryOf({ raw: { url = '' } }: FastifyRequest): [string, string][] {
  const at = url.indexOf('?')
  return at < 0 ? [] : [...new URLSearchParams(url.slice(at + 1))]
}

/** The parameters of a search by POST. @throws FORM_WANTED for a body of another kind, which would be a search for everything */
export function formOf({ body }: FastifyRequest): [string, string][] {
  if (body === undefined || body === null) return []
  if (typeof body !== 'string') throw refuse.FORM_WANTED()
  return [...new URLSearchParams(body)]
}

const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const
export type Return = (typeof RETURNS)[number]

/** FHIR R4 http.html#return: what the client prefers to get back from a write; the resource when it does not say. */
export function preferredReturn(request: FastifyRequest): Return {
  // The name of a preference is written in any case. RFC 7240 section 2
  const match = /(?:^|[,;\s])return *= *"?(minimal|representation|OperationOutcome)\b/i.exec(headerText(request, 'prefer'))
  return RETURNS.find((one) => one.toLowerCase() === match?.[1]?.toLowerCase()) ?? 'representation'
}

/** FHIR R4 search.html#errors: `strict` refuses what is not known, `lenient` names it. */
export function isStrict(request: FastifyRequest): boolean {
  return /handling *= *"?strict/i.test(headerText(request, 'prefer'))
}

/** A header as one text; empty where it was not sent. */
export function headerText(request: FastifyRequest, name: string): string {
  const value = request.headers[name]
  return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ')
}
