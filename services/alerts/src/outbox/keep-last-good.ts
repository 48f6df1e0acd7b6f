/** Brings the copies for downtime in step with the register, some at a time, the oldest copies first. */
import type { Log } from '@platform/service/log'
import { summariseError } from '@platform/service/describe-error'
import { linesFor, type AlertRule } from '../domain/alert-lines.ts'
import type { WatchedPerson } from '../domain/person.ts'
import type { LastGood } from '../store/last-good.ts'
import type { Register } from '../store/register.ts'
import type { RuleApprovals } from '../store/rule-approvals.ts'
import type { WatchList } from '../store/watch-list.ts'

/** What it works with. */
export interface KeepLastGood {
  readonly watchList: WatchList
  readonly register: Register
  readonly rules: readonly AlertRule[]
  readonly approvals: RuleApprovals
  readonly lastGood: LastGood
  readonly log: Log
}

const AT_ONCE = 25
/** A look costs a microsecond; a million of them would hold up every frame. */
const LOOKED_AT_ONCE = 20_000
/** A copy is made again after a day, and whenever the person's place on the register changes. */
const RENEWED_AFTER_MS = 24 * 3_600_000

/** Makes the copies that are missing, stale or asked for. */
export function lastGoodKeeper({ watchList, register, rules, approvals, lastGood, log }: KeepLastGood) {
  const made = new Map<string, { readonly from: WatchedPerson; readonly at: number }>() // by patient: the entry that the copy was made from
  const everybody = inTurns(() => watchList.patients())
  const copied = inTurns(() => made.keys())
  return async (now: Date): Promise<void> => {
    const approved = await approvals.of(rules)
    for (const patient of copied(LOOKED_AT_ONCE)) {
      if (watchList.get(patient) !== undefined) continue
      lastGood.forget(patient)
      made.delete(patient)
    }
    const wanted: string[] = []
    for (const patient of everybody(LOOKED_AT_ONCE)) {
      const copy = made.get(patient)
      const fresh = copy !== undefined && copy.from === watchList.get(patient) && now.getTime() - copy.at < RENEWED_AFTER_MS
      if (!fresh) wanted.push(patient)
      if (wanted.length === AT_ONCE) break
    }
    for (const patient of wanted) {
      const person = watchList.get(patient)
      if (person === undefined) continue
      try {
        // Who is on duty now is no help on a sheet that is read tomorrow.
        const { onDuty: _, ...material } = (await register.material(patient, person.registers, '', now)).person
        const [name] = material.patient.name ?? []
        const { lines, more } = linesFor(person.registers, material, rules, now.toISOString().slice(0, 10), approved)
        lastGood.keep({
          patient,
          name: name?.text ?? [...(name?.given ?? []), name?.family ?? ''].join(' ').trim(),
          ...(material.patient.birthDate === undefined ? {} : { bornOn: material.patient.birthDate }),
          nhsNumbers: person.nhsNumbers,
          lines: [...lines, ...more],
          at: now.toISOString(),
        })
        made.set(patient, { from: person, at: now.getTime() })
      } catch (error) {
        log.warn({ event: 'last-good.not-made', patient, reason: summariseError(error) })
        return // the record does not answer: what is there stays the last good one
      }
    }
  }
}

/** Goes through something long some at a time: each call goes on where the last one stopped. What is added meanwhile is reached. */
function inTurns<T>(all: () => Iterable<T>): (most: number) => Iterable<T> {
  let rest: Iterator<T> | undefined
  return function* next(most) {
    rest ??= all()[Symbol.iterator]()
    for (let count = 0; count < most; count += 1) {
      const step = rest.next()
      if (step.done === true) return void (rest = undefined)
      yield step.value
    }
  }
}
