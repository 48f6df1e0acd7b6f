import type { HospitalLocation } from './adt.ts'

/** A place in a hospital in words: `W3, bay B, bed 4`; nothing when the message told of none. */
export function showPlace({ ward, room, bed, site }: HospitalLocation): string {
  const parts = [
    ward,
    room === undefined ? undefined : `room ${room}`,
    bed === undefined ? undefined : `bed ${bed}`,
    site === undefined ? undefined : `at ${site}`,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}

const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** An instant as a ward reads it: `21 Nov 2026, 02:14`, by the clock on its wall. */
export const showInstant = (at: Date): string => LONDON.format(at)
