import type { TrustedIssuer } from './token-verifier.ts'

/** The settings that say whose tokens are believed. */
export interface TrustedIssuersConfig {
  readonly PUBLIC_URL: string
  /** Where the embedded issuer is reached from here. Absent or empty: under PUBLIC_URL. */
  readonly IDENTITY_URL?: string | undefined
  /** Others, each as `issuer=jwks address`; without an address it is at `/jwks` of the issuer. */
  readonly TRUSTED_ISSUERS: readonly string[]
}

/** The embedded issuer, and those named in TRUSTED_ISSUERS. */
export function trustedIssuers({ PUBLIC_URL, IDENTITY_URL = '', TRUSTED_ISSUERS }: TrustedIssuersConfig): readonly TrustedIssuer[] {
  const reachedAt = IDENTITY_URL === '' ? PUBLIC_URL : IDENTITY_URL.replace(/\/+$/, '')
  const others = TRUSTED_ISSUERS.map((entry) => {
    const [issuer = '', jwksUri = `${issuer}/jwks`] = entry.split('=', 2)
    return { issuer, jwksUri }
  })
  return [{ issuer: `${PUBLIC_URL}/identity`, jwksUri: `${reachedAt}/identity/jwks` }, ...others]
}
