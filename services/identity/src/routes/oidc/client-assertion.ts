/** The rules of SMART Backend Services on a client's assertion, beyond those oidc-provider checks itself. */
import { errors, type KoaContext, type OidcClient } from 'oidc-provider'

/** "No more than five minutes in the future." SMART Backend Services, "Request access token". */
const LONGEST_LIFE_SECONDS = 300

/** How far a client's clock may be from ours. */
export const CLOCK_TOLERANCE_SECONDS = 5

interface Claims {
  readonly aud?: unknown
  readonly sub?: unknown
  readonly iss?: unknown
  readonly exp?: unknown
  readonly iat?: unknown
}

interface Header {
  readonly kid?: unknown
  readonly jku?: unknown
  readonly alg?: unknown
}

/**
 * Checks an assertion whose signature has been verified. It is refused as `invalid_client` unless it is meant for this token
 * endpoint, by `iss` = `sub` = the client, with a `kid` that names exactly one of the client's keys, and lives at most five minutes.
 */
export function checkAssertion(tokenEndpoint: string, issuer: string, nowSeconds: () => number) {
  return async (_ctx: KoaContext, claims: Claims, header: Header, client: OidcClient): Promise<void> => {
    const refused = (detail: string) => new errors.InvalidClientAuth(detail)

    const audience = Array.isArray(claims.aud) && claims.aud.length === 1 ? (claims.aud[0] as unknown) : claims.aud
    // OpenID Connect clients name the issuer, as OAuth now recommends; a system names the token endpoint, as SMART demands.
    const audiences = client.redirectUris.length > 0 ? [tokenEndpoint, issuer] : [tokenEndpoint]
    if (!audiences.some((accepted) => accepted === audience)) throw refused('aud must be the token endpoint')

    if (claims.iss !== client.clientId || claims.sub !== client.clientId) throw refused('iss and sub must both be the client id')

    // Our registrations carry the keys themselves, so that a header that points elsewhere cannot equal a registered address.
    if (header.jku !== undefined) throw refused('jku is not registered')
    const kty = header.alg === 'RS384' ? 'RSA' : 'EC'
    const fitting = [...client.asymmetricKeyStore].filter((key) => key.kid === header.kid && key.kty === kty)
    if (typeof header.kid !== 'string' || fitting.length !== 1) throw refused('kid must name exactly one registered key')

    const { exp, iat } = claims
    if (typeof exp !== 'number') throw refused('exp must be a number')
    if (exp - nowSeconds() > LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS) throw refused('exp must be at most five minutes ahead')
    if (iat === undefined) return
    if (typeof iat !== 'number' || iat > nowSeconds() + CLOCK_TOLERANCE_SECONDS) throw refused('iat must not be in the future')
    if (exp - iat > LONGEST_LIFE_SECONDS) throw refused('an assertion may live five minutes at most')
  }
}
