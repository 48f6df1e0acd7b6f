/** Who is asking, as every service sees it. Made by `token-verifier.ts` from an access token; nothing else makes one. */
import type { Scope } from './scopes.ts'

export type { Scope } from './scopes.ts'

/** What the caller is in the pathway; a row of the access policy. */
export type Role =
  'admin' | 'reactor-referrals' | 'reactor-alerts' | 'professional' | 'worker' | 'ward' | 'commissioner' | 'patient' | 'carer'

/** How much an organisation may be shown, from the assurance it holds; from least to most. */
export type Grade = 'link-only' | 'needs-only' | 'therapy-record' | 'full'

/** Every role, for whoever parses one. */
export const ROLES: readonly Role[] = [
  'admin',
  'reactor-referrals',
  'reactor-alerts',
  'professional',
  'worker',
  'ward',
  'commissioner',
  'patient',
  'carer',
]

/** Every grade, from least to most. */
export const GRADES: readonly Grade[] = ['link-only', 'needs-only', 'therapy-record', 'full']

/** The bearer of a verified access token. */
export interface Caller {
  /** The client that presented the token: a system, or the application a person signed in to. */
  readonly clientId: string
  /** The person, or the client itself where no person signed in. */
  readonly subject: string
  readonly role: Role
  readonly grade: Grade
  /** `Organization/<id>` on whose behalf the caller acts. */
  readonly organization?: string
  /** Whether a person who signed in administers that organisation. A system never does. */
  readonly administers?: true
  /** `Practitioner/<id>`, `Patient/<id>` or another person resource: who signed in, in the record. */
  readonly fhirUser?: string
  /** Id of the Patient whose record this is, for the roles `patient` and `carer`. */
  readonly patient?: string
  readonly scopes: readonly Scope[]
  /** The bearer token itself, so that it can be passed on to the record. Never logged. */
  readonly token: string
  /** When the token stops being believed, in seconds since 1970. */
  readonly expiresAt: number
}
