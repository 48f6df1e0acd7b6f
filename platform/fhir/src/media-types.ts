/** Content negotiation of FHIR R4. https://hl7.org/fhir/R4/http.html#mime-type: this server speaks JSON. */
import { defineErrors } from './errors.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'
const PLAIN_JSON = 'application/json; charset=utf-8'

export const mediaRefuse = defineErrors({
  FORMAT_NOT_SUPPORTED: {
    issue: 'not-supported',
    http: 406,
    says: 'Only JSON is spoken here.',
    remedy: 'Ask for application/fhir+json in Accept or _format.',
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
    const ranges = (accept ?? '*/*').split(',').map((range) => (range.split(';')[0] ?? '').trim().toLowerCase())
    const wanted = produces.find((type) => ranges.includes(type))
    if (wanted !== undefined) return wanted
    if (ranges.some((range) => range === '*/*' || range === 'application/*')) return preferred
  }
  if (format !== undefined && format !== '') {
    // A plus sign in a query means a space; clients that forget to encode it mean the media type all the same.
    const wanted = FORMATS[(format.split(';')[0] ?? '').trim().toLowerCase().replace(' ', '+')]
    if (wanted === undefined) throw mediaRefuse.FORMAT_NOT_SUPPORTED()
    return wanted
  }
  if (accept === undefined || accept === '' || accept === '*/*' || accept.includes('application/fhir+json')) return FHIR_JSON
  const ranges = accept.split(',').map((range) => (range.split(';')[0] ?? '').trim().toLowerCase())
  if (ranges.some((range) => range === '*/*' || range === 'application/*')) return FHIR_JSON
  if (ranges.some((range) => range === 'application/json' || range === 'text/json')) return PLAIN_JSON
  throw mediaRefuse.FORMAT_NOT_SUPPORTED()
}
