/** The request is changed while it is open: a new version with the reason, and everybody who is asked is told. Nothing is overwritten. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isEnded, isOpen, type Need } from '../need.ts'
import type { Write } from '../write.ts'

// Whom it is about, who asked and since when: another value is another need.
const FIXED = ['subject', 'authoredOn', 'requester', 'intent', 'identifier'] as const

/**
 * The amended request as its next version; earlier ones stay in its history. Each open step gets a note with the reason, so that who is asked
 * hears of it.
 *
 * @throws REFERRAL_CLOSED, AMENDMENT_CHANGES_NEED
 */
export function amendNeed(
  { request, tasks }: Need,
  { amended, reason }: { amended: ServiceRequest; reason: string },
  at: Date,
): readonly Write[] {
  if (isEnded(request)) throw refuse.REFERRAL_CLOSED({ id: request.id ?? '', status: request.status })
  const changed = FIXED.filter((element) => JSON.stringify(amended[element]) !== JSON.stringify(request[element]))
  if (amended.id !== undefined && amended.id !== request.id) changed.push('identifier')
  if (amended.status !== request.status)
    throw refuse.AMENDMENT_CHANGES_NEED({ elements: ['status'] }, { expression: 'ServiceRequest.status' })
  if (changed.length > 0) {
    throw refuse.AMENDMENT_CHANGES_NEED({ elements: changed }, { expression: changed.map((element) => `ServiceRequest.${element}`) })
  }
  const said = { text: `Amended: ${reason}`, time: at.toISOString() }
  const kept = (request.note ?? []).filter(({ text }) => !(amended.note ?? []).some((note) => note.text === text))
  const next: ServiceRequest = {
    ...amended,
    ...(request.id === undefined ? {} : { id: request.id }),
    ...(request.meta === undefined ? {} : { meta: { ...amended.meta, ...request.meta } }),
    note: [...kept, ...(amended.note ?? []), said],
  }
  return [
    { change: next },
    ...tasks.filter(isOpen).map((task) => ({ change: { ...task, note: [...(task.note ?? []), said], lastModified: at.toISOString() } })),
  ]
}
