/** Times of day as the NHS writes them for people. https://service-manual.nhs.uk/content/numbers-measurements-dates-time */

/** After the hour: `yb` for yn y bore, `yp` for yn y prynhawn. */
const HALF_OF_DAY = { en: { am: 'am', pm: 'pm' }, cy: { am: 'yb', pm: 'yp' } } as const
const NOON_AND_MIDNIGHT = { en: { pm: 'midday', am: 'midnight' }, cy: { pm: 'hanner dydd', am: 'hanner nos' } } as const

const clockIn = (timeZone: string) => new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true, timeZone })
const CLOCKS = { 'Europe/London': clockIn('Europe/London'), UTC: clockIn('UTC') } as const

/** `2:14am`, `5pm`, `midday`. @param timeZone whose clock it is read from. @default that of the United Kingdom */
export function timeOfDay(at: Date, language: 'en' | 'cy', timeZone: keyof typeof CLOCKS = 'Europe/London'): string {
  const [clock = '', after = ''] = CLOCKS[timeZone].format(at).toLowerCase().split(/\s/)
  const half = after === 'pm' ? 'pm' : 'am'
  return clock === '12:00' ? NOON_AND_MIDNIGHT[language][half] : `${clock.replace(/:00$/, '')}${HALF_OF_DAY[language][half]}`
}
