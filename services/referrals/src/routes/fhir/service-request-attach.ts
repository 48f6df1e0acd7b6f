/**
 * `POST /ServiceRequest/:id/$attach`: a file goes with a request; `GET …/$attachments`: what goes with it, whether it was scanned, without the
 * content. Both with the caller's own token: the record decides who adds and who sees. HAZ-R62
 */
import type { Communication, ParametersParameter } from '@medplum/fhirtypes'
import { checkFile } from '@platform/fhir/attachment'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { attachmentKey, bytesOf, carrying, filesIn, type Attached } from '../../domain/attachments/attachment.ts'
import { isEnded } from '../../domain/need.ts'
import { ATTACHMENT_KEY } from '../../domain/vocabulary.ts'
import { NOT_TAKEN, refuse } from '../../errors.ts'
import { sha1Of, sha256Of } from '../../store/attachment-scans.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

const PLACE = { expression: "Parameters.parameter.where(name = 'file')" }

export const serviceRequestAttach: FastifyPluginAsync<Dependencies> = async (app, { needs, record, attachmentScans, clock }) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$attach', async ({ params, body, caller }, reply) => {
    const { file } = complete({ file: readParameters(body, ['file']).attachment('file') })
    const { need } = await needs.read(params.id, caller)
    if (isEnded(need.request)) throw refuse.ATTACHMENT_LATE({ id: params.id }, PLACE)
    const sender = caller.organization ?? caller.fhirUser
    if (sender === undefined) throw refuse.ATTACHMENT_OF_NOBODY()
    const bytes = bytesOf(file) ?? new Uint8Array()
    const checked = checkFile(bytes, file.title ?? '')
    if ('no' in checked) throw refuse.ATTACHMENT_NOT_TAKEN({ because: NOT_TAKEN[checked.no] }, PLACE)
    await attachmentScans.scan(bytes)

    const sha256 = sha256Of(bytes)
    const resource = carrying(need.request, checked, bytes, { sender, at: clock.now(), sha1: sha1Of(bytes), sha256 })
    const ifNoneExist = `identifier=${encodeURIComponent(`${ATTACHMENT_KEY}|${attachmentKey(params.id, sha256)}`)}`
    const own = record.as({ get: async () => caller.token })
    await own.transact({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource, request: { method: 'POST', url: 'Communication', ifNoneExist } }],
    })
    return sendResource(reply, { resourceType: 'Parameters', parameter: await list(params.id, own) })
  })

  app.get<{ Params: { id: string } }>('/ServiceRequest/:id/$attachments', async ({ params, caller }, reply) => {
    await needs.read(params.id, caller)
    const own = record.as({ get: async () => caller.token })
    return sendResource(reply, { resourceType: 'Parameters', parameter: await list(params.id, own) })
  })

  async function list(request: string, own: typeof record): Promise<ParametersParameter[]> {
    const files = filesIn(await own.search<Communication>('Communication', { 'based-on': `ServiceRequest/${request}` }))
    const hashes = files.map(({ bytes }) => sha256Of(bytes))
    const clean = await attachmentScans.clean(hashes)
    return files.map((file, index) => toParameter(file, clean.has(hashes[index] ?? '')))
  }
}

const toParameter = ({ reference, bytes, file, sender, sent }: Attached, isClean: boolean): ParametersParameter => ({
  name: 'attachment',
  part: [
    { name: 'communication', valueReference: { reference } },
    ...(file === undefined
      ? []
      : [
          { name: 'name', valueString: file.name },
          { name: 'contentType', valueCode: file.contentType },
        ]),
    { name: 'size', valueUnsignedInt: bytes.length },
    ...(sender === undefined ? [] : [{ name: 'sender', valueReference: { reference: sender } }]),
    ...(sent === undefined ? [] : [{ name: 'sent', valueDateTime: sent }]),
    // `not-taken`: somebody wrote into the record past this door what this door would not have taken.
    { name: 'scan', valueCode: file === undefined ? 'not-taken' : isClean ? 'clean' : 'not-scanned' },
  ],
})
