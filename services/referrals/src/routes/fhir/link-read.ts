/**
 * `POST /$link-read`: what the receiver of a link is sent, by the table of payloads at the grade that it has now, and which answers fit. The record
 * writes down that its organisation read it, before anything is shown. Nothing of the person is shown once the step is closed.
 */
import type { Bundle, ParametersParameter } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { answersTo, nextOwnersFor } from '../../domain/link/answer.ts'
import { dueOf, isOpen } from '../../domain/need.ts'
import { PLAIN_WORDS, plainStatusOfStep } from '@platform/fhir/plain-status'
import { DELIVERY_CHANNEL, PAYLOAD_KIND, REFERRAL_STATUS } from '../../domain/vocabulary.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { openedLink } from './link-door.ts'
import { readParameters } from './parameters.ts'

export const linkRead: FastifyPluginAsync<Dependencies> = async (app, { links, record, payloads, directory, pathway, clock }) => {
  app.post('/$link-read', { config: { open: true } }, async ({ body }, reply) => {
    const at = clock.now()
    const link = await openedLink(readParameters(body, ['token', 'session']), links, at)
    const behalf = record.onBehalfOf(link.organization)
    const need = await behalf.readNeed(link.need)
    const task = need?.tasks.find(({ id }) => id === link.task)
    if (need === undefined || task === undefined || task.owner?.reference !== link.organization) throw refuse.LINK_UNKNOWN()
    const circumstances = { at, pathway, directory }
    const status = plainStatusOfStep(task)
    const due = dueOf(task)
    const payload = isOpen(task) ? await payloads.of({ need, task, channel: 'link', at, read: behalf.read }) : undefined
    const shown: Bundle | undefined = payload && {
      resourceType: 'Bundle',
      type: 'collection',
      meta: {
        tag: [
          { system: DELIVERY_CHANNEL, code: 'link' },
          { system: PAYLOAD_KIND, code: payload.kind },
        ],
      },
      entry: [payload.request, payload.patient, ...(payload.task === undefined ? [] : [payload.task])].map((resource) => ({ resource })),
    }
    const nameOf = (reference: string) => directory.listing(reference)?.name ?? reference
    const sender = need.request.requester?.reference
    const parameter: readonly ParametersParameter[] = [
      { name: 'organization', valueString: nameOf(link.organization) },
      ...(sender === undefined || directory.listing(sender) === undefined ? [] : [{ name: 'sender', valueString: nameOf(sender) }]),
      { name: 'status', valueCoding: { system: REFERRAL_STATUS, code: status, display: PLAIN_WORDS[status] } },
      ...(due === undefined ? [] : [{ name: 'due', valueDateTime: due.toISOString() }]),
      ...answersTo(task).map((answer) => ({ name: 'answer', valueCode: answer })),
      ...(isOpen(task) ? nextOwnersFor(need, task, circumstances) : []).map((reference) => ({
        name: 'nextOwner',
        valueReference: { reference, display: nameOf(reference) },
      })),
      ...(shown === undefined ? [] : [{ name: 'payload', resource: shown }]),
    ]
    return sendResource(reply, { resourceType: 'Parameters', parameter: [...parameter] })
  })
}
