/** The ways out: every channel as its examples say, and no request to an address that may not be reached. */
import t from 'tap'
import { loadChannels, type ChannelMeans } from '../src/outbox/define-channel.ts'
import { mayReach, outbound } from '@platform/service/outbound'

t.test('every channel does as its examples say', async (t) => {
  const channels = await loadChannels()
  t.strictSame([...channels.keys()], ['email', 'sms', 'webhook'])
  const answers = (answer: number): ChannelMeans => ({
    http: { post: async () => ({ status: answer, headers: {}, body: '' }) },
    sign: () => 'signature',
    mailer: { send: async () => answer, [Symbol.dispose]: () => {} },
    sms: { send: async () => ({ status: answer }) },
    publicUrl: 'https://hub.example',
  })
  for (const channel of channels.values()) {
    for (const { given, answer, expect } of channel.examples) {
      const held = {
        id: 's',
        endpoint: 'https://receiver.example',
        headers: [],
        topic: 'alert',
        filters: [],
        cadence: 'now',
        party: '*',
      } as const
      const subscription = {
        ...held,
        channel: channel.id,
        status: 'active',
        content: 'id-only',
        payload: 'application/fhir+json',
        events: '1',
        maxCount: 1,
      } as const
      const events = [{ number: '1', focus: 'Task/1', kind: 'raised', at: new Date(0) }]
      const said = await channel.deliver({ subscription, type: 'event-notification', events, at: new Date(0), key: 's.1' }, answers(answer))
      t.equal(typeof said === 'string' ? said : said.outcome, expect, given)
    }
  }
})

t.test('requests go to public addresses, to what the operator allows, and to loopback in a demonstration only', async (t) => {
  const usual = { allow: [], loopback: false }
  for (const no of [
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '172.20.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
    'host',
  ])
    t.notOk(mayReach(no, no, '443', usual), no)
  t.ok(mayReach('8.8.8.8', 'receiver.example', '443', usual))
  t.ok(mayReach('127.0.0.1', 'localhost', '80', { allow: [], loopback: true }))
  t.notOk(mayReach('10.0.0.1', 'inside', '80', { allow: [], loopback: true }))
  const allowed = { allow: ['engine.trust.example:8443', '10.0.0.9:80'], loopback: true }
  t.ok(mayReach('10.0.0.5', 'engine.trust.example', '8443', allowed))
  t.ok(mayReach('10.0.0.9', 'whatever', '80', allowed))
  t.notOk(mayReach('10.0.0.5', 'engine.trust.example', '443', allowed))
  t.notOk(mayReach('8.8.8.8', 'receiver.example', '443', allowed))
  for (const url of ['http://127.0.0.1:1/', 'file:///etc/passwd', 'http://user@127.0.0.1/', 'nonsense'])
    await t.rejects(outbound(usual).post(url, '', {}), { code: 'ENDPOINT_FORBIDDEN' }, url)
})
