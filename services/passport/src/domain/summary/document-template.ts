/** A document that is given again and again: only its identifier and its instant are new each time. Pure. */

/** A document with its identifier and its instant left open, so that it can be kept while nothing changes. */
export interface DocumentTemplate {
  readonly pieces: readonly [string, string, string, string]
}

/** The document as text. @param id a UUID, new for each document. IPS: `Bundle.identifier` */
export function writeDocument({ pieces }: DocumentTemplate, { id, at }: { readonly id: string; readonly at: Date }): string {
  const [head, afterId, beforeDate, rest] = pieces
  const instant = at.toISOString()
  return `${head}${id}${afterId}${instant}${beforeDate}${instant}${rest}`
}

/** The pieces of a document as they are sent: encoded once, which for a long one is more work than all the rest of giving it again. */
export type EncodedDocument = readonly [Buffer, Buffer, Buffer, Buffer]

/** The template, encoded. */
export function encodeDocument({ pieces: [head, afterId, beforeDate, rest] }: DocumentTemplate): EncodedDocument {
  return [Buffer.from(head), Buffer.from(afterId), Buffer.from(beforeDate), Buffer.from(rest)]
}

/** `writeDocument` as bytes. */
export function writeEncoded(
  [head, afterId, beforeDate, rest]: EncodedDocument,
  { id, at }: { readonly id: string; readonly at: Date },
): Buffer {
  const instant = Buffer.from(at.toISOString())
  return Buffer.concat([head, Buffer.from(id), afterId, instant, beforeDate, instant, rest])
}
