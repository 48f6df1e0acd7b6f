/** Attachments that lie inside of resources, as files that can be opened. */
import { isObject } from '../references.ts'

/** Endings by media type; what is not here ends in `bin`. RFC 6838 registry. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
  'application/json': 'json',
  'application/fhir+json': 'json',
  'application/xml': 'xml',
}

export interface AttachedFile {
  readonly name: string
  readonly bytes: Buffer
}

/** The attachments of a resource: what has `data` and a media type, in the order in which they stand. */
export function attachmentsOf(resource: Readonly<Record<string, unknown>>): AttachedFile[] {
  const found: { data: string; contentType: string }[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk)
    else if (isObject(value)) {
      const { data, contentType } = value
      if (typeof data === 'string' && typeof contentType === 'string') found.push({ data, contentType })
      Object.values(value).forEach(walk)
    }
  }
  walk(resource)
  return found.map(({ data, contentType }, index) => ({
    name: `attachments/${String(resource['resourceType'])}-${String(resource['id'])}-${index + 1}.${ENDINGS[(contentType.split(';')[0] ?? '').trim().toLowerCase()] ?? 'bin'}`,
    bytes: Buffer.from(data, 'base64'),
  }))
}
