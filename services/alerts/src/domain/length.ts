import type { Duration } from '@handrail/fhir-profiles/calendar'

/** How long a time of the data files is; a working day is a day long. */
export const lengthMs = (length: Duration): number =>
  'minutes' in length ? length.minutes * 60_000 : 'hours' in length ? length.hours * 3_600_000 : length.workingDays * 86_400_000
