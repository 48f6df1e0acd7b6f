/**
 * By when the next step of a need is due at the latest: two years. A need is looked at again when its step is due and not before, so that a year that was
 * mistyped would be a person whom nobody asks about until then. HAZ-R92
 */
const DAYS = 2 * 365 + 1

/** The latest time at which a step may be due that is given now. */
export const latestDue = (at: Date): Date => new Date(at.getTime() + DAYS * 86_400_000)
