/** What others ask of one's organisation: the list, and one step with what can be done about it. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { script } from '../../rendering/assets.ts'
import { passStreamOn, sendScript } from '../../rendering/live.ts'
import { allowOwnScripts } from '../../rendering/pages.ts'
import type { Words } from '../../words/words.ts'
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

  app.get<OneStep>('/inbox/:id', async (request, reply) => {
    const session = signedIn(request)
    const mine = record(session.token)
    const task = await readStep(mine, request.params.id, session)
    const asked = needReferenceOf(task)?.split('/')[1]
    const standing = asked === undefined ? undefined : loadStanding(mine, asked, reply.words)
    standing?.catch(() => undefined) // of a request that the reader may not see nothing is said
    const { history, alike, resolved, request: need } = await openedStep(mine, task)
    const stands = need === undefined ? undefined : await standing
    return reply.page('inbox/step', {
      title: reply.words.inbox.needText(showStep(task, resolved, reply.words, clock.now()).person),
      back: { href: '/inbox', text: reply.words.inbox.title },
      step: showStep(task, resolved, reply.words, clock.now()),
      stands,
      underNeed: asked !== undefined,
      asked: requestRows(need, reply.words),
      evidence: need?.supportingInfo?.length ?? 0,
      duplicates: showDuplicates(task, alike, resolved),
      meanwhile: meanwhileIn([task]),
      triages: session.role === 'professional' && (TRIAGED.has(kindOf(task)) || (kindOf(task) === 'advice' && need !== undefined)),
      history: history.map((one) => ({
        at: one.authoredOn,
        due: one.restriction?.period?.end,
        ...tellStep(one, resolved, reply.words),
        kind: showStep(one, resolved, reply.words, clock.now()).kind,
      })),
      done: doneWords(request.query.done, reply.words),
    })
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
const doneWords = (done: string | undefined, { inbox: words, triage, coordinator, completion }: Words): string | undefined =>
  new Map<string | undefined, string>([
    ['accepted', words.accepted],
    ['decided', words.decided],
    ['completed', words.completed],
    ['refused', words.refused],
    ['passed-on', words.passedOn],
    ['triaged', triage.done],
    ['coordinated', coordinator.done],
    ['answered', completion.answer.sent],
  ]).get(done)
