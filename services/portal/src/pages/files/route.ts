/** The files that go with a request: for whoever asked, whoever is asked, and the person. Feature C1. HAZ-R62 */
import multipart from '@fastify/multipart'
import type { Communication, Parameters, ServiceRequest } from '@medplum/fhirtypes'
import { checkFile, MAXIMUM_ATTACHMENT_BYTES } from '@platform/fhir/attachment'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { parametersOf, readParts } from '../../knowledge/parameters.ts'
import { calledOf } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { isThePerson, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'

interface OfRequest {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

/** A file of a form. */
interface Sent {
  readonly bytes: Buffer
  readonly name: string
}

export const files: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  await app.register(multipart, {
    attachFieldsToBody: 'keyValues',
    // The file stays in memory for this request and nowhere else. One that is too large is cut, and says so.
    onFile: async function (part) {
      const chunks: Buffer[] = []
      for await (const chunk of part.file) chunks.push(chunk as Buffer)
      const sent: Sent = { bytes: Buffer.concat(chunks), name: part.filename ?? '' }
      ;(part as unknown as { value: Sent }).value = sent
    },
    throwFileSizeLimit: false,
    // One byte more than is taken: what was cut is too large, and is refused as such.
    limits: { fileSize: MAXIMUM_ATTACHMENT_BYTES + 1, fieldSize: 4_096, files: 1, fields: 4 },
  })

  app.get<OfRequest>('/requests/:id/files', async (request, reply) =>
    show(reply, request.params.id, signedIn(request), {
      done: request.query.done === 'added' ? reply.words.files.done : undefined,
    }),
  )

  app.post<OfRequest>('/requests/:id/files', { bodyLimit: MAXIMUM_ATTACHMENT_BYTES + 65_536 }, async (request, reply) => {
    const session = signedIn(request)
    const { token } = session
    const { id } = request.params
    const wrong = (text: string) => show(reply.code(422), id, session, { errors: [{ href: '#file', text }], of: { file: { text } } })
    const sent = (request.body as { readonly file?: Partial<Sent> }).file
    if (sent?.bytes === undefined || sent.bytes.length === 0) return wrong(reply.words.files.missing)
    const checked = checkFile(sent.bytes, sent.name ?? '')
    if ('no' in checked) return wrong(reply.words.files.no[checked.no])
    const valueAttachment = { contentType: checked.contentType, title: checked.name, data: sent.bytes.toString('base64') }
    try {
      await record(token).ask(`ServiceRequest/${id}`, '$attach', parametersOf({ name: 'file', valueAttachment }))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return wrong(error.issues.map(({ text, remedy }) => [text, remedy].filter((part) => part !== undefined).join(' ')).join(' '))
    }
    return reply.redirect(`/requests/${id}/files?done=added`, 303)
  })

  app.get<{ Params: { id: string; file: string } }>('/requests/:id/files/:file', async (request, reply) => {
    const { id, file } = request.params
    const found = await record(signedIn(request).token).read<Communication>('Communication', file)
    if (found.basedOn?.some(({ reference }) => reference === `ServiceRequest/${id}`) !== true) throw refuse.NOT_FOUND()
    const attachment = found.payload?.find(({ contentAttachment }) => contentAttachment?.data !== undefined)?.contentAttachment
    const bytes = Buffer.from(attachment?.data ?? '', 'base64')
    // Checked again: what lies in the record may have been written past the form.
    const checked = checkFile(bytes, attachment?.title ?? '')
    if ('no' in checked) throw refuse.NOT_FOUND()
    // Saved, never shown inside of these pages: whatever a document does, it does not do it here.
    return reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(checked.name)}`)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .type(checked.contentType)
      .send(bytes)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const [request, answer] = await Promise.all([
      mine.read<ServiceRequest>('ServiceRequest', id),
      mine.ask<Parameters>(`ServiceRequest/${id}`, '$attachments'),
    ])
    const attached = readParts(answer).all('attachment')
    const resolved = await mine.resolve(attached.map((part) => part.reference('sender')?.reference))
    return reply.page('files/view', {
      title: reply.words.files.title,
      back: { href: backFrom(request, session), text: reply.words.back },
      request: id,
      need: request.code?.text,
      open: !['completed', 'revoked', 'entered-in-error'].includes(request.status),
      attached: attached.map((part) => ({
        id: part.reference('communication')?.reference?.split('/')[1],
        name: part.text('name'),
        scan: part.text('scan'),
        from: calledOf(part.reference('sender'), resolved),
        at: part.text('sent'),
      })),
      of: {},
      ...view,
    })
  }
}

/** Where whoever looks at the files has come from: the form they are filling in, their inbox, or their own referrals. */
function backFrom({ id = '', status, subject }: ServiceRequest, session: Session): string {
  if (isThePerson(session)) return `/my-referrals/${id}`
  return status === 'draft' ? `/people/${subject.reference?.replace('Patient/', '') ?? ''}/refer/${id}/check` : '/inbox'
}
