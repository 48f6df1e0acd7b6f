/** An issuer of somebody else at which people may sign in: what the operator says of it. Decision 301. */
import { membersOf, readForeignIssuer, type ForeignIssuerSetting } from '@platform/service/foreign-issuer-setting'

/** One entry of `SIGN_IN_ISSUERS`. */
export interface SignInIssuer extends ForeignIssuerSetting {
  /** Its name in addresses: small letters, digits and hyphens. */
  readonly id: string
  /** As its ID tokens and its metadata name it. */
  readonly issuer: string
  /** How people must have proved there who they are: asked for, and one of them wanted in the ID token. Empty: as the issuer does it. */
  readonly acr: readonly string[]
}

/** @throws Error whose message completes "SIGN_IN_ISSUERS must …" */
export function readSignInIssuer(entry: unknown): SignInIssuer {
  const members = membersOf(entry)
  const read = { ...readForeignIssuer(members), id: members.text('id'), issuer: members.address('issuer'), acr: members.texts('acr') }
  members.end()
  if (!/^[a-z0-9-]{1,32}$/.test(read.id)) throw new Error('have small letters, digits and hyphens as "id"')
  return read
}
