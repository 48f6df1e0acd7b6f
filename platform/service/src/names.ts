/**
 * What names mean, as the system says. It asks for two of them at a time in a whole process, and waits ten seconds and more for a name server that does not
 * answer: two such names would keep every other name waiting, and with it whoever is told of something there. HAZ-A107
 */
import { lookup } from 'node:dns/promises'
import { atMost } from './at-most.ts'

/** Says what a name means now. */
export type ResolveName = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

/** Longer than a name server that answers takes, and shorter than the system waits for it once. */
const SLOW_MS = 2_000
/** So many names the system asks for at a time. Who begins beside as many waits for them first, and cannot be called slow. */
const AT_ONCE = 2

/**
 * The same name is asked for once at a time, and the names that were slow before one after another, so that there is always room for the others.
 *
 * @param nowMs what is measured with
 */
export function oneByOneWhereSlow(ask: ResolveName, nowMs: () => number = () => performance.now()): ResolveName {
  const underWay = new Map<string, ReturnType<ResolveName>>()
  const slow = new Set<string>()
  let running = 0
  const oneByOne = atMost(1)
  const askNow = async (host: string) => {
    const [began, isFirst] = [nowMs(), running < AT_ONCE]
    running += 1
    try {
      return await ask(host)
    } finally {
      running -= 1
      if (nowMs() - began <= SLOW_MS) slow.delete(host)
      else if (isFirst) slow.add(host)
    }
  }
  return async (host) => {
    const before = underWay.get(host)
    if (before !== undefined) return before
    const asked = (slow.has(host) ? oneByOne(async () => askNow(host)) : askNow(host)).finally(() => underWay.delete(host))
    underWay.set(host, asked)
    return asked
  }
}

/** For the whole process, as the system's limit is. */
export const asTheSystemSays: ResolveName = oneByOneWhereSlow((host) => lookup(host, { all: true }))
