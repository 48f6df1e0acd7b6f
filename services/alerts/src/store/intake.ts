/** What a door for hospitals needs of the running service: it stands open only once this is there. */
import type { WaitingMessage } from './message-store.ts'

/** Filled in when the service runs. */
export interface Intake {
  /** Called when somebody is newly said to have died, or not to have. */
  onDeath?: () => void
  running?: {
    /** Whether the watch list has applied every change committed before the call. */
    readonly caughtUp: () => true | Promise<boolean>
    /** Given each message about one of ours, once it is on disk. */
    readonly onMessage: (message: WaitingMessage) => void
  }
}
