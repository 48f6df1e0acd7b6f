/** Brings the record in line with one stay, and leaves the notices that follow: reads what is so, decides, writes what differs. */
import { hash } from 'node:crypto'
import { inPlaceOf } from '../domain/hospital-encounter.ts'
import { recordFor } from '../domain/alert.ts'
import type { StayRecord } from '../domain/alert-context.ts'
import { asksFor, type Approved } from '../domain/alert-lines.ts'
import { conceal, inSensitiveWard, withCriticalCare } from '../domain/encounter.ts'
import { refuse } from '../errors.ts'
import { contextFor, ladderOf } from './alert-context.ts'
import type { AlertSources } from './alert-sources.ts'
import { settlementOf } from './settlement.ts'
import { readStay, withPlaces, type Beside } from './stay-record.ts'
import type { StayState } from './stay-state.ts'
import type { WatchedPerson } from '../domain/person.ts'

const ATTEMPTS = 6

/**
 * Settles a stay once.
 *
 * @param inTurnWith waits for a turn to write: looking whether there is anything to write needs none
 * @param settleSoon given the other stays that are to be settled again
 */
export async function settleStay(
  stay: string,
  sources: AlertSources,
  inTurnWith: <T>(work: () => Promise<T>) => Promise<T>,
  settleSoon: (stay: string) => void,
): Promise<void> {
  const { stays, watchList } = sources
  const state = await stays.get(stay)
  if (state === undefined) return
  const says = saysOf(state, watchList.get(state.view.patient))
  if (state.settledAs === says && (await stays.settledAlready(stay, state.version, says))) return
  return inTurnWith(async () => write(stay, sources, settleSoon))
}

/** What the record is brought in line with. */
export const saysOf = ({ view }: StayState, person: WatchedPerson | undefined): string =>
  hash('sha256', JSON.stringify([view, person !== undefined, person?.restricted ?? false]), 'base64')

/** The stay as it may be shown: without its places for a restricted person, and where the hospital marks the ward as sensitive. HAZ-A17 */
function shown(
  state: StayState,
  person: WatchedPerson | undefined,
  { siteOf, rules }: Pick<AlertSources, 'siteOf' | 'rules'>,
  approved: Approved,
): StayState {
  const { sensitiveWards = [], criticalCareWards = [], called } = siteOf(state.view.facility)
  // What was told is not taken back because the hospital says later that it was planned.
  const isSilent = state.told?.phase !== 'open' && !asksFor(rules, person?.registers ?? [], state.view.stay.admission, approved)
  const view = withCriticalCare(isSilent ? { ...state.view, notAskedFor: true } : state.view, criticalCareWards)
  const named = called === undefined ? view : { ...view, called }
  const hidden = person?.restricted === true || inSensitiveWard(view, sensitiveWards)
  return { ...state, view: hidden ? conceal(named) : named }
}

async function write(stay: string, sources: AlertSources, settleSoon: (stay: string) => void): Promise<void> {
  const { record, register, stays, watchList, log } = sources
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const held = await stays.get(stay)
    if (held === undefined) return
    // After the stay, which a change of the register marks as changed: whoever left it by then is not told of.
    await watchList.catchUp()
    // Looked up once, beside the stay: a merge that happens meanwhile would leave a stay of one and a place on the register of the other.
    const person = watchList.get(held.view.patient)
    const says = saysOf(held, person)
    if (held.settledAs === says && (await stays.settledAlready(stay, held.version, says))) return
    const state = shown(held, person, sources, await sources.approvals.of(sources.rules))
    // What was never settled is not in the record yet; should a crash have left it there, the conditional creates find it.
    const fresh = attempt === 1 && state.settled === 0 && state.encounter === undefined && state.hospitalEncounter === undefined
    const [{ ours, tasks = [], ...there }] = await Promise.all([
      fresh ? ({ answers: {} } satisfies StayRecord as StayRecord & Beside) : readStay(record, state),
      // On disk before anything is done: a discharge that is taken back at once, or an answer that is lost, leaves the stay saying what it said before.
      held.settledAs === undefined ? undefined : stays.unsettle(stay),
    ])
    if (ours !== undefined && there.encounter !== undefined) {
      const planned = await register.community(state.view.patient)
      await record.transact(inPlaceOf(ours, there.encounter, [...tasks, ...planned.tasks, ...planned.appointments]))
      continue
    }
    const context = await contextFor(state, person, there, sources)
    const entries = recordFor(state.view, there, context)
    const places = entries.length === 0 ? [] : await record.transact(entries)
    if (places === undefined || (fresh && places.some(({ created }) => !created))) continue // somebody was faster: read and decide again
    const ladder = await ladderOf(person?.registers ?? [], sources)
    const settlement = settlementOf(state, withPlaces(there, entries, places), says, context, ladder)
    if (settlement.notices.length > 0 && context.onDuty?.state === 'on') await sources.subscriptions.reach(context.onDuty.entry)
    // Before the stay counts as settled, so that what a crash left undone is done by whoever settles it next.
    for (const other of await hearOfDeath(held, sources)) settleSoon(other)
    const settled = await stays.settle(stay, settlement)
    if (settled === undefined) continue // another process has told of it meanwhile: what follows now is decided on what was told
    if (settled.movedOn) settleSoon(stay)
    for (const { kind, task } of settlement.notices) log.info({ event: `alert.${kind}`, stay, task })
    return
  }
  throw refuse.RECORD_BUSY({ reference: `the stay ${stay}` })
}

/**
 * What this stay says of a death bears on the person's other stays, and on whoever answers for an open need.
 *
 * @returns the other stays that are to be settled again
 */
async function hearOfDeath({ view, settled }: StayState, { stays, deaths, clock, onDeath }: AlertSources): Promise<readonly string[]> {
  const { id, patient, stay, wrongPerson, merged } = view
  const died = stay.died && !wrongPerson && !merged && stay.status !== 'cancelled'
  if (!died && settled === 0) return [] // what was never told of needs no taking back
  const changed = await deaths.says(`stay:${id}`, died ? patient : undefined, clock.now())
  if (changed.length > 0) onDeath()
  const people = await Promise.all(changed.map(async (one) => stays.ofPatient(one)))
  return people.flat().filter((other) => other !== id)
}
