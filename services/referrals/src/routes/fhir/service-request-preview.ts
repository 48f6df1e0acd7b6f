/**
 * `POST /ServiceRequest/:id/$preview`: exactly what a receiver would be sent, to whom, by which channel. For a receiver that is reached by BaRS it is the
 * message itself; for one that is reached by a secure link what its page would show, and the e-mail; for one in the hub what it reads of the request and of the person, and its Task. Nothing is
 * written. The tags of the Bundle say channel and kind of payload.
 */
import type { PayloadPart } from '@handrail/fhir-profiles/payload-parts'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { Bundle, Communication, OperationOutcome, Patient } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { listedOwner } from '../../domain/answers/answered-step.ts'
import { filesIn } from '../../domain/attachments/attachment.ts'
import { LINK_LIVES_MS } from '../../domain/link/link.ts'
import { linkMail } from '../../domain/link/words.ts'
import { askSinglePointOfAccess, askToAnswer } from '../../domain/rules/ask.ts'
import type { Payload } from '../../domain/payload/payload.ts'
import { singlePointOfAccess } from '../../domain/pathway.ts'
import { namedPerformers } from '../../domain/routed.ts'
import { DELIVERY_CHANNEL, PAYLOAD_KIND } from '../../domain/vocabulary.ts'
import { afterwards } from '../../domain/write.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

export const serviceRequestPreview: FastifyPluginAsync<Dependencies> = async (
  app,
  { needs, record, leavingFor, payloads, links, clock },
) => {
  app.post<{ Params: { id: string } }>('/ServiceRequest/:id/$preview', async ({ params, body, caller }, reply) => {
    const { receiver } = complete({ receiver: readParameters(body, ['receiver']).reference('receiver') })
    const { need, writes } = await needs.preview(params.id, caller, (whole, circumstances) => {
      const owner = listedOwner(receiver, circumstances, 'receiver')
      // A request that names nobody goes to the single point of access, as a question who can help. What else was asked alike is not the sender's to read.
      const decides = namedPerformers(whole.request, circumstances).length === 0 && owner === singlePointOfAccess(circumstances)
      if (decides) return askSinglePointOfAccess(whole, { ...circumstances, alike: [] }, `need/${params.id}/ask`)
      return [askToAnswer(whole, owner, circumstances, `need/${params.id}/ask/${owner}`)]
    })
    // As it would be once this receiver is asked: its own service is the one that is named.
    const asked = { ...need.request, performer: [{ reference: receiver }] }
    const after = afterwards({ request: asked, tasks: [] }, writes, () => 'preview')
    const own = record.as({ get: async () => caller.token })
    const leaving = await leavingFor(after, own.read)
    const opened = writes.flatMap((write) => ('open' in write ? [write.open] : []))
    const [task] = opened
    const channel = leaving?.channel ?? (links.reaches(task?.owner?.reference ?? '') ? 'link' : 'hub')
    const payload =
      leaving === undefined && task !== undefined ? await payloads.of({ need, task, channel, at: clock.now(), read: own.read }) : undefined
    // A sender who is shown a part of the person is not shown more by asking what would go.
    const seen = channel === 'hub' ? undefined : await own.read<Patient>(need.request.subject.reference ?? '')
    const files = filesIn(await record.search<Communication>('Communication', { 'based-on': `ServiceRequest/${params.id}` }))
    const more = [
      ...(seen !== undefined && isSubsetted(seen) ? [{ resource: said(GOES_TOO) }] : []),
      ...(files.length === 0 ? [] : [{ resource: said(filesGo(files.length, channel === 'hub' && payload?.readsEvidence === true)) }]),
    ]
    if (channel === 'link' && payload !== undefined) {
      const page = byLink(payload)
      return sendResource(reply, { ...page, entry: [...(page.entry ?? []), ...more] })
    }
    const shown: Bundle = leaving?.message ?? {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: payload?.request ?? need.request },
        ...opened.map((resource) => ({ resource })),
        ...(payload === undefined ? [] : [{ resource: payload.patient }]),
        ...(payload === undefined ? [] : readInPart(payload)),
      ],
    }
    const kind = leaving?.kind ?? payload?.kind
    const tag = [{ system: DELIVERY_CHANNEL, code: channel }, ...(kind === undefined ? [] : [{ system: PAYLOAD_KIND, code: kind }])]
    return sendResource(reply, { ...shown, entry: [...(shown.entry ?? []), ...more], meta: { ...shown.meta, tag } })
  })
}

/** What the page behind the link would show, and the e-mail with its address left open: nobody has it before it goes. */
function byLink({ kind, request, patient, task }: Payload): Bundle {
  const { subject, text } = linkMail('…', LINK_LIVES_MS / 86_400_000)
  const mail: Communication = {
    resourceType: 'Communication',
    status: 'preparation',
    topic: { text: subject },
    payload: [{ contentString: text }],
  }
  return {
    resourceType: 'Bundle',
    type: 'collection',
    meta: {
      tag: [
        { system: DELIVERY_CHANNEL, code: 'link' },
        { system: PAYLOAD_KIND, code: kind },
      ],
    },
    entry: [request, patient, ...(task === undefined ? [] : [task]), mail].map((resource) => ({ resource })),
  }
}

/** Parts that the sender wrote for this receiver. What of the person it does not read is no news: the Patient of the answer shows what it does. */
const OF_THE_REQUEST: ReadonlySet<PayloadPart> = new Set(['reasons', 'notes', 'evidence'])

/** Said to the sender, who may want the receiver to know it all the same: what this receiver does not read of the request. */
function readInPart({ title, withheld }: Payload): readonly { readonly resource: OperationOutcome }[] {
  const parts = withheld.filter((part) => OF_THE_REQUEST.has(part))
  if (parts.length === 0) return []
  return [{ resource: said(`This receiver does not read the ${parts.join(', ')} of the request: ${title}.`) }]
}

const GOES_TOO = 'You are shown a part of the person. What else of them this receiver is sent goes too, and is not shown here.'

// Files stay in the record: neither BaRS nor a link takes them along.
const filesGo = (count: number, isRead: boolean): string =>
  `Files with this request: ${String(count)}. This receiver ${isRead ? 'reads them' : 'does not read them'}.`

const said = (text: string): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'information', code: 'informational', details: { text } }],
})
