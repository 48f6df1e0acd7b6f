/** HL7 v2 messages about the cast, as Dyffryn Wen General Hospital would send them. */
import { PEOPLE, type PersonKey } from './cast.ts'

/** The events of a stay that the cast can send. */
export type AdmissionEvent = 'A01' | 'A02' | 'A03' | 'A04' | 'A08' | 'A11' | 'A13'

/** The name under which the hospital writes itself in MSH-4; its Organization has it as an identifier. */
const HOSPITAL_FACILITY = 'DYFFRYNWEN'

/**
 * One ADT message, segments ended by CR, without the frame of MLLP.
 *
 * @param at when it happened; written as local time of Europe/London, as hospitals do
 * @param person fields that the hospital got differently, for near matches
 * @param acknowledgement what the hospital asks for in MSH-15 and MSH-16: `enhanced` wants an accept acknowledgement (CA), `original` says nothing (AA)
 */
export function anAdmissionMessage({
  for: who = 'dafydd',
  event = 'A01',
  at = new Date('2026-11-21T02:14:00Z'),
  controlId = 'DW0000001',
  visit = 'V000447',
  ward = 'ED^^',
  patientClass = 'I',
  person = {},
  acknowledgement = 'enhanced',
}: {
  for?: PersonKey
  event?: AdmissionEvent
  at?: Date
  controlId?: string
  visit?: string
  ward?: string
  patientClass?: 'I' | 'E' | 'O'
  person?: Partial<(typeof PEOPLE)[PersonKey]>
  acknowledgement?: 'enhanced' | 'original'
} = {}): string {
  const { nhsNumber, family, given, birthDate, gender } = { ...PEOPLE[who], ...person }
  const time = londonTime(at)
  const fields = (name: string, numbered: Readonly<Record<number, string>>): string => {
    const last = Math.max(...Object.keys(numbered).map(Number))
    return [name, ...Array.from({ length: last }, (_, index) => numbered[index + 1] ?? '')].join('|')
  }
  const segments = [
    `MSH|^~\\&|PAS|${HOSPITAL_FACILITY}|HANDRAIL|HUB|${time}||ADT^${event}^ADT_${event === 'A02' || event === 'A03' || event === 'A11' ? event : 'A01'}|${controlId}|P|2.4${acknowledgement === 'enhanced' ? '|||AL|NE' : ''}`,
    fields('EVN', { 1: event, 2: time, 6: time }),
    fields('PID', {
      1: '1',
      3: [...(nhsNumber === '' ? [] : [`${nhsNumber}^^^NHS^NH`]), `${visit.replace('V', 'H')}^^^${HOSPITAL_FACILITY}^MR`].join('~'),
      5: `${family}^${given}`,
      7: birthDate.replaceAll('-', ''),
      8: gender === 'female' ? 'F' : 'M',
      32: '01',
    }),
    fields('PV1', {
      1: '1',
      2: patientClass,
      3: ward,
      19: `${visit}^^^${HOSPITAL_FACILITY}`,
      44: time,
      ...(event === 'A03' ? { 45: time } : {}),
    }),
  ]
  return segments.map((segment) => `${segment}\r`).join('')
}

function londonTime(at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London',
    hourCycle: 'h23',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('year')}${part('month')}${part('day')}${part('hour')}${part('minute')}${part('second')}`
}
