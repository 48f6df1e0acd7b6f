/** The day by the clock of the United Kingdom, after which nothing can have taken place. en-CA writes a date as ISO 8601 does. */
const FORMAT = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })

export const localDay = (at: Date): string => FORMAT.format(at)
