/** Hospitals in a storm: split frames, frames sent again, connections that are cut before the answer. A message is sent until it is taken. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { frame, MllpFramer } from '@platform/hl7v2/mllp-framer'

/** What is sent, how fast, over how many connections. */
export interface StormOptions {
  readonly port: number
  readonly messages: readonly Buffer[]
  readonly perSecond: number
  readonly connections: number
  /** Called as each message is first sent. */
  readonly onSent?: (index: number, at: number) => void
}

/** What came of it. */
export interface Stormed {
  /** From when a message was first written until it was taken, in milliseconds. */
  readonly durationsMs: readonly number[]
  readonly elapsedMs: number
  readonly cuts: number
  readonly resent: number
  /** Answers that nobody had asked for, or that came for another message. */
  readonly astray: number
}

const PATIENCE_MS = 5_000
const PAUSE_MS = 250
const SPLIT_IN = 2
const TWICE_IN = 20
const CUT_IN = 50
const GIVEN_UP_AFTER_MS = 300_000

/** Sends all of it. @throws Error when a message is not taken in the end */
export async function storm({ port, messages, perSecond, connections, onSent }: StormOptions): Promise<Stormed> {
  const durationsMs: number[] = []
  let [next, cuts, resent, astray] = [0, 0, 0, 0]
  const roll = dice(42)
  const start = performance.now()

  const sender = async (): Promise<void> => {
    let line: Line | undefined
    for (;;) {
      const index = next++
      const content = messages[index]
      if (content === undefined) break
      const early = start + (index * 1_000) / perSecond - performance.now()
      if (early > 0) await wait(early)
      const begun = performance.now()
      onSent?.(index, begun)
      for (let tries = 0; ; tries += 1) {
        if (tries > 0) resent += 1
        if (performance.now() - begun > GIVEN_UP_AFTER_MS) throw new Error('A message was not taken in five minutes.')
        line ??= await openLine(port).catch(() => undefined)
        if (line === undefined) {
          await wait(PAUSE_MS)
          continue
        }
        const cut = tries === 0 && Math.floor(roll() * CUT_IN) === 0
        const taken = await line.send(content, {
          split: Math.floor(roll() * SPLIT_IN) === 0,
          twice: Math.floor(roll() * TWICE_IN) === 0,
          cut,
        })
        astray += line.astray()
        if (taken) break
        line.close()
        line = undefined
        if (cut) cuts += 1
        else await wait(PAUSE_MS)
      }
      durationsMs.push(performance.now() - begun)
    }
    line?.close()
  }
  await Promise.all(Array.from({ length: connections }, sender))
  return { durationsMs, elapsedMs: performance.now() - start, cuts, resent, astray }
}

interface Line {
  /** True once every frame that was written has its answer, and all say that it is taken. */
  send(content: Buffer, how: { readonly split: boolean; readonly twice: boolean; readonly cut: boolean }): Promise<boolean>
  astray(): number
  close(): void
}

async function openLine(port: number): Promise<Line> {
  const socket: Socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.setNoDelay(true)
  const framer = new MllpFramer()
  let answers: string[] = []
  let wake = () => {}
  let astray = 0
  socket.on('data', (bytes: Buffer) => {
    for (const answer of framer.push(bytes)) answers.push(answer.toString('latin1'))
    wake()
  })
  socket.on('close', () => wake())
  return {
    async send(content, { split, twice, cut }) {
      astray += answers.length
      answers = []
      const bytes = frame(content)
      const frames = twice ? 2 : 1
      for (let one = 0; one < frames; one += 1) {
        if (split) {
          socket.write(bytes.subarray(0, bytes.length >> 1))
          await new Promise((resolve) => setImmediate(resolve))
          socket.write(bytes.subarray(bytes.length >> 1))
        } else socket.write(bytes)
      }
      if (cut) {
        socket.destroy()
        return false
      }
      const until = performance.now() + PATIENCE_MS
      while (answers.length < frames && !socket.destroyed && performance.now() < until) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, until - performance.now())
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const controlId = content.toString('latin1', 0, 200).split('|')[9] ?? ''
      const taken = answers.length === frames && answers.every((answer) => /MSA\|[AC]A\|/.test(answer) && answer.includes(controlId))
      answers = []
      return taken
    },
    astray: () => {
      const count = astray
      astray = 0
      return count
    },
    close: () => void socket.destroy(),
  }
}

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
