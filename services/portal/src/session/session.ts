/** Who is signed in, as the ID token said it. */
import type { Role } from '@platform/fhir/caller'
import { refuse } from '../errors.ts'
import type { Renewal } from './session-end.ts'
import type { Language } from '../words/words.ts'

/** A signed-in person. */
export interface Session {
  readonly subject: string
  readonly name: string
  /** What they are, in words: `Community physiotherapist`. */
  readonly title: string
  readonly role: Role
  /** `Organization/<id>` they act for. */
  readonly organization?: string
  /** `Practitioner/<id>` or `Patient/<id>`. */
  readonly fhirUser?: string
  /** Id of the Patient whose own record this is. */
  readonly patient?: string
  /** The language that the person's record says they read, where these pages have it. */
  readonly reads?: Language
  /** Whether the person reads large print. */
  readonly largePrint?: boolean
  /** Whether the person invites others into their organisation. */
  readonly administers?: boolean
  /** For a carer: the name of whom they act for. */
  readonly actingFor?: string
  /** Access token for the record. */
  readonly token: string
  /** When the token runs out, in seconds since 1970. */
  readonly expiresAt: number
  /** What keeps the sign-in alive beyond its token. */
  readonly renewal?: Renewal
}

const ROLES: ReadonlySet<string> = new Set<Role>(['professional', 'worker', 'ward', 'commissioner', 'patient', 'carer', 'admin'])

/** @throws SIGN_IN_FAILED when the claims name nobody who uses pages */
export function toSession(claims: Readonly<Record<string, unknown>>, token: string, expiresAt: number): Session {
  const { sub, name, title, role, organization, fhirUser, patient, administers, acting_for: actingFor } = claims
  if (typeof sub !== 'string' || typeof role !== 'string' || !ROLES.has(role)) throw refuse.SIGN_IN_FAILED()
  return {
    subject: sub,
    name: typeof name === 'string' ? name : sub,
    title: typeof title === 'string' ? title : '',
    role: role as Role,
    ...(typeof organization === 'string' ? { organization } : {}),
    ...(typeof fhirUser === 'string' ? { fhirUser } : {}),
    ...(typeof patient === 'string' ? { patient } : {}),
    ...(administers === true ? { administers } : {}),
    ...(typeof actingFor === 'string' ? { actingFor } : {}),
    token,
    expiresAt,
  }
}

/** Whether the person gives or arranges care, and so has an inbox and people. */
export const givesCare = ({ role }: Session): boolean => role === 'professional' || role === 'worker' || role === 'ward'

/** Whether they may bring somebody new into the hub, as far as their role says; the grade of their organisation decides too. */
export const addsPeople = ({ role }: Session): boolean => role === 'professional' || role === 'worker'

/** Whether they record devices, as far as their role says: registered professionals. */
export const recordsDevices = ({ role }: Session): boolean => role === 'professional'

/** Whether they are of a kind whom the record may open to in an emergency; it decides by the grade of their organisation too. */
export const mayAskInEmergency = ({ role }: Session): boolean => role === 'professional' || role === 'ward'

/** Whether they see figures of an area, and no people. */
export const seesFigures = ({ role }: Session): boolean => role === 'commissioner'

/** Whether they look after the hub, and see nobody's record. */
export const operatesHub = ({ role }: Session): boolean => role === 'admin'

/** Whether the pages are about their own record. */
export const isThePerson = ({ role, patient }: Session): boolean => (role === 'patient' || role === 'carer') && patient !== undefined
