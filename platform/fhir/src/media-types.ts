/** Content negotiation of FHIR R4. https://hl7.org/fhir/R4/http.html#mime-type: this server speaks JSON. */
import { defineErrors } from './errors.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'
const PLAIN_JSON = 'application/json; charset=utf-8'

const mediaRefuse = defineErrors({
  FORMAT_NOT_SUPPORTED: {
    issue: 'not-supported',
    http: 406,
    says: 'Only FHIR R4 in JSON is spoken here.',
    remedy: 'Ask for application/fhir+json in Accept or _format.',
  },
  BODY_VERSION_NOT_SUPPORTED: {
    issue: 'not-supported',
    http: 415,
    says: 'The body says that it is of another version of FHIR.',
    remedy: 'Send FHIR R4, with fhirVersion=4.0 or without.',
  },
  BODY_CHARSET_NOT_SUPPORTED: {
    issue: 'not-supported',
    http: 415,
    says: 'The body says that it is written in another character set than UTF-8.',
    remedy: 'Send UTF-8, with charset=utf-8 or without.',
  },
  BODY_ENCODING_NOT_SUPPORTED: {
    issue: 'not-supported',
    http: 415,
    says: 'The body is compressed.',
    remedy: 'Send it as it is, without Content-Encoding.',
  },
})

const FORMATS: Readonly<Record<string, string>> = {
  json: FHIR_JSON,
  'application/fhir+json': FHIR_JSON,
  'application/json': PLAIN_JSON,
  'text/json': PLAIN_JSON,
}

/**
 * The Content-Type of the answer. `_format` wins over the Accept header, as the specification says.
 *
 * @param produces media types that the route answers in besides, the preferred one first; without a wish it is that one
 * @throws FORMAT_NOT_SUPPORTED when neither leaves a choice.
 */
export function negotiate(accept: string | undefined, format: string | undefined, produces: readonly string[] = []): string {
  const [preferred] = produces
  if (preferred !== undefined && (format === undefined || format === '')) {
    const ranges = rangesOf(accept ?? '*/*')
    const wanted = produces.find((type) => ranges.includes(type))
    if (wanted !== undefined) return wanted
    if (ranges.some((range) => range === '*/*' || range === 'application/*')) return preferred
  }
  if (format !== undefined && format !== '') {
    // A plus sign in a query means a space; clients that forget to encode it mean the media type all the same.
    const wanted = FORMATS[(format.split(';')[0] ?? '').trim().toLowerCase().replace(' ', '+')]
    if (wanted === undefined || isOfAnotherVersion(format)) throw mediaRefuse.FORMAT_NOT_SUPPORTED()
    return wanted
  }
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/fhir+json') return FHIR_JSON
  const ranges = rangesOf(accept)
  if (ranges.some((range) => range === 'application/fhir+json' || range === '*/*' || range === 'application/*')) return FHIR_JSON
  if (ranges.some((range) => range === 'application/json' || range === 'text/json')) return PLAIN_JSON
  throw mediaRefuse.FORMAT_NOT_SUPPORTED()
}

/**
 * Refuses a body that would be read as what it is not.
 *
 * @throws BODY_VERSION_NOT_SUPPORTED, BODY_CHARSET_NOT_SUPPORTED, BODY_ENCODING_NOT_SUPPORTED
 */
export function checkBody(contentType: string | undefined, contentEncoding: string | undefined): void {
  if (contentType !== undefined && isOfAnotherVersion(contentType)) throw mediaRefuse.BODY_VERSION_NOT_SUPPORTED()
  if (contentType !== undefined && isOfAnotherCharset(contentType)) throw mediaRefuse.BODY_CHARSET_NOT_SUPPORTED()
  if (contentEncoding !== undefined && !/^(identity)?$/i.test(contentEncoding.trim())) throw mediaRefuse.BODY_ENCODING_NOT_SUPPORTED()
}

/** The media ranges of an Accept header that may be answered: not those of another version, nor those of weight 0. RFC 9110 section 12.5.1 */
const rangesOf = (accept: string): readonly string[] =>
  accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return isOfAnotherVersion(range) || parameters.some((one) => /^q *= *0(\.0*)?$/.test(one)) ? [] : [type]
  })

/** FHIR R4 http.html#version-parameter */
function isOfAnotherVersion(mediaType: string): boolean {
  const version = /; *fhirversion *= *"?([^";, ]*)/i.exec(mediaType)?.[1]
  return version !== undefined && !/^4\.0(\.\d+)?$/.test(version)
}

/** FHIR is written in UTF-8, of which ASCII is a part. FHIR R4 http.html#mime-type */
function isOfAnotherCharset(mediaType: string): boolean {
  const charset = /; *charset *= *"?([^";, ]*)/i.exec(mediaType)?.[1]
  return charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)
}
