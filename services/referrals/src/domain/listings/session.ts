/** What a session of an OpenActive feed says of when it is and how much room it has: ScheduledSession, Slot. OpenActive Opportunity Data 2.0. */

import { listOf, saidOf, textOf, type Said } from './facts.ts'
import { parsed, type FeedItem } from './feed-page.ts'

/** The columns of a session. */
export interface SessionFacts {
  /** Id or address of the series or facility that it belongs to, as the publisher writes it; empty when it does not say. */
  readonly series: string
  readonly startsAt?: string
  readonly endsAt?: string
  readonly places?: number
  readonly status: string
}

/** Whether items of this kind are sessions. A kind may be written with what it belongs to: `FacilityUse/Slot`. */
export const isSession = (kind: string): boolean => /(?:^|[./])(?:ScheduledSession|Slot)$/i.test(kind)

/** Reads one. What it does not state is absent; a time without offset is not taken, for nobody can tell when that is. */
export function sessionFacts(data: Readonly<Record<string, unknown>>): SessionFacts {
  const [startsAt, endsAt] = [instantOf(data['startDate']), instantOf(data['endDate'])]
  const places = data['remainingAttendeeCapacity'] ?? data['remainingUses']
  const status = data['eventStatus']
  return {
    series: referenceOf(data['superEvent'] ?? data['facilityUse']),
    status: typeof status === 'string' ? status.slice(0, 200) : '',
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(typeof places === 'number' && Number.isInteger(places) && places >= 0 && places < 1_000_000 ? { places } : {}),
  }
}

/** Kinds of the sessions that stand inside what they belong to. */
export const PART_KINDS = ['subEvent.ScheduledSession', 'subEvent.Slot'] as const

/** Ids of the parts of an item begin so; no other id does. */
const partPrefix = (id: string): string => `${id}#`

const MOST_PARTS = 1_000

/**
 * The sessions that a series or facility holds inside itself (`subEvent`, `event`), as items of their own. The item itself is kept as it came; of each of
 * these what it says is kept, with the id of what it belongs to. A part without a time to begin is none.
 */
export function partsOf({ kind, id, modified, said }: FeedItem): readonly FeedItem[] {
  if (said === undefined || isSession(kind) || !/"(?:subEvent|event)"/.test(said.text)) return []
  const data = saidOf(parsed(said.text)['data'])
  const parts = (member: 'subEvent' | 'event', as: (typeof PART_KINDS)[number]) =>
    listOf(data[member]).map((part, index) => ({ part, as, name: nameOf(part) ?? `${member}-${index}` }))
  return [...parts('subEvent', 'subEvent.ScheduledSession'), ...parts('event', 'subEvent.Slot')]
    .filter(({ part }) => instantOf(part['startDate']) !== undefined)
    .slice(0, MOST_PARTS)
    .map(({ part, as, name }) => {
      const session = { ...part, superEvent: id }
      return {
        kind: as,
        id: `${partPrefix(id)}${name}`,
        modified,
        said: { text: JSON.stringify({ kind: as, id: `${partPrefix(id)}${name}`, data: session }), session: sessionFacts(session) },
      }
    })
}

/** What a part is told from the others by: its own id, else when it begins, for two of one series do not begin at once. */
const nameOf = (part: Said): string | undefined =>
  [part['@id'], part['id'], part['identifier'], part['startDate']].flatMap((one) => textOf(one) ?? [])[0]?.slice(0, 300)

function referenceOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const { '@id': id, id: older, identifier, url } = value as Record<string, unknown>
  const found = [id, older, identifier, url].find((one) => typeof one === 'string')
  return (found as string | undefined) ?? ''
}

const INSTANT = /^(\d{4})-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/

// A time that is in every calendar, as PostgreSQL reads it too: nothing need be computed of it.
const CERTAIN = /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  if (CERTAIN.test(value)) return value
  if (!INSTANT.test(value)) return undefined
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
