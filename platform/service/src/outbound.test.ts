/** Addresses that others give us, on real sockets: what a name means is asked once, and what was checked is what is connected to. HAZ-A49 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { ResolveName } from './names.ts'
import { mayReach, outbound } from './outbound.ts'

async function receiver(t: { teardown(work: () => unknown): void }) {
  let heard = 0
  const server = createServer((_request, response) => {
    heard += 1
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, heard: () => heard }
}

/** A name that means another address each time it is asked for. */
function changing(...answers: readonly (readonly string[])[]): { resolve: ResolveName; asked: () => number } {
  let asked = 0
  const resolve: ResolveName = async () => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    return addresses.map((address) => ({ address, family: 4 }))
  }
  return { resolve, asked: () => asked }
}

t.test(
  'HAZ-A49: a name that means a public address when it is checked, and an inner one when it is connected to, leads nowhere inside',
  async (t) => {
    const inner = await receiver(t)
    const policy = { allow: [`127.0.0.1:${String(inner.port)}`], loopback: false }
    const name = changing(['127.0.0.1'], ['10.0.0.7'])
    using way = outbound(policy, undefined, name.resolve)
    t.equal((await way.post(`http://receiver.example:${String(inner.port)}/`, '{}', {})).status, 204)
    t.equal(name.asked(), 1, 'asked once: what was checked is what was connected to')
    await t.rejects(way.post(`http://receiver.example:${String(inner.port)}/`, '{}', {}), { code: 'ENDPOINT_FORBIDDEN' })
    t.equal(inner.heard(), 1, 'a connection that was kept is not used for a name that means something else now')
  },
)

t.test('HAZ-A49: an address is itself: nobody is asked what it means, and it is checked like the address of a name', async (t) => {
  const inner = await receiver(t)
  const nobody: ResolveName = async () => t.fail('asked') as never
  const at = (host: string) => `http://${host}:${String(inner.port)}/`
  using allowed = outbound({ allow: [`127.0.0.1:${String(inner.port)}`], loopback: false }, undefined, nobody)
  t.equal((await allowed.post(at('127.0.0.1'), '{}', {})).status, 204)
  using usual = outbound({ allow: [], loopback: false }, undefined, nobody)
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0',
    '10.0.0.1',
    '169.254.169.254',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[fd00::1]',
  ])
    await t.rejects(usual.post(at(host), '{}', {}), { code: 'ENDPOINT_FORBIDDEN' }, host)
  t.equal(inner.heard(), 1)
})

t.test('HAZ-A49: of several addresses only those that may be reached are tried', async (t) => {
  const inner = await receiver(t)
  const usual = { allow: [], loopback: false }
  for (const addresses of [['127.0.0.1'], ['169.254.169.254', '10.0.0.1'], ['::ffff:127.0.0.1'], ['::ffff:7f00:1']]) {
    using way = outbound(usual, undefined, changing(addresses).resolve)
    await t.rejects(way.post(`http://receiver.example:${String(inner.port)}/`, '{}', {}), { code: 'ENDPOINT_FORBIDDEN' }, addresses.join())
  }
  using way = outbound(
    { allow: [`127.0.0.1:${String(inner.port)}`], loopback: false },
    undefined,
    changing(['10.0.0.1', '127.0.0.1']).resolve,
  )
  t.equal((await way.post(`http://receiver.example:${String(inner.port)}/`, '{}', {})).status, 204)
  t.equal(inner.heard(), 1)
})

t.test('HAZ-A49: an inner address is none by another way of writing it', (t) => {
  const usual = { allow: [], loopback: false }
  const may = (address: string, policy = usual) => mayReach(address, 'receiver.example', '443', policy)
  const inner = [
    '127.0.0.1 0.0.0.0 10.1.2.3 100.100.100.200 169.254.169.254 172.31.0.1 192.168.1.1 255.255.255.255',
    ':: ::1 ::10.0.0.1 ::ffff:10.0.0.1 ::ffff:a00:1 ::ffff:0:10.0.0.1 64:ff9b::a00:1 64:ff9b:1::a00:1 2002:a00:1:: 2001:0:a00:1::',
    '2001:db8::1 3fff::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1 100::1 5f00::1',
  ].flatMap((line) => line.split(' '))
  for (const address of inner) t.notOk(may(address), address)
  for (const address of ['1.1.1.1', '51.140.0.1', '::ffff:1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4009::1'])
    t.ok(may(address), address)
  t.ok(may('::1', { allow: [], loopback: true }), 'in the demonstration')
  t.notOk(may('::7f00:1', { allow: [], loopback: true }))
  t.end()
})
