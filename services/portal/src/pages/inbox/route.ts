/** What others ask of one's organisation: the list, and one step with what can be done about it. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { script } from '../../rendering/assets.ts'
import { passStreamOn, sendScript } from '../../rendering/live.ts'
import { allowOwnScripts } from '../../rendering/pages.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import type { Words } from '../../words/words.ts'
import { keptAnswersOf, MOST_KEPT } from '../../knowledge/kept-answers.ts'
import { meanwhileIn } from '../../knowledge/meanwhile.ts'
import { signedIn } from '../../session/sessions.ts'
import { kindOf } from '../../knowledge/reading.ts'
import { requestRows } from '../../knowledge/request-rows.ts'
import { loadStanding } from '../coordinator/standing.ts'
import { loadInboxNamed, openedStep, readStep } from './load.ts'
import { byClock, needReferenceOf, showDuplicates, showStep, tellStep } from './steps.ts'

interface OneStep {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

/** Steps in which somebody decides who helps. */
const TRIAGED: ReadonlySet<string> = new Set(['single-point-of-access', 'referral', 'joint-review', 'waiting-list', 'unmet-need-review'])

/** Characters of how somebody found out whose answer it is. */
const LONGEST = 500

/** As many as are shown: what has a red flag, then what is due first. */
const SHOWN = 200

export const inbox: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  const live = script('inbox')
  app.get(live.path, (_request, reply) => sendScript(reply, live))

  app.get('/inbox/stream', async (request, reply) => {
    const session = signedIn(request)
    if (session.organization === undefined) throw refuse.NOT_ALLOWED()
    return passStreamOn(request, reply, record(session.token), 'task')
  })

  app.get<OneStep>('/inbox', async (request, reply) => {
    const session = signedIn(request)
    const mine = record(session.token)
    const { tasks, brought, more } = await loadInboxNamed(mine, session, SHOWN)
    const steps = tasks.map((task) => showStep(task, brought, reply.words, clock.now())).toSorted(byClock)
    const follows = session.organization !== undefined
    if (follows) allowOwnScripts(reply)
    return reply.page('inbox/view', {
      title: reply.words.inbox.title,
      steps,
      more,
      done: doneWords(request.query.done, reply.words),
      ...(follows ? { scriptPath: live.path } : {}),
    })
  })

  app.get<OneStep>('/inbox/:id', (request, reply) =>
    show(reply, request.params.id, signedIn(request), { done: doneWords(request.query.done, reply.words) }),
  )

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const task = await readStep(mine, id, session)
    const asked = needReferenceOf(task)?.split('/')[1]
    const standing = asked === undefined ? undefined : loadStanding(mine, asked, reply.words)
    standing?.catch(() => undefined) // of a request that the reader may not see nothing is said
    const { history, alike, resolved, request: need } = await openedStep(mine, task)
    const stands = need === undefined ? undefined : await standing
    return reply.page('inbox/step', {
      title: showStep(task, resolved, reply.words, clock.now()).title,
      back: { href: '/inbox', text: reply.words.inbox.title },
      step: showStep(task, resolved, reply.words, clock.now()),
      stands,
      underNeed: asked !== undefined,
      asked: requestRows(need, reply.words),
      evidence: need?.supportingInfo?.length ?? 0,
      duplicates: showDuplicates(task, alike, resolved),
      meanwhile: meanwhileIn([task]),
      answers: keptAnswersOf(task, reply.words),
      mostAnswers: MOST_KEPT,
      triages: session.role === 'professional' && (TRIAGED.has(kindOf(task)) || (kindOf(task) === 'advice' && need !== undefined)),
      history: history.map((one) => ({
        at: one.authoredOn,
        due: one.restriction?.period?.end,
        ...tellStep(one, resolved, reply.words),
        kind: showStep(one, resolved, reply.words, clock.now()).kind,
      })),
      of: {},
      ...view,
    })
  }

  // What came from somebody who was not asked: taken as the answer of who was, or set aside.
  app.post<OneStep>('/inbox/:id/kept-answer', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    const [message, how] = [textIn(request.body, 'message'), textIn(request.body, 'how')]
    const wrong = problems()
    if (how.length > LONGEST) wrong.add('how', reply.words.keptAnswers.longWords)
    if (wrong.list.length > 0) return show(reply.code(422), id, session, { how, errors: wrong.list, of: wrong.of })
    const decision = message === '' ? 'set-aside' : 'taken'
    const parameter = [
      { name: 'decision', valueCode: decision },
      ...(message === '' ? [] : [{ name: 'message', valueReference: { reference: message } }]),
      ...(how === '' ? [] : [{ name: 'words', valueString: how }]),
    ]
    try {
      await record(session.token).ask(`Task/${id}`, '$decide-answer', { resourceType: 'Parameters', parameter })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), id, session, { how, errors: error.issues.map(({ text }) => ({ href: '#decide', text })) })
    }
    return reply.redirect(`/inbox/${id}?done=${decision}`, 303)
  })

  app.post<OneStep>('/inbox/:id/accept', async (request, reply) => {
    const session = signedIn(request)
    const mine = record(session.token)
    const task = await readStep(mine, request.params.id, session)
    await mine.patch(`Task/${task.id ?? ''}`, textIn(request.body, 'version'), { status: 'accepted' })
    return reply.redirect(`/inbox/${task.id ?? ''}?done=accepted`, 303)
  })
}

/** What the page says after something was done, by what its address says was. */
const doneWords = (done: string | undefined, { inbox: words, triage, coordinator, completion, keptAnswers }: Words): string | undefined =>
  new Map<string | undefined, string>([
    ['accepted', words.accepted],
    ['decided', words.decided],
    ['completed', words.completed],
    ['refused', words.refused],
    ['passed-on', words.passedOn],
    ['triaged', triage.done],
    ['coordinated', coordinator.done],
    ['answered', completion.answer.sent],
    ['taken', keptAnswers.taken],
    ['set-aside', keptAnswers.aside],
  ]).get(done)
