/**
 * A person asks for help themselves: what it is about, exactly what will be sent to whom and by when somebody answers, and then it is sent to the
 * single point of access. A draft in the record until then, as every request is. Row C10, decision 170.
 */
import type { Patient, ServiceRequest } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { loadCrisis } from '../../knowledge/crisis-words.ts'
import { calledOf, textsIn } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { decider } from '../../session/own-record.ts'
import { accessPoint, keepDraft } from '../refer/draft.ts'
import { loadPreview } from '../refer/preview.ts'
import { enteredOf, enteredRequest, readOwnRequest, toServiceRequest } from '../refer/refer-form.ts'
import { loadRedFlags } from '../refer/red-flags.ts'

interface Asked {
  readonly Params: { readonly request: string }
  readonly Querystring: { readonly change?: string }
}

/** For the person alone: a carer writes no referrals (the record's table of who may write what). */
export const askForHelp: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get<Asked>('/ask-for-help', async (request, reply) => {
    const { token, patient, self } = decider(request)
    const mine = record(token)
    const { change } = request.query
    const draft = change === undefined ? undefined : await ownDraft(mine, change, self)
    if (draft !== undefined && draft.status !== 'draft') return reply.redirect(`/my-referrals/${draft.id ?? ''}`, 303)
    const known = textsIn(await mine.read<Patient>('Patient', patient), 'needs').join('\n')
    const values = draft === undefined ? { ...enteredRequest({}), needs: known, key: newId() } : enteredOf(draft)
    return form(reply, mine, { values })
  })

  app.post('/ask-for-help', async (request, reply) => {
    const { token, patient, self } = decider(request)
    const mine = record(token)
    const entered = enteredRequest(request.body)
    const redFlags = await loadRedFlags(mine)
    const { given, wrong } = readOwnRequest(entered, catalogue, redFlags, reply.words, reply.words.askForHelp.needMissing)
    if (given === undefined) return form(reply.code(422), mine, { values: entered, errors: wrong.list, of: wrong.of })
    try {
      const stored = await keepDraft(mine, toServiceRequest(given, patient, { requester: self }, clock.now()), given)
      return reply.redirect(`/ask-for-help/${stored.id ?? ''}`, 303)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return form(reply.code(422), mine, { values: entered, errors: error.issues.map(({ text }) => ({ href: '#need', text })) })
    }
  })

  app.get<Asked>('/ask-for-help/:request', async (request, reply) => {
    const { token, patient, self } = decider(request)
    const mine = record(token)
    const draft = await ownDraft(mine, request.params.request, self)
    if (draft.status !== 'draft') return reply.redirect(`/my-referrals/${draft.id ?? ''}`, 303)
    const [receiver, person, crisis] = await Promise.all([
      receiverOf(mine),
      mine.read<Patient>('Patient', patient),
      loadCrisis(mine, reply.words),
    ])
    return reply.page('ask-for-help/check', {
      title: reply.words.refer.check,
      back: { href: '/my-referrals', text: reply.words.referrals.title },
      request: draft.id,
      version: draft.meta?.versionId,
      receiver,
      crisis,
      preview: receiver === undefined ? undefined : await loadPreview(mine, draft, receiver.reference, person, reply.words),
    })
  })

  app.post<Asked>('/ask-for-help/:request/send', async (request, reply) => {
    const { token, self } = decider(request)
    const mine = record(token)
    const draft = await ownDraft(mine, request.params.request, self)
    if (draft.status === 'draft') {
      // The clock of the need begins when it is sent, and what is sent is the version that was shown.
      const sent = { status: 'active', authoredOn: clock.now().toISOString() }
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, textIn(request.body, 'version'), sent)
    }
    return reply.redirect(`/my-referrals/${draft.id ?? ''}?done=asked`, 303)
  })

  app.post<Asked>('/ask-for-help/:request/discard', async (request, reply) => {
    const { token, self } = decider(request)
    const mine = record(token)
    const draft = await ownDraft(mine, request.params.request, self)
    if (draft.status === 'draft') {
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, textIn(request.body, 'version'), { status: 'entered-in-error' })
    }
    return reply.redirect('/my-referrals', 303)
  })

  async function form(reply: FastifyReply, mine: PersonalRecord, view: Partial<Page>): Promise<FastifyReply> {
    const [receiver, redFlags, crisis] = await Promise.all([receiverOf(mine), loadRedFlags(mine), loadCrisis(mine, reply.words)])
    const { title } = reply.words.askForHelp
    return reply.page('ask-for-help/view', {
      title,
      back: { href: '/my-referrals', text: reply.words.referrals.title },
      receiver,
      redFlags,
      crisis,
      catalogue,
      of: {},
      ...view,
    })
  }
}

/** Whom a request goes to that names nobody; nothing where no single point of access is listed. */
async function receiverOf(record: PersonalRecord): Promise<{ readonly reference: string; readonly name: string } | undefined> {
  const reference = await accessPoint(record)
  if (reference === undefined) return undefined
  const name = calledOf({ reference }, await record.resolve([reference]))
  return name === undefined ? undefined : { reference, name }
}

/** @throws NOT_FOUND when the person did not write it: what a team writes, the team sends */
async function ownDraft(record: PersonalRecord, id: string, self: string): Promise<ServiceRequest> {
  const draft = await record.read<ServiceRequest>('ServiceRequest', id)
  if (draft.subject.reference !== self || draft.requester?.reference !== self) throw refuse.NOT_FOUND()
  return draft
}
