import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { freePort, PORTS_ARE_APART } from './free-port.ts'

t.test(
  'a free port is given once, and is none that the system gives to whoever asks for any',
  { skip: PORTS_ARE_APART ? false : 'this system gives out all ports by itself' },
  async (t) => {
    const given = await Promise.all(Array.from({ length: 200 }, freePort))
    t.equal(new Set(given).size, given.length)
    const systems: number[] = []
    for (let one = 0; one < 200; one += 1) {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      systems.push((server.address() as AddressInfo).port)
      await new Promise((resolve) => server.close(resolve))
    }
    t.ok(Math.max(...given) < Math.min(...systems), `up to ${String(Math.max(...given))}, and from ${String(Math.min(...systems))} on`)
  },
)
