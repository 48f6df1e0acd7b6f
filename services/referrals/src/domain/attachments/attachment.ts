/** A file that goes with a request, as the record keeps it: a Communication under the request, so that whoever may see the request's talk may see it. */
import type { Attachment, Communication, ServiceRequest } from '@medplum/fhirtypes'
import { checkFile, type CheckedFile } from '@platform/fhir/attachment'
import { ATTACHMENT_KEY } from '../vocabulary.ts'

/** What is said of a file besides what it holds. */
export interface AttachedBy {
  /** `Organization/<id>`, or the person. */
  readonly sender: string
  readonly at: Date
  /** Base64 of the SHA-1 of what it holds; FHIR R4, Attachment.hash. */
  readonly sha1: string
  readonly sha256: string
}

/** The key under which a file is attached to a request once, however often it is sent. */
export const attachmentKey = (request: string, sha256: string): string => `${request}:${sha256}`

/** The Communication that carries it. Labels of the request hold for what goes with it. */
export function carrying(
  request: ServiceRequest,
  file: CheckedFile,
  bytes: Uint8Array,
  { sender, at, sha1, sha256 }: AttachedBy,
): Communication {
  const { security } = request.meta ?? {}
  const subject = request.subject.reference
  return {
    resourceType: 'Communication',
    ...(security === undefined ? {} : { meta: { security } }),
    identifier: [{ system: ATTACHMENT_KEY, value: attachmentKey(request.id ?? '', sha256) }],
    basedOn: [{ reference: `ServiceRequest/${request.id ?? ''}` }],
    status: 'completed',
    topic: { text: 'A file that goes with the request' },
    ...(subject === undefined ? {} : { subject: { reference: subject } }),
    sent: at.toISOString(),
    sender: { reference: sender },
    payload: [
      {
        contentAttachment: {
          contentType: file.contentType,
          title: file.name,
          size: bytes.length,
          hash: sha1,
          creation: at.toISOString(),
          data: Buffer.from(bytes).toString('base64'),
        },
      },
    ],
  }
}

/** A file of a request, as it was found. */
export interface Attached {
  readonly reference: string
  readonly bytes: Uint8Array
  /** What it is; nothing when it came past the check and is of no kind that is taken. */
  readonly file: CheckedFile | undefined
  readonly sender: string | undefined
  readonly sent: string | undefined
}

/** The files in Communications of a request. What is inside counts, also where a client wrote one itself. */
export const filesIn = (communications: readonly Communication[]): readonly Attached[] =>
  communications.flatMap(({ id, sender, sent, payload = [] }) =>
    payload.flatMap(({ contentAttachment }) => {
      const bytes = bytesOf(contentAttachment)
      if (bytes === undefined) return []
      const checked = checkFile(bytes, contentAttachment?.title ?? '')
      return [
        { reference: `Communication/${id ?? ''}`, bytes, file: 'no' in checked ? undefined : checked, sender: sender?.reference, sent },
      ]
    }),
  )

/** What an Attachment holds in itself; one that only points elsewhere holds nothing that could be checked. */
export const bytesOf = (attachment: Attachment | undefined): Uint8Array | undefined =>
  attachment?.data === undefined ? undefined : new Uint8Array(Buffer.from(attachment.data, 'base64'))
