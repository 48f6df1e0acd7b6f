/** Signs a health card: deflated first, then signed, as its readers expect. RFC 7515, ES256. */
import { deflateRawSync } from 'node:zlib'
import { CompactSign, importJWK } from 'jose'
import type { CardKeys } from './share-secrets.ts'

/** Raw r and s, in base64url. */
const SIGNATURE_LENGTH = 86
const base64urlLength = (bytes: number): number => Math.ceil((bytes * 4) / 3)

const deflated = (claims: object): Buffer => deflateRawSync(Buffer.from(JSON.stringify(claims), 'utf8'), { level: 9 })
const headerOf = ({ signing }: CardKeys) => ({ alg: 'ES256', zip: 'DEF', kid: signing.kid })

/** How long the JWS of these claims will be, in characters. */
export function cardLength(claims: object, keys: CardKeys): number {
  return base64urlLength(JSON.stringify(headerOf(keys)).length) + 1 + base64urlLength(deflated(claims).length) + 1 + SIGNATURE_LENGTH
}

/** The card as a compact JWS. */
export async function signCard(claims: object, keys: CardKeys): Promise<string> {
  const key = await importJWK(keys.signing, 'ES256')
  // jose does not compress what it signs; `zip` says that we did.
  return new CompactSign(deflated(claims)).setProtectedHeader(headerOf(keys)).sign(key)
}
