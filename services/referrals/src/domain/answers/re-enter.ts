/** A need that ended is taken up again without starting anew: everything that was known goes along, and whoever helped last is asked. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isInUse } from '../directory.ts'
import { canMeet } from '../rules/meet.ts'
import { referenceTo, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { NEED_KEY } from '../vocabulary.ts'

/** A request to be created unless one with the same key exists. */
export interface ReEntry {
  readonly request: ServiceRequest
  /** The value of its identifier of system `NEED_KEY`: one re-entry for each end of a need. */
  readonly key: string
}

/**
 * The request that follows an ended one: the same need, based on it, with a clock of its own, to whoever met it, where he is still listed.
 *
 * @throws REFERRAL_OPEN when it has not ended, RE_ENTRY_TOO_LATE past the pathway's window
 */
export function reEnter({ request, tasks }: Need, { words, by }: { words?: string; by?: string }, circumstances: Circumstances): ReEntry {
  const { at, pathway, directory } = circumstances
  if (request.status !== 'completed') throw refuse.REFERRAL_OPEN({ id: request.id ?? '', status: request.status })
  const endedAt = new Date(request.meta?.lastUpdated ?? at)
  if (at.getTime() > monthsAfter(endedAt, pathway.reEntryMonths).getTime()) {
    throw refuse.RE_ENTRY_TOO_LATE({ id: request.id ?? '', months: pathway.reEntryMonths })
  }
  const last = tasks.findLast((task) => task.status === 'completed' && canMeet(task))?.owner?.reference
  const listed = last === undefined ? undefined : directory.listing(last)
  const helper = last !== undefined && listed !== undefined && isInUse(listed, directory) ? [{ reference: last }] : request.performer
  const key = `re-entry/${request.id}/${request.meta?.versionId ?? ''}`
  const { id: _id, meta: _meta, identifier: _identifier, note: _note, performer: _performer, text: _text, ...same } = request
  const note = words === undefined ? [] : [{ text: words, time: at.toISOString() }]
  return {
    key,
    request: {
      ...same,
      identifier: [{ system: NEED_KEY, value: key }],
      basedOn: [{ reference: referenceTo(request) }],
      status: 'active',
      authoredOn: at.toISOString(),
      ...(by === undefined ? {} : { requester: { reference: by } }),
      ...(helper === undefined || helper.length === 0 ? {} : { performer: helper }),
      ...(note.length === 0 ? {} : { note }),
    },
  }
}

function monthsAfter(at: Date, months: number): Date {
  const later = new Date(at)
  later.setUTCMonth(later.getUTCMonth() + months)
  return later
}
