/**
 * A person asks for help themselves: what it is about, exactly what will be sent to whom and by when somebody answers, and then it is sent to the
 * single point of access. A draft in the record until then, as every request is. A carer asks in the person's name where the person lets them, and the
 * request is the carer's. Row C10, decisions 170 and 380.
 */
import type { Patient, ServiceRequest } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { loadCrisis } from '../../knowledge/crisis-words.ts'
import { calledOf, textsIn } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { mayAsk } from '../../knowledge/carers-right.ts'
import { dayOf } from '../../rendering/dates.ts'
import { asking, type AskingSession } from '../../session/own-record.ts'
import type { Words } from '../../words/words.ts'
import { accessPoint, keepDraft } from '../refer/draft.ts'
import { loadPreview } from '../refer/preview.ts'
import { enteredOf, enteredRequest, readOwnRequest, toServiceRequest } from '../refer/refer-form.ts'
import { loadRedFlags } from '../refer/red-flags.ts'

interface Asked {
  readonly Params: { readonly request: string }
  readonly Querystring: { readonly change?: string }
}

/** Whoever asks, and the record as they may see it. */
interface Asking {
  readonly session: AskingSession
  readonly mine: PersonalRecord
}

/** What the page says to the person, and to whoever asks in the person's name. */
const asked = ({ role, actingFor }: AskingSession, { askForHelp, person }: Words) => {
  if (role === 'patient') return askForHelp
  const { intro, need, needMissing, needs, suits, readBy, ...same } = askForHelp.forAnother
  const name = actingFor ?? person.unnamed
  return {
    ...same,
    intro: intro(name),
    need: need(name),
    needMissing: needMissing(name),
    needs: needs(name),
    suits: suits(name),
    readBy: readBy(name),
  }
}

/** For the person, and for a carer whom the person lets ask: the record's table of who may write what. */
export const askForHelp: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get<Asked>('/ask-for-help', async (request, reply) => {
    const { session, mine } = await whoAsks(request)
    const { change } = request.query
    const draft = change === undefined ? undefined : await ownDraft(mine, change, session)
    if (draft !== undefined && draft.status !== 'draft') return reply.redirect(`/my-referrals/${draft.id ?? ''}`, 303)
    const known = textsIn(await mine.read<Patient>('Patient', session.patient), 'needs').join('\n')
    const values = draft === undefined ? { ...enteredRequest({}), needs: known, key: newId() } : enteredOf(draft)
    return form(reply, { session, mine }, { values })
  })

  app.post('/ask-for-help', async (request, reply) => {
    const { session, mine } = await whoAsks(request)
    const entered = enteredRequest(request.body)
    const redFlags = await loadRedFlags(mine)
    const { given, wrong } = readOwnRequest(entered, catalogue, redFlags, reply.words, asked(session, reply.words).needMissing)
    if (given === undefined) return form(reply.code(422), { session, mine }, { values: entered, errors: wrong.list, of: wrong.of })
    try {
      const stored = await keepDraft(
        mine,
        toServiceRequest(given, session.patient, { requester: session.by, intent: 'proposal' }, clock.now()),
        given,
      )
      return reply.redirect(`/ask-for-help/${stored.id ?? ''}`, 303)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return form(
        reply.code(422),
        { session, mine },
        { values: entered, errors: error.issues.map(({ text }) => ({ href: '#need', text })) },
      )
    }
  })

  app.get<Asked>('/ask-for-help/:request', async (request, reply) => {
    const { session, mine } = await whoAsks(request)
    const draft = await ownDraft(mine, request.params.request, session)
    if (draft.status !== 'draft') return reply.redirect(`/my-referrals/${draft.id ?? ''}`, 303)
    const [receiver, person, crisis] = await Promise.all([
      receiverOf(mine),
      mine.read<Patient>('Patient', session.patient),
      loadCrisis(mine, reply.words),
    ])
    return reply.page('ask-for-help/check', {
      title: reply.words.refer.check,
      back: { href: '/my-referrals', text: reply.words.referrals.title },
      request: draft.id,
      version: draft.meta?.versionId,
      receiver,
      crisis,
      asked: asked(session, reply.words),
      preview: receiver === undefined ? undefined : await loadPreview(mine, draft, receiver.reference, person, reply.words),
    })
  })

  app.post<Asked>('/ask-for-help/:request/send', async (request, reply) => {
    const { session, mine } = await whoAsks(request)
    const draft = await ownDraft(mine, request.params.request, session)
    if (draft.status === 'draft') {
      // The clock of the need begins when it is sent, and what is sent is the version that was shown.
      const sent = { status: 'active', authoredOn: clock.now().toISOString() }
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, textIn(request.body, 'version'), sent)
    }
    return reply.redirect(`/my-referrals/${draft.id ?? ''}?done=asked`, 303)
  })

  app.post<Asked>('/ask-for-help/:request/discard', async (request, reply) => {
    const { session, mine } = await whoAsks(request)
    const draft = await ownDraft(mine, request.params.request, session)
    if (draft.status === 'draft') {
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, textIn(request.body, 'version'), { status: 'entered-in-error' })
    }
    return reply.redirect('/my-referrals', 303)
  })

  /** @throws NOT_ALLOWED to a carer whom the person does not let ask */
  async function whoAsks(request: FastifyRequest): Promise<Asking> {
    const session = asking(request)
    const mine = record(session.token)
    if (!(await mayAsk(mine, session, dayOf(clock.now())))) throw refuse.NOT_ALLOWED()
    return { session, mine }
  }

  async function form(reply: FastifyReply, { session, mine }: Asking, view: Partial<Page>): Promise<FastifyReply> {
    const [receiver, redFlags, crisis] = await Promise.all([receiverOf(mine), loadRedFlags(mine), loadCrisis(mine, reply.words)])
    const { title } = reply.words.askForHelp
    return reply.page('ask-for-help/view', {
      title,
      back: { href: '/my-referrals', text: reply.words.referrals.title },
      receiver,
      redFlags,
      crisis,
      asked: asked(session, reply.words),
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

/** @throws NOT_FOUND to whoever did not write it: what a team or somebody else writes, they send */
async function ownDraft(record: PersonalRecord, id: string, { self, by }: AskingSession): Promise<ServiceRequest> {
  const draft = await record.read<ServiceRequest>('ServiceRequest', id)
  if (draft.subject.reference !== self || draft.requester?.reference !== by) throw refuse.NOT_FOUND()
  return draft
}
