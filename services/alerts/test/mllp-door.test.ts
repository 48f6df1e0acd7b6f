import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import fc from '@platform/testing/properties'
import t from 'tap'
import { readAcknowledgement } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import { MllpFramer } from '@platform/hl7v2/mllp-framer'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { startAlerts } from '../src/start.ts'
import { testHospital } from './a-hospital.ts'

const hospital = await testHospital(t)
const original = anAdmissionMessage().replace('|AL|NE', '')
const changed = (from: string | RegExp, to: string) => original.replace(from, to).replace('DW0000001', `X${String((count += 1))}`)
let count = 0

t.test('each situation of the acknowledgement table gets its code', async (t) => {
  const table: readonly [string, string, string, RegExp | undefined][] = [
    ['stored', original, 'AA', undefined],
    ['the same again', original, 'AA', undefined],
    ['enhanced mode', anAdmissionMessage({ controlId: 'E1' }), 'CA', undefined],
    ['no control id', original.replace('DW0000001', ''), 'AE', /Required field missing|101/],
    ['no PID', changed(/PID\|[^\r]*\r/, ''), 'AE', /101/],
    ['an empty PID', changed(/PID\|[^\r]*\r/, 'PID|1\r'), 'AE', /102/],
    ['a PID without any identifier', changed(/PID\|[^\r]*\r/, 'PID|1||||Someone^Else||19500101\r'), 'AA', undefined],
    ['an event of no interest', changed('ADT^A01^ADT_A01', 'ADT^A09'), 'AA', undefined],
    ['another type', changed('ADT^A01^ADT_A01', 'ORU^R01'), 'AR', /200/],
    ['another version', changed('|P|2.4', '|P|3.0'), 'AR', /203/],
    ['a training message', changed('|P|2.4', '|T|2.4'), 'AR', /202/],
    ['not HL7', 'GET / HTTP/1.1\r\n\r\n', 'AR', undefined],
  ]
  for (const [name, message, code, error] of table) {
    const answer = await hospital.send(message)
    t.equal(answer?.code, code, name)
    if (error !== undefined) t.match(answer?.errors.join(), error, name)
  }
})

t.test('an authority of client certificates without key and certificate stops the start, and opens no listener in the clear', async (t) => {
  const config = { MLLP_HOST: '127.0.0.1', MLLP_PORT: 0, MLLP_ALLOW: 'loopback', MLLP_KEEP_MS: 86_400_000, SWEEP_EVERY_MS: 3_600_000 }
  const { dependencies } = hospital
  await t.rejects(startAlerts({ ...config, MLLP_TLS_CA: 'authority.pem' }, { ...dependencies, queues: undefined as never }), /MLLP_TLS_KEY/)
})

t.test(
  'HAZ-A72: what a message with a spoilt header says is not taken for the message before it: both wait for a person, and nobody is told',
  async (t) => {
    await hospital.acted()
    const before = [hospital.tasks().length, await hospital.dependencies.quarantine.count()] as const
    const stranger = anAdmissionMessage({ for: 'ada', controlId: 'S1', visit: 'V7', acknowledgement: 'original' })
    const spoilt = anAdmissionMessage({ event: 'A03', controlId: 'S2', visit: 'V8' }).replace('MSH|', 'MSX|')
    const answer = await hospital.send(stranger + spoilt)
    t.match(answer, { code: 'AE', answers: 'S1' })
    t.match(answer?.errors.join(), /100/)
    await hospital.acted()
    t.strictSame([hospital.tasks().length, await hospital.dependencies.quarantine.count()], [before[0], before[1] + 1])
  },
)

t.test('an acknowledgement is never acknowledged', async (t) => {
  hospital.mllp.socket.write('\x0bMSH|^~\\&|A|B|C|D|20261121||ACK^A01|1|P|2.4\rMSA|AA|9\r\x1c\r')
  t.equal((await hospital.send(changed('', '')))?.code, 'AA')
})

t.test('truncated at any byte, a message is answered or refused and nothing crashes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(original.length), async (length) => {
      const answer = await hospital.send(original.slice(0, length))
      return answer !== undefined && /^A[AER]$/.test(answer.code)
    }),
    { numRuns: 60 },
  )
})

t.test('whatever is sent to the door, it lives on and alerts nobody by mistake', async (t) => {
  await hospital.acted()
  const before = hospital.tasks().length
  const junk = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('\x0b', '\x1c\r', 'MSH|^~\\&|', 'PID|1||', '\r').map((text) => Buffer.from(text)),
    ),
    { maxLength: 15 },
  )
  await fc.assert(
    fc.asyncProperty(junk, async (pieces) => {
      const socket = connect({ host: '127.0.0.1', port: hospital.running.mllpPort })
      const heard: Buffer[] = []
      socket.on('data', (chunk) => heard.push(chunk)).on('error', () => {})
      const closed = once(socket, 'close')
      socket.end(Buffer.concat(pieces))
      await closed
      return new MllpFramer().push(Buffer.concat(heard)).every((answer) => readMessages(answer)[0]?.readable === true)
    }),
    { numRuns: 60 },
  )
  t.match(await hospital.send(changed('', '')), { code: 'AA' })
  await hospital.acted()
  t.equal(hospital.tasks().length, before)
})

const examples = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'examples', 'hl7v2')

t.test(
  'every published message is answered as its header asks, and none does harm',
  { skip: existsSync(examples) ? false : 'shared/examples/hl7v2 is not beside this repository' },
  async (t) => {
    const codes: Record<string, number> = {}
    let messages = 0
    for (const file of readdirSync(examples)
      .filter((name) => name.endsWith('.hl7'))
      .toSorted()) {
      const content = readFileSync(join(examples, file))
      const expected = readMessages(content)
      messages += expected.length
      const socket = connect({ host: '127.0.0.1', port: hospital.running.mllpPort })
      const heard: Buffer[] = []
      socket.on('data', (chunk) => heard.push(chunk))
      const closed = once(socket, 'close')
      socket.end(Buffer.concat([Buffer.from([0x0b]), content, Buffer.from([0x1c, 0x0d])]))
      await closed
      const answers = new MllpFramer()
        .push(Buffer.concat(heard))
        .map((answer) => readAcknowledgement(readMessages(answer)[0] ?? { readable: false, why: 'empty', raw: answer }))
      // Each names the message it answers; a sender that asked for no answer (MSH-15 and MSH-16 NE) gets none.
      const wanted = expected.filter((message) => !(message.readable && message.msh.text(15) === 'NE' && message.msh.text(16) === 'NE'))
      t.strictSame(
        answers.map((answer) => answer?.answers),
        wanted.map((message) => (message.readable ? message.controlId : '')),
        file,
      )
      for (const answer of answers) codes[answer?.code ?? ''] = (codes[answer?.code ?? ''] ?? 0) + 1
    }
    t.equal(messages, 95)
    // CR: training and debugging messages (MSH-11 T and D) and a version we do not know; AE and CE: no PID, no control id.
    t.strictSame(codes, { AA: 72, CR: 12, AR: 5, AE: 3, CE: 2 })
    t.equal(
      Object.values(codes).reduce((sum, one) => sum + one, 0),
      94,
    )
  },
)
