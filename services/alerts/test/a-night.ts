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

/** A17, two people who swap beds: the head of this message, and of each person's message what is about the person. */
export const swapping = (head: string, ...each: readonly string[]): string => {
  const lines = (message: string, isWanted: (line: string, index: number) => boolean) =>
    message
      .split('\r')
      .filter(isWanted)
      .map((line) => `${line}\r`)
      .join('')
  const first = lines(head, (_, index) => index < 2).replace(/ADT\^A01\^ADT_A01/, 'ADT^A17')
  return first + each.map((message) => lines(message, (line) => /^(PID|PV1)/.test(line))).join('')
}
