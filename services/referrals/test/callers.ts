/** Callers for tests of this service: a real issuer with real keys, and a token for whoever is needed. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { tokenVerifier, type TokenVerifier } from '@platform/fhir/token-verifier'

const AUDIENCE = 'https://hub.example/fhir'

/** An issuer that listens, and what verifies its tokens. */
export interface Callers {
  readonly tokens: TokenVerifier
  /** `Bearer …` for a professional of this organisation, with every scope unless others are given. */
  bearer(organization: string, scope?: string, role?: string, more?: Readonly<Record<string, unknown>>): Promise<string>
}

/** Starts an issuer that stops with the test. */
export async function testCallers(t: { teardown(work: () => unknown): void }): Promise<Callers> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'test', use: 'sig' }] })
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(keys))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    tokens: tokenVerifier({ issuers: [{ issuer, jwksUri: `${issuer}/jwks` }], audience: AUDIENCE }),
    async bearer(organization, scope = 'user/*.cruds', role = 'professional', more = {}) {
      const claims = {
        client_id: `client-of-${organization}`,
        role,
        grade: 'full',
        organization: `Organization/${organization}`,
        scope,
        ...more,
      }
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(organization)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey)
      return `Bearer ${token}`
    },
  }
}
