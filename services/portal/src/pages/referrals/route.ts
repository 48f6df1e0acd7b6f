/** A person's own requests for help: where each is, and what they can do about it. Rows H2 and H7. */
import type { Communication } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { parametersOf } from '../../knowledge/parameters.ts'
import { mayAsk } from '../../knowledge/carers-right.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { asking, ownRecord } from '../../session/own-record.ts'
import { ANSWERS, enteredFeedback, QUESTIONS, readFeedback, toCommunication, unlessGiven, withoutQuote } from './feedback.ts'
import { loadReferral, loadReferrals } from './load.ts'

interface One {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

const LONGEST = 2_000

export const referrals: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId }) => {
  app.get('/my-referrals', async (request, reply) => {
    const session = asking(request)
    const mine = record(session.token)
    const [loaded, asks] = await Promise.all([loadReferrals(mine, session, reply.words), mayAsk(mine, session, dayOf(clock.now()))])
    return reply.page('referrals/view', { title: reply.words.referrals.title, asks, ...loaded })
  })

  app.get<One>('/my-referrals/:id', (request, reply) => {
    const { askForHelp, referrals } = reply.words
    const { withdraw, again, feedback } = referrals
    const said = {
      asked: askForHelp.done,
      withdrawn: withdraw.done,
      again: again.done,
      feedback: feedback.done,
      unquoted: feedback.unquoted,
    }
    const { done } = request.query
    const text = done !== undefined && Object.hasOwn(said, done) ? said[done as keyof typeof said] : undefined
    return show(request, reply, { done: text })
  })

  app.post<One>('/my-referrals/:id/withdraw', async (request, reply) => {
    const { token } = ownRecord(request)
    const reason = textIn(request.body, 'reason')
    const wrong = problems()
    if (reason === '') wrong.add('reason', reply.words.referrals.withdraw.missing)
    if (reason.length > LONGEST) wrong.add('reason', reply.words.referrals.feedback.long)
    if (wrong.list.length > 0) return show(request, reply.code(422), { values: { reason }, errors: wrong.list, of: wrong.of })
    return tried(request, reply, 'reason', async () => {
      await record(token).ask(`ServiceRequest/${request.params.id}`, '$withdraw', parametersOf({ name: 'reason', valueString: reason }))
      return reply.redirect(`/my-referrals/${request.params.id}?done=withdrawn`, 303)
    })
  })

  app.post<One>('/my-referrals/:id/again', async (request, reply) => {
    const { token } = ownRecord(request)
    const words = textIn(request.body, 'changed').slice(0, LONGEST)
    return tried(request, reply, 'changed', async () => {
      const given = parametersOf(...(words === '' ? [] : [{ name: 'words', valueString: words }]))
      const answer = (await record(token).ask(`ServiceRequest/${request.params.id}`, '$re-enter', given)) as { id?: string }
      return reply.redirect(`/my-referrals/${answer.id ?? request.params.id}?done=again`, 303)
    })
  })

  app.post<One>('/my-referrals/:id/feedback', async (request, reply) => {
    const { token, self, fhirUser } = ownRecord(request)
    const { id } = request.params
    const entered = enteredFeedback(request.body)
    const { wrong, answers } = readFeedback(entered, reply.words)
    if (wrong.list.length > 0) return show(request, reply.code(422), { values: entered, errors: wrong.list, of: wrong.of })
    const mine = record(token)
    const { asked } = await loadReferral(mine, id, fhirUser ?? self, reply.words)
    return tried(request, reply, 'heard', async () => {
      const message = toCommunication(entered, answers, { referral: id, self, asked, sender: fhirUser ?? self, at: clock.now() })
      await mine.create(message, unlessGiven(entered))
      return reply.redirect(`/my-referrals/${id}?done=feedback`, 303)
    })
  })

  app.post<One & { readonly Params: { readonly message: string } }>(
    '/my-referrals/:id/feedback/:message/unquote',
    async (request, reply) => {
      const { token } = ownRecord(request)
      const { id, message } = request.params
      const mine = record(token)
      const extension = withoutQuote(await mine.read<Communication>('Communication', message))
      const kept = extension.length === 0 ? undefined : extension
      await mine.patch(`Communication/${message}`, textIn(request.body, 'version'), { extension: kept })
      return reply.redirect(`/my-referrals/${id}?done=unquoted`, 303)
    },
  )

  /** What the record refuses is said above the form. */
  async function tried(
    request: FastifyRequest<One>,
    reply: FastifyReply,
    field: string,
    act: () => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(request, reply.code(422), { errors: error.issues.map(({ text }) => ({ href: `#${field}`, text })) })
    }
  }

  async function show(request: FastifyRequest<One>, reply: FastifyReply, view: Partial<Page>): Promise<FastifyReply> {
    const { token, by } = asking(request)
    const referral = await loadReferral(record(token), request.params.id, by, reply.words)
    return reply.page('referrals/one', {
      title: referral.title,
      back: { href: '/my-referrals', text: reply.words.referrals.title },
      one: referral,
      questions: QUESTIONS,
      answers: ANSWERS,
      key: newId(),
      values: {},
      of: {},
      ...view,
    })
  }
}
