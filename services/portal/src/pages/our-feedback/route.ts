/** What people said of the requests that an organisation was asked to help with: counted by question, and in their words. Row H7. */
import type { Communication } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { ids } from '../../knowledge/reading.ts'
import { givesCare } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { ANSWERS, feedbackIn, QUESTIONS, type Feedback } from '../referrals/feedback.ts'

export const ourFeedback: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get('/our-feedback', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session) || session.organization === undefined) throw refuse.NOT_ALLOWED()
    const { all, more } = await record(session.token).find<Communication>('Communication', {
      recipient: session.organization,
      identifier: `${ids('feedback')}|`,
      _sort: '-sent',
    })
    const given = all.flatMap((one) => feedbackIn(one))
    return reply.page('our-feedback/view', {
      title: reply.words.ourFeedback.title,
      back: { href: '/inbox', text: reply.words.inbox.title },
      answers: ANSWERS,
      rows: countsOf(given),
      given: given.filter(({ words }) => words.length > 0),
      any: given.length > 0,
      more,
    })
  })
}

/** How often each answer was given to each question. */
export const countsOf = (given: readonly Feedback[]) =>
  QUESTIONS.map((question) => ({
    question,
    counts: ANSWERS.map(
      (answer) => given.filter((one) => one.answers.some((said) => said.question === question && said.answer === answer)).length,
    ),
  }))
