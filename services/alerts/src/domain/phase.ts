// What a hospital stay means for an alert: standards page "Hospital alerts", section 7.
import { hasDied, type StayView } from './encounter.ts'
import { isInHospital } from './stay.ts'

/** What a stay means for those who answer. */
export type Phase = 'open' | 'closed' | 'withdrawn' | 'quiet'

/** Open while somebody is in hospital, closed when the stay ended, withdrawn when it never was so or must not be told. */
export function phaseOf(view: StayView, registered: boolean): Phase {
  const { stay, wrongPerson, merged } = view
  if (wrongPerson || merged || stay.status === 'cancelled') return 'withdrawn'
  // Who has died is off the register, and the alert is closed all the same: it was no mistake.
  if (hasDied(view)) return stay.wasIn || stay.status === 'ended' ? 'closed' : 'quiet'
  if (!registered) return 'withdrawn'
  if (view.notAskedFor === true) return 'quiet'
  if (isInHospital(stay)) return 'open'
  return stay.status === 'ended' ? 'closed' : 'quiet'
}
