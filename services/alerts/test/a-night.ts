/** Times of the night in which these tests take place, and messages beyond those of the cast. */
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT } from './a-hospital.ts'

/** So many minutes after the clock of these tests begins. */
export const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)

/** So many minutes after the admission of the cast. */
export const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)

/** A message of another event than the cast can send, with the segments that it needs. */
export const other = (event: string, given: Parameters<typeof anAdmissionMessage>[0], more = ''): string =>
  anAdmissionMessage(given).replace(/ADT\^A\d\d\^ADT_A\d\d/, `ADT^${event}`) + more
