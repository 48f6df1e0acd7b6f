/** When a sign-in ends: after nothing was done for a while, and after a longest time whatever is done. Seconds since 1970. */
import type { Session } from './session.ts'

/** How long a sign-in lasts, in milliseconds: `SIGN_IN_IDLE_MS`, `SIGN_IN_LONGEST_MS`. */
export interface SessionTimes {
  readonly idleMs: number
  readonly longestMs: number
}

/** What keeps a sign-in alive, where the issuer gave a refresh token; without one it ends with its access token. */
export interface Renewal {
  /** The refresh token. Used once; each renewal brings another. */
  readonly token: string
  readonly renewedAt: number
  readonly idleEndsAt: number
  readonly endsAt: number
}

/** A sign-in is renewed at most this often, so that its end elsewhere, or of its standing, is noticed within this time. In seconds. */
const RENEWED_EVERY_S = 60
/** An access token with less than this left is not used for another page, in seconds. */
const TOO_SHORT_S = 30

/** When it ends. */
export const endOf = ({ renewal, expiresAt }: Session): number =>
  renewal === undefined ? expiresAt : Math.min(renewal.idleEndsAt, renewal.endsAt)

/** Whether it is to be renewed before it is used. */
export const dueForRenewal = ({ renewal, expiresAt }: Session, now: number): boolean =>
  renewal !== undefined && (now - renewal.renewedAt >= RENEWED_EVERY_S || endsSoon({ expiresAt }, now))

/** Whether its access token is not good for another page. */
export const endsSoon = ({ expiresAt }: Pick<Session, 'expiresAt'>, now: number): boolean => expiresAt - now < TOO_SHORT_S

/** @param refreshToken nothing where the issuer gave none */
export function begun(session: Session, refreshToken: string | undefined, { idleMs, longestMs }: SessionTimes, now: number): Session {
  if (refreshToken === undefined) return session
  // Something done within the minute after a renewal is not noted: the minute is given on top, so that nobody is signed out early.
  const idleEndsAt = now + Math.floor(idleMs / 1000) + RENEWED_EVERY_S
  return { ...session, renewal: { token: refreshToken, renewedAt: now, idleEndsAt, endsAt: now + Math.floor(longestMs / 1000) } }
}

/**
 * The renewed sign-in. What a script fetches by itself keeps nobody signed in: the idle end stays where it was.
 *
 * @param by whether a person did something, or a script
 */
export function renewed(
  before: Session & { readonly renewal: Renewal },
  after: Session,
  { refreshToken, by, times, now }: { refreshToken: string | undefined; by: 'person' | 'script'; times: SessionTimes; now: number },
): Session {
  const { renewal, reads, largePrint } = before
  const asRead = { ...(reads === undefined ? {} : { reads }), ...(largePrint === undefined ? {} : { largePrint }) }
  const next = begun({ ...after, ...asRead }, refreshToken ?? renewal.token, times, now)
  if (next.renewal === undefined) return next
  const idleEndsAt = by === 'person' ? next.renewal.idleEndsAt : renewal.idleEndsAt
  return { ...next, renewal: { ...next.renewal, idleEndsAt, endsAt: renewal.endsAt } }
}
