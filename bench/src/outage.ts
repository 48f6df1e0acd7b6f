/** A storm with something away in its middle: senders hear AE or silence and send again, and the end state must be exact. */
import { setTimeout as wait } from 'node:timers/promises'
import { messagesAbout } from './admissions.ts'
import { reasonOf } from './compare.ts'
import { endState, line, messagesFor, stormOn, type Bench, type Messages, type Sent } from './hospital-storm.ts'
import type { Passage } from './passage.ts'
import type { Run } from './phases/phase.ts'
import type { Result } from './scenario.ts'
import { enrol, REGISTERED } from './scenarios/alerts.ts'

/** How long it is there before and after, as a part of how long it is away. */
const AROUND = 1 / 6
const LEAST_AROUND_S = 3
const NEWCOMERS = 20

/** PostgreSQL, and the queue in it. */
export async function outageOfDatabase(bench: Bench, passage: Passage, messages: Messages, run: Run): Promise<Result> {
  const { around, seconds } = lengthsOf(run)
  run.tell(`  PostgreSQL, and the queue in it, away for ${String(seconds)} s`)
  return outage('outage-postgresql', bench, passage, messagesFor(seconds + 2 * around, messages), run)
}

/**
 * Redis, and the queue in it. Meanwhile people come onto the register, which is heard of by the queue, and are admitted before it is back: until the
 * watch list has them nobody can be said not to be registered, so senders hear AE.
 */
export async function outageOfQueue(bench: Bench, passage: Passage, messages: Messages, run: Run): Promise<Result> {
  const { around, seconds } = lengthsOf(run)
  run.tell(`  Redis, and the queue in it, away for ${String(seconds)} s`)
  const newcomers = bench.others.slice(REGISTERED, REGISTERED + NEWCOMERS)
  const before = messagesFor(around + seconds / 2, messages)
  const after = messagesFor(seconds / 2 + around, { ...messages, admitted: messagesAbout(newcomers, 'A01') })
  const first = before.messages.length
  const sent = {
    messages: [...before.messages, ...after.messages],
    ours: new Map([...before.ours, ...[...after.ours].map(([index, visit]) => [first + index, visit] as const)]),
  }
  return outage('outage-queue', bench, passage, sent, run, () => enrol(bench, newcomers))
}

function lengthsOf({ stormSeconds: seconds }: Run): { readonly around: number; readonly seconds: number } {
  return { around: Math.max(LEAST_AROUND_S, Math.round(seconds * AROUND)), seconds }
}

/** @param meanwhile what is done while it is away, at once */
async function outage(
  name: string,
  bench: Bench,
  passage: Passage,
  sent: Sent,
  run: Run,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<Result> {
  run.signal.throwIfAborted()
  const { around, seconds } = lengthsOf(run)
  const away = (async () => {
    await wait(around * 1_000)
    passage.cut()
    await Promise.all([meanwhile(), wait(seconds * 1_000)]).finally(() => passage.mend())
  })()
  try {
    const [stormed] = await Promise.all([stormOn(bench, sent), away])
    // What was on its way to the queue when it went is offered again after half a minute: it may not come to rest at the first look.
    const wrong = await endState(bench, sent).catch(() => endState(bench, sent))
    run.tell(`  ${String(stormed.resent)} messages sent again`)
    return line(name, 'frames/s', { stormed, ...(wrong === undefined ? {} : { error: wrong }) })
  } catch (error) {
    await away.catch(() => undefined)
    return line(name, 'frames/s', { error: reasonOf(error) })
  }
}
