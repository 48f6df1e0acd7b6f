/**
 * The primitive types of R4: JSON type, form, range.
 *
 * @see https://hl7.org/fhir/R4/datatypes.html#primitive
 */
export interface PrimitiveFormat {
  readonly json: 'string' | 'number' | 'boolean'
  readonly accepts: (value: string | number | boolean) => boolean
  /** Completes “… must be”. */
  readonly says: string
}

/** R4: strings SHALL NOT exceed 1 MB in size. */
const LONGEST_STRING = 1_048_576
const ID = /^[A-Za-z0-9\-.]{1,64}$/
const CODE = /^[^\t\n\v\f\r ]+(?:[\t\n\v\f\r ][^\t\n\v\f\r ]+)*$/
const WHITE_SPACE = /[\t\n\v\f\r ]/
// Characters below 32 other than tab, line feed and carriage return exist in no other FHIR format, so a record with one cannot be passed on.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$/
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const DATE_TIME =
  /^([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01])(T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?$/
const TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?$/

const text = (accepts: (value: string) => boolean, says: string): PrimitiveFormat => ({
  json: 'string',
  accepts: (value) => typeof value === 'string' && accepts(value),
  says,
})
const whole = (from: number, says: string): PrimitiveFormat => ({
  json: 'number',
  accepts: (value) => typeof value === 'number' && Number.isInteger(value) && value >= from && value <= 2_147_483_647,
  says,
})

const isString = (value: string): boolean =>
  value.length > 0 && value.length <= LONGEST_STRING && !CONTROL.test(value) && value.isWellFormed()
const isUri = (value: string): boolean => {
  if (value.length === 0 || value.length > LONGEST_STRING || WHITE_SPACE.test(value) || CONTROL.test(value) || !value.isWellFormed())
    return false
  if (value.startsWith('urn:uuid:')) return UUID.test(value)
  return value.startsWith('urn:oid:') ? OID.test(value) : true
}

const STRING = text(isString, 'text of 1 to 1,048,576 characters without control characters')
const URI = text(isUri, 'a URI without spaces (urn:uuid: and urn:oid: complete)')

/** Format by primitive type; `@string` and `@uri` are values without id and extensions (Element.id, Extension.url). */
export const formats: ReadonlyMap<string, PrimitiveFormat> = new Map([
  ['@string', STRING],
  ['@uri', URI],
  ['base64Binary', text(isBase64, 'base64 text')],
  ['boolean', { json: 'boolean', accepts: (value: unknown) => typeof value === 'boolean', says: 'true or false' }],
  ['canonical', URI],
  [
    'code',
    text(
      (value) => value.length <= LONGEST_STRING && CODE.test(value) && !CONTROL.test(value),
      'a code: no spaces at its ends, none doubled',
    ),
  ],
  ['date', text((value) => isDay(value) && !value.includes('T'), 'a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD')],
  ['dateTime', text(isDay, 'a date of the calendar, or a date, time and zone: YYYY-MM-DDThh:mm:ss+zz:zz')],
  [
    'decimal',
    { json: 'number', accepts: (value: unknown) => typeof value === 'number' && Number.isFinite(value), says: 'a decimal number' },
  ],
  ['id', text((value) => ID.test(value), '1 to 64 letters, digits, hyphens and points')],
  ['instant', text((value) => isDay(value) && value.includes('T'), 'a date, time and zone: YYYY-MM-DDThh:mm:ss.sss+zz:zz')],
  ['integer', whole(-2_147_483_648, 'a whole number of 32 bits')],
  ['markdown', STRING],
  ['oid', text((value) => OID.test(value), 'an OID: urn:oid:1.2.3')],
  ['positiveInt', whole(1, 'a whole number from 1 to 2,147,483,647')],
  ['string', STRING],
  ['time', text((value) => TIME.test(value), 'a time of day: hh:mm:ss')],
  ['unsignedInt', whole(0, 'a whole number from 0 to 2,147,483,647')],
  ['uri', URI],
  ['url', URI],
  ['uuid', text((value) => UUID.test(value), 'a UUID: urn:uuid:…')],
])

function isDay(value: string): boolean {
  const match = DATE_TIME.exec(value)
  if (match === null || match[1] === '0000') return false
  return match[3] === undefined || Number(match[3]) <= daysIn(Number(match[1]), Number(match[2]))
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** White space is legal between the groups of four, so it is left out of the count. One pass: an attachment has megabytes. */
function isBase64(value: string): boolean {
  let digits = 0
  let padding = 0
  for (let i = 0; i < value.length; i += 1) {
    const c = value.charCodeAt(i)
    if (c === 32 || (c >= 9 && c <= 13)) continue
    if (c === 61) {
      padding += 1
      continue
    }
    const isDigit = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 43 || c === 47
    if (!isDigit || padding > 0) return false
    digits += 1
  }
  return digits > 0 && padding <= 2 && (digits + padding) % 4 === 0
}
