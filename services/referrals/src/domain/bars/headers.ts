/** The headers of a BaRS request, checked in the order of the guide: version, ids, target. */
import { ID } from '@platform/nhs/systems'
import { refuse } from '../../errors.ts'
import { CORE_VERSION, isSystem } from './vocabulary.ts'

/** What the headers say. */
export interface BarsHeaders {
  readonly requestId: string
  readonly correlationId: string
  /** The DoS service id that is asked, one of ours. */
  readonly target: string
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** @throws BARS_VERSION_NOT_OFFERED when Accept takes no FHIR JSON, or asks for another MAJOR version */
export function checkVersion(headers: Headers): void {
  const accept = one(headers, 'accept')
  if (accept === undefined || accept.trim() === '') return
  const offered = accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const version = parameters
      .find((part) => part.startsWith('version='))
      ?.slice('version='.length)
      .replaceAll('"', '')
    const isOurs = ['*/*', 'application/*', 'application/json', 'application/fhir+json'].includes(type)
    return isOurs && (version === undefined || new RegExp(`^${CORE_VERSION.major}(\\.|$)`).test(version))
  })
  if (!offered) throw refuse.BARS_VERSION_NOT_OFFERED()
}

/** The two ids, on every request. @throws BARS_HEADER_MISSING, BARS_HEADER_INVALID */
export function readIds(headers: Headers): Pick<BarsHeaders, 'requestId' | 'correlationId'> {
  const uuid = (header: string): string => {
    const value = one(headers, header.toLowerCase())
    if (value === undefined || value === '') throw refuse.BARS_HEADER_MISSING({ header })
    if (!UUID.test(value)) throw refuse.BARS_HEADER_INVALID({ header })
    return value.toLowerCase()
  }
  return { requestId: uuid('X-Request-Id'), correlationId: uuid('X-Correlation-Id') }
}

/**
 * The service that is asked.
 *
 * @param ours our DoS service ids
 * @throws BARS_HEADER_MISSING, BARS_HEADER_INVALID, BARS_TARGET_UNKNOWN
 */
export function readTarget(headers: Headers, ours: readonly string[]): string {
  const header = 'NHSD-Target-Identifier'
  const encoded = one(headers, header.toLowerCase())
  if (encoded === undefined || encoded === '') throw refuse.BARS_HEADER_MISSING({ header })
  const { system, value } = (decoded(encoded) ?? {}) as { system?: unknown; value?: unknown }
  if (typeof system !== 'string' || typeof value !== 'string' || !isSystem(system, ID.DOS_SERVICE))
    throw refuse.BARS_HEADER_INVALID({ header })
  if (!ours.includes(value)) throw refuse.BARS_TARGET_UNKNOWN()
  return value
}

/** Who asks, where they say so: absent is taken, malformed is not. @throws BARS_HEADER_INVALID */
export function checkAskers(headers: Headers): void {
  for (const [header, type] of [
    ['NHSD-End-User-Organisation', 'Organization'],
    ['NHSD-Requesting-Software', 'Device'],
    ['NHSD-Requesting-Practitioner', 'PractitionerRole'],
  ] as const) {
    const encoded = one(headers, header.toLowerCase())
    if (encoded === undefined || encoded === '') continue
    const resource = decoded(encoded) as { resourceType?: unknown } | undefined
    if (resource === undefined || resource.resourceType !== type) throw refuse.BARS_HEADER_INVALID({ header })
  }
}

/** A resource or identifier as such a header carries it. */
export const encodeHeader = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64')

function decoded(encoded: string): unknown {
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(encoded)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function one(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
