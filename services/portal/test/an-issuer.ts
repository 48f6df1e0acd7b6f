/** An issuer that really listens and knows refresh tokens: what it was asked, and what it answers next. OpenID Connect Discovery 1.0. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestScope } from '@platform/testing/database'

export interface FakeIssuer {
  readonly url: string
  /** The form or body of each request, with its path first. */
  readonly asked: string[]
  /** Whether it still renews: `gone` answers invalid_grant, `away` answers 503. */
  state: 'renews' | 'gone' | 'away'
  /** What the next ID token says; without them none is given. */
  claims?: object
  /** What a renewal waits for. */
  until?: Promise<void>
}

/** @param publicUrl as whose issuer it speaks */
export async function anIssuer(t: TestScope, publicUrl: string): Promise<FakeIssuer> {
  const asked: string[] = []
  let given = 0
  const server = createServer((request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', async () => {
      const path = request.url ?? ''
      if (path.endsWith('/openid-configuration'))
        return send(200, {
          issuer: `${publicUrl}/identity`,
          token_endpoint: `${publicUrl}/identity/token`,
          jwks_uri: `${publicUrl}/identity/jwks`,
        })
      asked.push(`${path} ${body}`)
      if (issuer.state === 'away') return send(503, {})
      if (path.endsWith('/sign-ins/end')) return send(200, { ended: 1 })
      if (issuer.state === 'gone') return send(400, { error: 'invalid_grant' })
      given += 1
      await issuer.until
      const { claims } = issuer
      return send(200, {
        access_token: `access-${given}`,
        refresh_token: `refresh-${given}`,
        token_type: 'Bearer',
        expires_in: 300,
        ...(claims && { id_token: idToken({ iss: `${publicUrl}/identity`, aud: 'handrail-portal', ...claims }) }),
      })
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  const issuer: FakeIssuer = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, state: 'renews' }
  return issuer
}

/** As a token endpoint gives it: whoever fetched it there need not verify its signature. OpenID Connect Core 3.1.3.7, 6 */
function idToken(claims: object): string {
  const iat = Math.floor(Date.now() / 1000)
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${part({ alg: 'ES256' })}.${part({ iat, exp: iat + 300, ...claims })}.c2lnbmVk`
}
