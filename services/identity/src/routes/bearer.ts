/** Who asks, from a token of this issuer: for the addresses of the issuer that are not OAuth's own. */
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose'
import type { CurrentProvider } from './oidc/current-provider.ts'

/** The claims of a living access token that this issuer signed for the record; nothing for anything else. */
export async function bearerOf(
  authorization: string | undefined,
  { provider, publicUrl }: { readonly provider: CurrentProvider; readonly publicUrl: string },
): Promise<JWTPayload | undefined> {
  const token = /^Bearer ([\w.-]+)$/.exec(authorization ?? '')?.[1]
  if (token === undefined) return undefined
  const keys = (await provider.keys()).map(({ jwk: { kty, crv, x, y, kid, alg } }) => ({ kty, crv, x, y, kid, alg: alg ?? 'ES256' }))
  try {
    const given = { issuer: `${publicUrl}/identity`, audience: `${publicUrl}/fhir`, typ: 'at+jwt' }
    return (await jwtVerify(token, createLocalJWKSet({ keys } as Parameters<typeof createLocalJWKSet>[0]), given)).payload
  } catch {
    return undefined
  }
}
