/**
 * Asking another organisation for advice about a person. A question is a request like any other: a draft until its sender has seen what
 * leaves, on a clock, answered from the inbox, and it can become a referral.
 */
import type { Organization, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showPerson } from '../../knowledge/person.ts'
import { codeIn, codes } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { referencesOf } from '../inbox/steps.ts'
import { toServiceRequest, unlessSent } from '../refer/refer-form.ts'
import { referrer } from '../refer/route.ts'
import { threadsOf } from './threads.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
const LONGEST_QUESTION = 1_000

export const advice: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId }) => {
  app.get<OfPerson>('/people/:id/advice', (request, reply) =>
    show(reply, request.params.id, referrer(signedIn(request)), { values: { key: newId() } }),
  )

  app.post<OfPerson>('/people/:id/advice', async (request, reply) => {
    const session = referrer(signedIn(request))
    const { id } = request.params
    const mine = record(session.token)
    const values = { question: textIn(request.body, 'question'), owner: textIn(request.body, 'owner'), key: textIn(request.body, 'key') }
    const asked = (await listOrganisations(mine, session.organization)).find(({ reference }) => reference === values.owner)
    const wrong = problems()
    if (values.question === '') wrong.add('question', reply.words.advice.questionMissing)
    else if (values.question.length > LONGEST_QUESTION) wrong.add('question', reply.words.advice.questionLong)
    if (asked === undefined) wrong.add('owner', reply.words.advice.ownerMissing)
    if (wrong.list.length > 0 || asked === undefined || !KEY.test(values.key))
      return show(reply.code(422), id, session, { values, errors: wrong.list, of: wrong.of })

    const own = await mine.read<Organization>('Organization', session.organization.slice('Organization/'.length))
    const given = {
      need: values.question,
      needs: [],
      kinds: [],
      precautions: [],
      accessNeeds: [],
      redFlags: [],
      priority: 'routine',
      key: values.key,
    } as const
    const by = { requester: session.organization, sector: codeIn(own, 'sector') ?? 'independent' }
    const { category = [], ...draft } = toServiceRequest(given, id, by, clock.now())
    const asking: ServiceRequest = {
      ...draft,
      category: [...category, { coding: [{ system: codes('request-category'), code: 'advice', display: 'Advice' }] }],
      performer: [{ reference: asked.reference }],
    }
    try {
      const made = await mine.create(asking, unlessSent(given))
      return await reply.redirect(`/people/${id}/refer/${made.id ?? ''}/check`, 303)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), id, session, { values, errors: error.issues.map(({ text }) => ({ href: '#question', text })) })
    }
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const about = { patient: `Patient/${id}` }
    const [patient, requests, tasks, organisations] = await Promise.all([
      mine.read<Patient>('Patient', id),
      mine.findAll<ServiceRequest>('ServiceRequest', about),
      mine.findAll<Task>('Task', about),
      listOrganisations(mine, session.organization),
    ])
    const named = [...tasks.all.flatMap(referencesOf), ...requests.all.map(({ requester }) => requester?.reference)]
    const resolved = await mine.resolve(named)
    const person = showPerson(patient)
    return reply.page('advice/view', {
      title: reply.words.advice.for(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${id}`, text: reply.words.back },
      person,
      organisations,
      threads: threadsOf(requests.all, tasks.all, { resolved, words: reply.words, organization: session.organization }),
      of: {},
      now: clock.now(),
      ...view,
    })
  }
}
