/**
 * Alerts: brings the record and the notices in line with each stay. Every call reads what is so now and writes what differs, so that it may
 * be called at any time and any number of times.
 */
import type { Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { atMost } from '@platform/service/at-most'
import { summariseError } from '@platform/service/describe-error'
import { longestWaitMs } from '../domain/ladder.ts'
import { taskKeyOf } from '../domain/vocabulary.ts'
import type { AlertSources } from './alert-sources.ts'
import { climb, climbDown } from './climb-ladder.ts'
import { settleStay } from './settle-stay.ts'
import { stayOfKey } from './stay-record.ts'
import type { WaitingAnswer } from './stay-state.ts'

/** Alerts of stays. */
export interface Alerts {
  /** Makes the record say what is so of this stay, and leaves the notices that follow. */
  settle(stay: string): Promise<void>
  /** Settles it as soon as its turn comes; a failure is made good by `settleAll`. A stay that waits already is settled once for all. */
  settleSoon(stay: string): void
  /** Resolves when nothing is being settled; what still waits is left to `settleAll`. */
  rest(): Promise<void>
  /** Settles the stays of a person again, because the person, the register or a Task changed. */
  settlePerson(patient: string): Promise<void>
  /** Settles the stay a Task of ours belongs to; others are passed over. */
  settleTask(task: Task): Promise<void>
  /** Settles whatever a crash or an unreachable record left behind. */
  settleAll(): Promise<void>
  /** Looks again, every half day, whether something was planned for those who are in hospital. */
  holdAgain(now: Date): Promise<void>
  /**
   * Takes every answer that is due by then one step further up, and after a clock that was ahead back to where its ladder stands. One for which that
   * fails holds up no other. @throws RECORD_UNREACHABLE
   */
  escalateDue(now: Date): Promise<void>
}

/**
 * An alert costs the record some requests; more at once would only make each wait, and the hospitals' frames with them: with six, frames about people
 * on the register were answered at 0.27 of the rate of a bare INSERT, with two at 0.43 (both on a busy machine).
 */
const WRITTEN_AT_ONCE = 2
/** Looking whether there is anything to write is cheap, and shared by those who look at the same time. */
const LOOKED_AT_ONCE = 64
const BATCH = 200
const HELD_EVERY_MS = 12 * 3_600_000

/** Opens them. */
export function alertsOf(sources: AlertSources): Alerts {
  const { stays, answersAhead, pathway, clock, log } = sources
  const writing = atMost(WRITTEN_AT_ONCE)
  const running = new Map<string, Promise<void>>()
  const next = new Map<string, Promise<void>>()

  /**
   * One at a time for each stay in this process; who asks while one runs shares the next one, which sees all that was so when it was asked for.
   * Other processes are held off by If-Match and conditional creates.
   */
  const settle = async (stay: string): Promise<void> => {
    const shared = next.get(stay)
    if (shared !== undefined) return shared
    const before = running.get(stay)
    if (before === undefined) return run(stay)
    const mine = before
      .catch(() => undefined)
      .then(async () => {
        next.delete(stay)
        return run(stay)
      })
    next.set(stay, mine)
    return mine
  }
  const run = async (stay: string): Promise<void> => {
    const work = settleStay(stay, sources, writing, settleSoon)
    running.set(stay, work)
    try {
      await work
    } finally {
      if (running.get(stay) === work) running.delete(stay)
    }
  }
  /** It is tried again, and after ten times less often than others. */
  const giveWay = async (stay: string, error: unknown): Promise<false> => {
    const reason = summariseError(error)
    log.warn({ event: 'stay.not-settled', stay, reason })
    await stays
      .notSettled(stay, reason, clock.now())
      .catch((trouble: unknown) => log.warn({ event: 'stay.not-put-off', stay, reason: summariseError(trouble) }))
    return false
  }
  const again = async (stay: string): Promise<void> => {
    await stays.touch(stay)
    await settle(stay)
  }

  const settleSoon = (stay: string): void => {
    soon.add(stay)
    nextSoon()
  }

  /** Answers that could not be taken a step up when they were last tried. */
  const notClimbed = new Set<string>()
  let heldAt = clock.now().getTime()
  let escalatedAt = Infinity
  const soon = new Set<string>()
  const atWork = new Set<Promise<void>>()
  const nextSoon = () => {
    for (const stay of soon) {
      if (atWork.size >= LOOKED_AT_ONCE) return
      soon.delete(stay)
      const work: Promise<void> = settle(stay)
        .catch(async (error: unknown) => void (await giveWay(stay, error)))
        .finally(() => {
          atWork.delete(work)
          nextSoon()
        })
      atWork.add(work)
    }
  }

  return {
    settle,
    settleSoon,
    async rest() {
      soon.clear()
      await Promise.all(atWork)
    },
    async settlePerson(patient) {
      const all = await stays.ofPatient(patient)
      for (const stay of all) await stays.touch(stay) // first all of them: what fails for one is left undone for none
      for (const stay of all) await settle(stay)
    },
    async settleTask(task) {
      const stay = stayOfKey(taskKeyOf(task))
      if (stay !== undefined && (await stays.get(stay)) !== undefined) await again(stay)
    },
    async settleAll() {
      for (let again = true; again;) {
        again = false
        for (const { id, stuck } of await stays.unsettled(BATCH, clock.now())) {
          const done = await settle(id).then(
            () => true,
            async (error: unknown) => giveWay(id, error),
          )
          if (!done || !stuck) continue
          await stays.allDue() // what stopped it has passed: the others are told in their order
          again = true
          break
        }
      }
    },
    async holdAgain(now) {
      if (Math.abs(now.getTime() - heldAt) < HELD_EVERY_MS) return // also after a clock that was ahead
      heldAt = now.getTime()
      for (const stay of await stays.openNow()) await again(stay)
    },
    async escalateDue(now) {
      // At the first look, and when the clock has gone back: nothing else leaves a step further off than the ladder is long.
      if (now.getTime() < escalatedAt) {
        const ahead = new Date(now.getTime() + longestWaitMs(pathway.alerts.ladder))
        const find = async (limit: number) => answersAhead.after(ahead, now, limit)
        if (await eachAnswer(find, async (answer) => climbDown(answer, now, sources))) escalatedAt = now.getTime()
      } else escalatedAt = now.getTime()
      // When the clock of the demonstration jumps, several steps of one answer may be due: each is taken.
      const find = async (limit: number) => stays.dueAnswers(now, limit)
      await eachAnswer(find, async (answer) => climb(answer, now, sources))
    },
  }

  /**
   * One after the other until there are none; one for which it fails holds up no other.
   *
   * @returns whether it failed for none
   */
  async function eachAnswer(
    find: (limit: number) => Promise<readonly WaitingAnswer[]>,
    act: (answer: WaitingAnswer) => Promise<void>,
  ): Promise<boolean> {
    const failed = new Set<string>()
    const next = async () => (await find(BATCH + failed.size)).filter(({ stay, role }) => !failed.has(`${stay} ${role}`))
    for (let some = await next(); some.length > 0; some = await next()) {
      for (const answer of some) {
        const { stay, role } = answer
        try {
          await act(answer)
          notClimbed.delete(`${stay} ${role}`)
        } catch (error) {
          if (error instanceof Refusal && error.code === 'RECORD_UNREACHABLE') throw error // so it would be for all of them
          failed.add(`${stay} ${role}`)
          if (notClimbed.has(`${stay} ${role}`)) continue // it is tried with every sweep, and said once
          notClimbed.add(`${stay} ${role}`)
          log.error({ event: 'alert.not-escalated', stay, role, reason: summariseError(error) })
        }
      }
    }
    return failed.size === 0
  }
}
