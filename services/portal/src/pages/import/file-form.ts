/** A form with one CSV file. The file stays in memory for its request and nowhere else. */
import multipart from '@fastify/multipart'
import { decodeText } from '@platform/fhir/csv-file'
import type { FastifyInstance } from 'fastify'

/** About 20,000 rows of sessions. */
export const MOST_BYTES = 2_000_000

/** Lets the routes of this context be sent one; it arrives as text, in whatever encoding a spreadsheet saved it. */
export async function takeFiles(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    attachFieldsToBody: 'keyValues',
    onFile: async function (part) {
      ;(part as unknown as { value: string }).value = decodeText(await part.toBuffer())
    },
    limits: { fileSize: MOST_BYTES, fieldSize: MOST_BYTES, files: 1, fields: 8 },
  })
}
