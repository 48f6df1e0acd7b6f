/** A message is settled with its event only where the record tells already what its stay then says, whatever another process did meanwhile. HAZ-A05, HAZ-A61 */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import fc from '@platform/testing/properties'
import { STAY_EVENTS, type AdtFacts, type StayEventType } from '../src/domain/adt.ts'
import { deathsIn } from '../src/store/deaths.ts'
import { mergedRecordsIn } from '../src/store/merged-records.ts'
import { messageStore } from '../src/store/message-store.ts'
import { saysOf } from '../src/store/settle-stay.ts'
import type { Settlement, StayState } from '../src/store/stay-state.ts'
import { stayStore, type StayStore } from '../src/store/stay-store.ts'

const PERSON = { registers: [], restricted: false } as unknown as Parameters<typeof saysOf>[1]
const says = (state: StayState) => saysOf(state, PERSON)
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 2, minutes))
const asSettled = (state: StayState): Settlement => ({
  version: state.version,
  toldBefore: state.told,
  encounter: 'e',
  over: false,
  told: { phase: 'open', place: '', site: '', answered: [] },
  settledAs: says(state),
  answers: [],
  notices: [],
})
async function settle(stays: StayStore, stay: string): Promise<void> {
  const state = await stays.get(stay)
  if (state === undefined) return
  if (state.settledAs === says(state) && (await stays.settledAlready(stay, state.version, says(state)))) return
  await stays.unsettle(stay)
  await stays.settle(stay, asSettled(state))
}

const place = fc.option(
  fc.record({ bed: fc.constantFrom('1', '2'), site: fc.constant('S'), ward: fc.constantFrom('A', 'B') }, { requiredKeys: ['ward'] }),
  { nil: undefined },
)
const message = fc.record({
  by: fc.nat(1),
  event: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<StayEventType>('A08', 'A02') },
    { weight: 1, arbitrary: fc.constantFrom(...STAY_EVENTS) },
  ),
  occurredAt: fc.nat(5).map(at),
  recordedAt: fc.nat(5).map(at),
  location: place,
  died: fc.nat(9).map((number) => number === 0),
  settled: fc.nat(3).map((number) => number > 0),
})
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('message' as const), message }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), by: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('death' as const, 'life' as const, 'touch' as const, 'unsettle' as const, 'merge' as const, 'undo' as const),
    }),
  },
)

t.test('HAZ-A05: what is settled with its event says what the record was brought in line with last', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  const [messages, deaths, merged] = [messageStore(database), deathsIn(database), mergedRecordsIn(database)]
  let [runs, told] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
      runs += 1
      const [patient, facility] = [`p${runs}`, `F${runs}`]
      const processes = [0, 1].map(() => stayStore(database, { onNotice: () => {} }))
      const by = (which: number) => processes[which] as StayStore
      const mine = async () => (await by(0).ofPatient(patient))[0] ?? (await by(0).ofPatient(`${patient}-other`))[0]
      for (const one of steps) {
        const stay = await mine()
        if (one.kind === 'message') {
          const { settled, by: process, ...facts } = one.message
          const { id } = await messages.keep({
            sender: ['', '', randomUUID()],
            content: Buffer.from(randomUUID()),
            receivedAt: at(9),
            disposition: 'matched',
            patient,
          })
          const added = await by(process).addEvent({
            message: id,
            patient,
            facts: { ...facts, facility, person: { hospitalNumbers: [] }, visit: { authority: 'V', value: '1' } } as unknown as AdtFacts & {
              event: StayEventType
            },
            receivedAt: at(9),
            newId: randomUUID,
            more: false,
            saysOf: says,
          })
          const fresh = await stayStore(database, { onNotice: () => {} }).get(added.stay)
          if (fresh === undefined) return false
          if (added.asTold) {
            told += 1
            if (fresh.settledAs !== says(fresh) || fresh.settled !== fresh.version) return false
          } else if (fresh.settled >= fresh.version) return false
          if (settled && !added.asTold) await settle(by(process), added.stay)
        } else if (stay === undefined) continue
        else if (one.kind === 'settle') await settle(by(one.by), stay)
        else if (one.kind === 'touch') await by(0).touch(stay)
        else if (one.kind === 'unsettle') await by(1).unsettle(stay)
        else if (one.kind === 'merge') await merged.follow(`${patient}-other`, patient)
        else if (one.kind === 'undo') await merged.undo(`${patient}-other`)
        else await deaths.says(`hospital:${facility}:${patient}-other`, one.kind === 'death' ? patient : undefined, at(9))
      }
      return true
    }),
    { numRuns: 80 },
  )
  t.ok(told > 50, `${String(told)} messages were settled with their event`)
})

t.test('a death that goes back to whom it was told of, when a merge is undone, bears on the other one no longer', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  const [deaths, merged, stays] = [deathsIn(database), mergedRecordsIn(database), stayStore(database, { onNotice: () => {} })]
  await database.query({
    text: `INSERT INTO alerts.stay (id, facility, visit, patient, first_at, last_at, raised_at) VALUES ($1, 'F', 'V|1', 'stays', $2, $2, $2)`,
    values: [randomUUID(), at(0)],
  })
  await deaths.says('hospital:F:goes', 'goes', at(1))
  await merged.follow('goes', 'stays')
  const [stay = ''] = await stays.ofPatient('stays')
  await settle(stays, stay)
  t.equal((await stays.get(stay))?.view.diedElsewhere, true)
  await merged.undo('goes')
  t.match(await stays.unsettled(10, at(2)), [{ id: stay, stuck: false }])
})
