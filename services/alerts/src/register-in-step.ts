/** The watch list in step with the record: when it may be trusted, and how it is filled the first time. HAZ-A02 */
import type { Flag } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import type { Consumer } from '@platform/service/consumer'
import type { Bell } from '@platform/service/outbox'
import type { Dependencies } from './dependencies.ts'
import { codeOf } from './domain/vocabulary.ts'
import { takeOver } from './jobs/register-changed.ts'

const WATCH_LIST_WITHIN_MS = 2_000
const REGISTER_TYPES = ['Flag', 'Patient', 'Consent'] as const

/**
 * Whether the watch list has applied every change committed before the call. Frames that wait at the same time share one look at the deliveries and
 * one at the table that other processes write too. Where every writer of the record rings in this process, no look is needed until one has.
 */
export function caughtUp(
  watching: Consumer,
  { watchList, localBell }: Pick<Dependencies, 'watchList'> & { readonly localBell?: Bell },
  stack: AsyncDisposableStack,
): () => true | Promise<boolean> {
  let rings = 0
  let applied = -1
  if (localBell !== undefined) {
    const about = new Set<string>(REGISTER_TYPES)
    stack.use(
      localBell.answer(({ types } = {}) => {
        if (types === undefined || types.some((type) => about.has(type))) rings += 1
      }),
    )
  }
  const look = async (): Promise<boolean> => {
    const rung = rings
    if (!(await watching.caughtUp(WATCH_LIST_WITHIN_MS))) return false
    await watchList.catchUp()
    applied = Math.max(applied, rung)
    return true
  }
  return () => (localBell !== undefined && applied === rings ? true : look())
}

/** Changes made before this consumer was known were not offered to it: the register is read once as it stands. */
export async function fillWatchList(dependencies: Dependencies): Promise<void> {
  const flags = await dependencies.record.search<Flag>('Flag', {})
  const registered = flags.filter(({ code, status }) => status === 'active' && codeOf(code, CODES.REGISTER) !== undefined)
  const patients = new Set(registered.flatMap(({ subject }) => /^Patient\/(.+)$/.exec(subject.reference ?? '')?.[1] ?? []))
  for (const patient of patients) await takeOver(patient, dependencies)
  dependencies.log.info({ event: 'watch-list.loaded', people: dependencies.watchList.size })
}
