/** A browser of a test, and where the portal sends it. */
import { createHash, randomBytes } from 'node:crypto'
import { PUBLIC_URL, type Issuer } from './hub.ts'

/** A browser that keeps cookies and follows no redirect by itself. */
export class Browser {
  readonly cookies = new Map<string, { value: string; path: string }>()
  readonly attributes: string[] = []

  readonly issuer: Issuer

  constructor(issuer: Issuer) {
    this.issuer = issuer
  }

  async open(address: string, form?: Record<string, string>): Promise<Response> {
    const url = new URL(address, PUBLIC_URL)
    const sent = [...this.cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name.split(' ')[0]}=${value}`)
    const response = await fetch(`${this.issuer.address}${url.pathname}${url.search}`, {
      redirect: 'manual',
      headers: { cookie: sent.join('; '), accept: 'text/html' },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      this.attributes.push(cookie)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      const path = /path=([^;]+)/i.exec(cookie)?.[1] ?? '/'
      if (value === '' || cookie.includes('1970')) this.cookies.delete(`${name} ${path}`)
      else this.cookies.set(`${name} ${path}`, { value, path })
    }
    return response
  }

  /** Follows redirects within the hub; what leaves it is returned as an address. */
  async follow(address: string, form?: Record<string, string>): Promise<{ page?: Response; leftFor?: URL }> {
    let response = await this.open(address, form)
    for (let hops = 0; hops < 10 && response.status >= 300 && response.status < 400; hops += 1) {
      const next = new URL(response.headers.get('location') ?? '', PUBLIC_URL)
      if (next.pathname === '/signed-in') return { leftFor: next }
      response = await this.open(next.href)
    }
    return { page: response }
  }
}

/** The secret of PKCE, RFC 7636, of every sign-in of a test file. */
export const verifierCode = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifierCode).digest('base64url')

/** Where the portal sends a browser to, with what is changed. */
export const authorization = (changes: Record<string, string | undefined> = {}) => {
  const params: Record<string, string | undefined> = {
    client_id: 'handrail-portal',
    response_type: 'code',
    redirect_uri: `${PUBLIC_URL}/signed-in`,
    scope: 'openid fhirUser user/*.cruds patient/*.cruds',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/identity/auth?${new URLSearchParams(given).toString()}`
}
