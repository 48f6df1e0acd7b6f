/** Finding that a frame is about nobody on the register, however large it is. */
import { adtHandler, type AdtDoor } from '@services/alerts/routes/mllp/adt'
import { openWatchList, type WatchList } from '@services/alerts/store/watch-list'
import type { Database } from '@platform/service/database'
import { messagesAbout } from '../admissions.ts'
import { syntheticNhsNumbers } from '../people.ts'
import type { Scenario } from '../scenario.ts'

const STRANGERS_FROM = 900_000

/** The handler of frames about strangers, with 1,000,000 people on the register and with 1,000, in turn. */
export async function lookup(): Promise<Scenario> {
  const listOf = async (count: number) => {
    const rows = Array.from({ length: count }, (_, index) => ({
      patient: `p${String(index)}`,
      active: true,
      revision: '1',
      person: {
        patient: `p${String(index)}`,
        nhsNumbers: [`8${String(index).padStart(9, '0')}`], // no number of anybody: ten digits that are not checked here
        hospitalNumbers: [],
        names: [{ family: `family${String(index % 20_000)}`, given: ['a'] }],
        bornOn: `${String(1930 + (index % 80))}-0${String(1 + (index % 9))}-1${String(index % 10)}`,
        registers: ['parkinsons'],
      },
    }))
    return openWatchList({ query: async () => ({ rows, rowCount: count }) } as unknown as Database)
  }
  const [large, small] = [await listOf(1_000_000), await listOf(1_000)]
  const strangers = messagesAbout(
    syntheticNhsNumbers(1_000, STRANGERS_FROM).map((nhsNumber, index) => ({
      index: STRANGERS_FROM + index,
      nhsNumber,
      birthDate: `192${String(index % 10)}-0${String(1 + (index % 9))}-1${String(index % 10)}`,
    })),
    'A08',
  )
  const messages = Array.from({ length: 1_000 }, () => strangers())
  // The door as it is, and nothing behind it: nobody is found, so nothing is kept.
  const look = (watchList: WatchList) => {
    const handle = adtHandler({
      watchList,
      caughtUp: () => true,
      marks: { seen: () => false },
      feeds: { heard: () => undefined },
      counts: { count: () => undefined },
      siteOf: () => ({}),
      processingIds: ['P'],
      clock: { now: () => new Date() },
      newControlId: () => 'ONE',
    } as unknown as AdtDoor)
    return async (forMs: number) => {
      const start = performance.now()
      let done = 0
      while (performance.now() - start < forMs) {
        for (const message of messages) {
          if (!Array.isArray(handle(message, PEER))) throw new Error('A stranger was taken for somebody on the register.')
        }
        done += messages.length
      }
      return { rate: (done * 1_000) / (performance.now() - start), durationsMs: [] }
    }
  }
  return { name: 'lookup-1000000', unit: 'frames/s', concurrency: 1, target: { ratio: 0.9 }, ours: look(large), ceiling: look(small) }
}

const PEER = { address: '127.0.0.1', port: 1 }
