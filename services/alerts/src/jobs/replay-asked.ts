import { readAcknowledgement } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import type { FrameHandler } from '@platform/hl7v2/mllp-server'
import type { Clock } from '@platform/service/clock'
import type { Log } from '@platform/service/log'
import type { Quarantine } from '../store/quarantine.ts'

/** What it works with. */
export interface ReplayAskedDependencies {
  readonly quarantine: Quarantine
  /** The door for hospitals, as it is for what is replayed. */
  readonly handle: FrameHandler
  /** One could not be tried; it is tried again. */
  readonly onError: (error: unknown) => void
  readonly clock: Clock
  readonly log: Log
}

const HERE = { address: 'quarantine', port: 0 }
const TAKEN: ReadonlySet<string> = new Set(['AA', 'CA'])

/** Messages in quarantine that a person asked to be taken again. One that is not taken waits on, with what it was answered. */
export const replayAsked =
  ({ quarantine, handle, onError, clock, log }: ReplayAskedDependencies) =>
  async (): Promise<void> => {
    for (const { id, content } of await quarantine.toReplay()) {
      try {
        if (content === undefined) {
          await quarantine.notTaken(id, 'It cannot be decrypted: the key of the quarantine is another one.')
          continue
        }
        const answers = (await handle(content, HERE)).flatMap((answer) => readMessages(answer)).map(readAcknowledgement)
        const refused = answers.filter((answer) => answer === undefined || !TAKEN.has(answer.code))
        const taken = answers.length > 0 && refused.length === 0
        const said = refused.map((answer) => [answer?.code, ...(answer?.errors ?? [])].join(' ')).join('; ') || 'no answer'
        if (taken) await quarantine.handled(id, 'replayed', clock.now())
        else await quarantine.notTaken(id, said)
        log.info({ event: 'quarantine.replayed', id, taken })
      } catch (error) {
        onError(error) // it holds up no other, and nothing that comes after in the sweep
      }
    }
  }
