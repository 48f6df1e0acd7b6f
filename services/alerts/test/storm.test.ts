/**
 * A storm in small, the twin of the one in the bench: split frames, resends, connections that are cut before the answer. Every message is answered in the
 * end, no alert is missing and none is doubled. HAZ-A02, HAZ-A03
 */
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { readAcknowledgement } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import { frame, MllpFramer } from '@platform/hl7v2/mllp-framer'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHospital } from './a-hospital.ts'

const MESSAGES = 240
const ONE_OF_OURS_IN = 20
const CONNECTIONS = 6
const CUT_AFTER = 15 // messages of a connection; what was not answered by then is sent again on the next

/** Numbers that are the same in every run. Mulberry32. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296
  }
}

t.test('a storm of split frames, resends and cut connections ends with every message answered and each alert once', async (t) => {
  const hospital = await testHospital(t)
  const roll = dice(42)
  const ours = (index: number) => index % ONE_OF_OURS_IN === 0
  const storm = Array.from({ length: MESSAGES }, (_, index) =>
    anAdmissionMessage({ for: ours(index) ? 'dafydd' : 'ada', controlId: `S${String(index)}`, visit: `V${String(9_000 + index)}` }),
  )
  const answered = new Map<string, string>()
  const waiting = storm.map((_, index) => index)

  /** Sends until nothing waits; leaves in the middle, without waiting for the last answers, every so often. */
  const sender = async (): Promise<void> => {
    while (waiting.length > 0) {
      const mine = waiting.splice(0, CUT_AFTER)
      const socket = await open(hospital.running.mllpPort)
      const heard = answersOf(socket, mine.length)
      for (const index of mine) {
        const bytes = frame(Buffer.from(storm[index] ?? ''))
        const cut = Math.floor(roll() * bytes.length)
        socket.write(bytes.subarray(0, cut))
        socket.write(bytes.subarray(cut))
        if (roll() < 0.2) socket.write(bytes) // a sender that loses its patience
      }
      const cutShort = roll() < 0.3
      for (const [id, code] of await (cutShort ? heard.first(Math.floor(mine.length / 2)) : heard.all())) answered.set(id, code)
      socket.destroy()
      waiting.push(...mine.filter((index) => !answered.has(`S${String(index)}`)))
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, sender))
  await hospital.acted()

  t.equal(answered.size, MESSAGES)
  t.strictSame(new Set(answered.values()), new Set(['CA']))
  const alerts = hospital.tasks().filter(([kind]) => kind === 'hospital-alert')
  t.equal(alerts.length, MESSAGES / ONE_OF_OURS_IN)
  const { rows } = await hospital.database.query<{ kept: number; stays: number }>({
    text: 'SELECT (SELECT count(*) FROM alerts.message)::int AS kept, (SELECT count(*) FROM alerts.stay)::int AS stays',
  })
  t.strictSame(rows, [{ kept: MESSAGES / ONE_OF_OURS_IN, stays: MESSAGES / ONE_OF_OURS_IN }])
  t.equal((await hospital.notices()).filter((kind) => kind === 'raised').length, MESSAGES / ONE_OF_OURS_IN)
})

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

/** The answers of a connection by the control id they answer. */
function answersOf(socket: Socket, expected: number) {
  const found = new Map<string, string>()
  const framer = new MllpFramer()
  let wake = () => {}
  socket.on('data', (bytes: Buffer) => {
    for (const content of framer.push(bytes)) {
      const [message] = readMessages(content)
      const read = message === undefined ? undefined : readAcknowledgement(message)
      if (read !== undefined) found.set(read.answers, read.code)
    }
    wake()
  })
  socket.on('close', () => wake())
  const first = async (count: number): Promise<ReadonlyMap<string, string>> => {
    while (found.size < count && !socket.destroyed) await new Promise<void>((resolve) => (wake = resolve))
    return found
  }
  return { first, all: () => first(expected) }
}
