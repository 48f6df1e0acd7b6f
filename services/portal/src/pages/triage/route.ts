/** Triage: the eight answers, each a form of its own, with the options and their reasons where somebody else is asked. Features E1, D1. */
import type { Patient, ServiceRequest } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { codes, kindOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Words } from '../../words/words.ts'
import { openStep, type OpenedStep } from '../inbox/load.ts'
import { showStep } from '../inbox/steps.ts'
import { asking, chosenOf, kindsIn, loadOptions } from '../options/load.ts'
import type { Options } from '../options/options.ts'
import { asksOf, enteredTriage, isOutcome, OUTCOMES, readTriage, toParameters, type EnteredTriage, type Outcome } from './triage-form.ts'

interface OneStep {
  readonly Params: { readonly id: string; readonly outcome: string }
}

const NO_OPTIONS: Options = { open: [], excluded: [], counted: 0 }

export const triage: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock }) => {
  app.get<OneStep>('/inbox/:id/triage', async (request, reply) => choose(reply, request.params.id, signedIn(request), {}))

  app.post<OneStep>('/inbox/:id/triage', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    const outcome = textIn(request.body, 'outcome')
    if (outcome === 'not-suitable') return reply.redirect(`/inbox/${id}/refuse`, 303)
    if (isOutcome(outcome)) return reply.redirect(`/inbox/${id}/triage/${outcome}`, 303)
    const wrong = problems()
    wrong.add('outcome', reply.words.triage.whichMissing)
    return choose(reply.code(422), id, session, { errors: wrong.list, of: wrong.of })
  })

  app.get<OneStep>('/inbox/:id/triage/:outcome', async (request, reply) => {
    const [session, outcome] = [signedIn(request), outcomeOf(request.params.outcome)]
    const opened = await openStep(record(session.token), request.params.id, session)
    const values = { kinds: opened.request === undefined ? [] : kindsIn(opened.request), services: [] }
    return show(reply, outcome, opened, session, { values })
  })

  app.post<OneStep>('/inbox/:id/triage/:outcome', async (request, reply) => {
    const [session, outcome] = [signedIn(request), outcomeOf(request.params.outcome)]
    const mine = record(session.token)
    const opened = await openStep(mine, request.params.id, session)
    const entered = enteredTriage(request.body)
    if (textIn(request.body, 'show') !== '') return show(reply, outcome, opened, session, { values: entered })

    const options = await optionsOf(mine, opened, entered.kinds, reply.words)
    const overrules = (service: string) => chosenOf(options, service)?.overrules === true
    const { given, wrong } = readTriage(
      outcome,
      entered,
      { asks: asksOf(outcome, kindOf(opened.task)), overrules, today: dayOf(clock.now()) },
      reply.words,
    )
    if (given === undefined) {
      return show(reply.code(422), outcome, opened, session, { values: entered, errors: wrong.list, of: wrong.of })
    }
    try {
      await mine.ask(`Task/${request.params.id}`, '$triage', toParameters(given))
      // After it, so that whoever is asked is asked once; it counts the rule that was overruled, and keeps the reason on the request.
      for (const { service, reason } of given.overruled) {
        const parameter = [
          { name: 'service', valueReference: { reference: service } },
          { name: 'reason', valueString: reason },
        ]
        await mine.ask(`ServiceRequest/${opened.request?.id ?? ''}`, '$overrule', { resourceType: 'Parameters', parameter })
      }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text }) => ({ href: '#decide', text }))
      return show(reply.code(422), outcome, opened, session, { values: entered, errors })
    }
    return reply.redirect('/inbox?done=triaged', 303)
  })

  app.get<OneStep>('/inbox/:id/unmet', async (request, reply) => unmet(reply, request.params.id, signedIn(request), { values: {} }))

  app.post<OneStep>('/inbox/:id/unmet', async (request, reply) => {
    const session = signedIn(request)
    const { id } = request.params
    const [reason, words, area] = ['reason', 'words', 'area'].map((name) => textIn(request.body, name))
    const wrong = problems()
    const why = catalogue.unmetNeeds.find(({ code }) => code === reason)
    if (why === undefined) wrong.add('reason', reply.words.triage.unmetReasonMissing)
    if (words === '') wrong.add('words', reply.words.triage.unmetWordsMissing)
    const values = { reason, words, area }
    if (why === undefined || wrong.list.length > 0) return unmet(reply.code(422), id, session, { values, errors: wrong.list, of: wrong.of })
    const parameter = [
      { name: 'reason', valueCoding: { system: codes('unmet-need'), code: why.code, display: why.display } },
      { name: 'words', valueString: words ?? '' },
      ...(area === '' || area === undefined ? [] : [{ name: 'area', valueString: area }]),
    ]
    try {
      await record(session.token).ask(`Task/${id}`, '$record-unmet-need', { resourceType: 'Parameters', parameter })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return unmet(reply.code(422), id, session, { values, errors: error.issues.map(({ text }) => ({ href: '#words', text })) })
    }
    return reply.redirect('/inbox?done=triaged', 303)
  })

  /** @throws NOT_FOUND for what is no outcome */
  const outcomeOf = (outcome: string): Outcome => {
    if (!isOutcome(outcome)) throw refuse.NOT_FOUND()
    return outcome
  }

  const kindsOf = (codes: readonly string[]) => catalogue.serviceKinds.filter(({ code }) => codes.includes(code))

  const optionsOf = async (
    mine: PersonalRecord,
    { request, resolved, task }: OpenedStep,
    kinds: readonly string[],
    words: Words,
  ): Promise<Options> => {
    if (request === undefined || kindsOf(kinds).length === 0) return NO_OPTIONS
    const patient = resolved.get(task.for?.reference ?? '') as Patient | undefined
    const asked: ServiceRequest = asking(request, kindsOf(kinds))
    return loadOptions(mine, asked, patient, dayOf(clock.now()), words)
  }

  const frame = (reply: FastifyReply, id: string, { task, resolved }: OpenedStep) => ({
    back: { href: `/inbox/${id}`, text: reply.words.back },
    step: showStep(task, resolved, reply.words, clock.now()),
    of: {},
  })

  async function choose(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const opened = await openStep(record(session.token), id, session)
    return reply.page('triage/choose', {
      title: reply.words.triage.title,
      ...frame(reply, id, opened),
      outcomes: [...OUTCOMES, 'not-suitable'],
      ...view,
    })
  }

  async function show(
    reply: FastifyReply,
    outcome: Outcome,
    opened: OpenedStep,
    session: Session,
    view: Partial<Page> & { readonly values: Partial<EnteredTriage> },
  ): Promise<FastifyReply> {
    const mine = record(session.token)
    const asks = asksOf(outcome, kindOf(opened.task))
    const kinds = view.values.kinds ?? []
    return reply.page('triage/view', {
      title: reply.words.triage.outcome[outcome],
      ...frame(reply, opened.task.id ?? '', opened),
      outcome,
      asks,
      several: asks.receivers === 'two' || asks.receivers === 'any',
      kinds: catalogue.serviceKinds.map((kind) => ({ ...kind, chosen: kinds.includes(kind.code) })),
      options: asks.receivers === undefined ? NO_OPTIONS : await optionsOf(mine, opened, kinds, reply.words),
      asked: kindsOf(kinds).length > 0,
      organisations: await listOrganisations(mine, session.organization),
      ...view,
    })
  }

  async function unmet(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const opened = await openStep(record(session.token), id, session)
    const reasons = catalogue.unmetNeeds
    return reply.page('triage/unmet', { title: reply.words.triage.unmet, ...frame(reply, id, opened), reasons, ...view })
  }
}
