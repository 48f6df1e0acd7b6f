/**
 * A secure link: it shows nothing before a code that goes another way, and stops by itself. What may happen to one is decided here, from what is so
 * and the time; the same question asked twice has the same answer. HAZ-R31
 */

/** How long a link opens. */
export const LINK_LIVES_MS = 7 * 86_400_000
/** How long a code is good for. */
export const CODE_LIVES_MS = 10 * 60_000
/** How long somebody who entered it may read and answer. */
export const SESSION_LIVES_MS = 30 * 60_000
/** After so many wrong codes the link is locked for good. */
export const WRONG_CODES_THAT_LOCK = 5
/** So many codes are sent for one link, and no two within this time: a mailbox or telephone is not to be flooded. */
export const MOST_CODES = 10
export const CODE_PAUSE_MS = 30_000

/** One link as it is. Hashes alone: what opens it is not here. */
export interface Link {
  readonly task: string
  readonly need: string
  /** `Organization/<id>` whose verified ways it uses. */
  readonly organization: string
  readonly expiresAt: Date
  readonly revokedAt?: Date
  readonly lockedAt?: Date
  /** When a right code was first entered. */
  readonly openedAt?: Date
  readonly wrongCodes: number
  readonly codesSent: number
  /** When one was last asked for. */
  readonly codeSentAt?: Date
  /** Asked for, and not on its way yet. */
  readonly codeWanted?: true
  readonly code?: Secret
  readonly session?: Secret
}

/** A hash and until when what it is of counts. */
export interface Secret {
  readonly hash: string
  readonly until: Date
}

/** Whether it opens at all. */
export type Standing = 'open' | 'revoked' | 'locked' | 'expired'

/** Whether a link opens at this time; revoked and locked are for good, and are said before the time is. */
export function standingOf({ revokedAt, lockedAt, expiresAt }: Link, at: Date): Standing {
  if (revokedAt !== undefined) return 'revoked'
  if (lockedAt !== undefined) return 'locked'
  return at.getTime() < expiresAt.getTime() ? 'open' : 'expired'
}

/** Why no code is sent. */
export type NoCode = Exclude<Standing, 'open'> | 'too-soon' | 'too-many'

/** Somebody asks for a code: the one before it no longer counts. */
export function askCode(link: Link, at: Date): { readonly next: Link } | { readonly no: NoCode } {
  const standing = standingOf(link, at)
  if (standing !== 'open') return { no: standing }
  if (link.codesSent >= MOST_CODES) return { no: 'too-many' }
  if (link.codeSentAt !== undefined && at.getTime() < link.codeSentAt.getTime() + CODE_PAUSE_MS) return { no: 'too-soon' }
  const { code: _before, ...asked } = link
  return { next: { ...asked, codesSent: link.codesSent + 1, codeSentAt: at, codeWanted: true } }
}

/** The code that was asked for is about to go. @param hash of it */
export function issueCode(
  link: Link,
  hash: string,
  at: Date,
): { readonly next: Link } | { readonly no: Exclude<Standing, 'open'> | 'not-asked' } {
  const standing = standingOf(link, at)
  if (standing !== 'open') return { no: standing }
  if (link.codeWanted === undefined) return { no: 'not-asked' }
  const { codeWanted: _asked, ...issued } = link
  return { next: { ...issued, code: { hash, until: after(at, CODE_LIVES_MS) } } }
}

/** What came of a code that somebody entered. */
export type Entered =
  | { readonly next: Link; readonly went: 'opened' | 'wrong' | 'locked' }
  /** Nothing changed: the link is not open, or no code is out that could be right. */
  | { readonly no: Exclude<Standing, 'open'> | 'no-code' }

/**
 * Somebody entered a code. A wrong one counts for good, whichever code was out; a right one is used up, and whoever read before reads no more.
 *
 * @param hash of what was entered @param session hash of the secret that the reader would then carry
 */
export function enterCode(link: Link, hash: string, session: string, at: Date): Entered {
  const standing = standingOf(link, at)
  if (standing !== 'open') return { no: standing }
  if (link.code === undefined || at.getTime() >= link.code.until.getTime()) return { no: 'no-code' }
  if (link.code.hash !== hash) {
    const wrongCodes = link.wrongCodes + 1
    const next = { ...link, wrongCodes }
    if (wrongCodes < WRONG_CODES_THAT_LOCK) return { next, went: 'wrong' }
    const { code: _code, session: _session, codeWanted: _wanted, ...shut } = next
    return { next: { ...shut, lockedAt: at }, went: 'locked' }
  }
  const { code: _used, ...used } = link
  return {
    next: { ...used, openedAt: link.openedAt ?? at, session: { hash: session, until: after(at, SESSION_LIVES_MS) } },
    went: 'opened',
  }
}

/** Whether who carries this session may read and answer. @param session hash of what was carried */
export const mayRead = (link: Link, session: string, at: Date): boolean =>
  standingOf(link, at) === 'open' && link.session?.hash === session && at.getTime() < link.session.until.getTime()

/** It no longer opens, whoever has it. */
export function revoke(link: Link, at: Date): Link {
  const { code: _code, session: _session, codeWanted: _wanted, ...shut } = link
  return { ...shut, revokedAt: link.revokedAt ?? at }
}

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms)
