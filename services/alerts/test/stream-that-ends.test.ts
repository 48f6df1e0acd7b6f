/** A stream that nobody reads, and one whose token ends: neither keeps its place. */
import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import { stream } from '../src/routes/stream.ts'
import type { Notice, Notices } from '../src/store/notices.ts'

const OWNER = 'Organization/hospital'
const LONG = 'x'.repeat(2_000)

/** As many notices as anybody could read. */
const endless: Pick<Notices, 'after' | 'newest' | 'listen'> = {
  after: async (position, limit) =>
    Array.from({ length: limit }, (_, index): Notice => {
      const id = String(Number(position) + index + 1)
      return { id, kind: 'raised', quiet: false, task: `Task/${LONG}`, encounter: '', audience: [OWNER], at: new Date(0) }
    }),
  newest: async () => '1000000000',
  listen: () => ({ [Symbol.dispose]: () => undefined }),
}

t.test('HAZ-A93: a stream that is not read ends with its token, and says no more; who does not read is not waited for', async (t) => {
  const app = Fastify({ forceCloseConnections: true })
  app.decorateRequest('caller')
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { caller: { role: 'ward', organization: OWNER, expiresAt: Date.now() / 1_000 + 0.5 } })
  })
  await app.register(stream, { notices: endless as Notices })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const warnings: string[] = []
  const warned = (warning: Error) => void warnings.push(warning.name)
  process.on('warning', warned)
  t.teardown(() => void process.off('warning', warned))

  const came = once(app.server, 'connection') as Promise<[Socket]>
  const reader = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => void reader.destroy())
  reader.on('error', () => undefined)
  reader.write('GET /alerts/stream HTTP/1.1\r\nhost: hub\r\nlast-event-id: 0\r\n\r\n')
  reader.pause()
  const [ours] = await came
  await once(ours, 'close')
  t.strictSame(warnings, [], 'nothing is piled up for whoever does not read')
})
