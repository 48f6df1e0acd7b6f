/** How long a sign-in lasts: until nothing was done for a while, and never longer than a given time. */

/** Both ends of a sign-in, in milliseconds. */
export interface SessionTimes {
  /** Without anything being done. */
  readonly idleMs: number
  /** Whatever is done. */
  readonly longestMs: number
}

/** An application may wait this long before it renews and so tells us that something was done, in seconds. */
const RENEWED_EVERY_SECONDS = 60

/**
 * How long a refresh token that was used may be used once more, in seconds: two tabs of one browser renew at once, and an answer is
 * lost on the way. Afterwards a second use means that two hold the same token, and everything of this sign-in ends.
 * RFC 9700 section 4.14.2
 */
const REUSE_LEEWAY_SECONDS = 60

/** Whether a refresh token may be used now. @param usedAt when it was used first, if it was; both in seconds since 1970 */
export const isUsable = (usedAt: number | undefined, now: number): boolean => usedAt === undefined || now - usedAt < REUSE_LEEWAY_SECONDS

/** How long a new refresh token lives, in seconds, at least 1. @param begunAt when the sign-in began; both in seconds since 1970 */
export function refreshTokenSeconds({ idleMs, longestMs }: SessionTimes, begunAt: number, now: number): number {
  const idle = idleMs / 1000 + RENEWED_EVERY_SECONDS
  return Math.max(1, Math.floor(Math.min(idle, begunAt + longestMs / 1000 - now)))
}
