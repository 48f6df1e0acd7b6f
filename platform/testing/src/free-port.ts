import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'

const LOWEST = 20_000
/** From here on systems give out ports by themselves: IANA's dynamic ports, and Linux as it is set. RFC 6335, 6 */
const DYNAMIC = 49_152
const FEWEST = 1_000

const given = new Set<number>()

/**
 * A port of loopback that nobody listens on, and that nobody is given meanwhile: neither who asks the system for any port, nor who connects, which other
 * test files do all the time. No process is given one twice. So whoever ends and starts again finds theirs free.
 */
export async function freePort(): Promise<number> {
  if (!PORTS_ARE_APART) return listenOn(0)
  for (;;) {
    const port = randomInt(LOWEST, END)
    if (given.has(port)) continue
    given.add(port)
    const free = await listenOn(port).catch(() => undefined)
    if (free !== undefined) return free
  }
}

const END = Math.min(DYNAMIC, dynamicHere())
/** Whether this system leaves any that it does not give out by itself. */
export const PORTS_ARE_APART = END - LOWEST >= FEWEST

/** The first port that this Linux gives out by itself. */
function dynamicHere(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10)
  } catch {
    return DYNAMIC // another system
  }
}

/** Only to see whether it can be done. @returns the port that it was */
async function listenOn(wanted: number): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(wanted, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
