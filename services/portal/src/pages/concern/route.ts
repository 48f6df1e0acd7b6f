/** The needs card of a person on a phone, and "something has changed": a Task for a team that answers, with a day by which. Story 1. */
import type { Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showPerson } from '../../knowledge/person.ts'
import { calledOf, codes, ids, kindOf, nameOf, needReferenceIn } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Session } from '../../session/session.ts'
import { recorder } from '../group/route.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
const DAY_MS = 86_400_000
/** How soon somebody answers: the next day, or within a week. */
const WITHIN_DAYS = { soon: 1, week: 7 } as const

export const concern: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId }) => {
  app.get<OfPerson>('/people/:id/card', (request, reply) =>
    show(reply, request.params.id, recorder(signedIn(request)), {
      values: { key: newId(), when: 'soon' },
      done: request.query.done === 'told' ? reply.words.concern.done : undefined,
    }),
  )

  app.post<OfPerson>('/people/:id/card', async (request, reply) => {
    const session = recorder(signedIn(request))
    const { id } = request.params
    const mine = record(session.token)
    const [what, owner, when, key] = ['what', 'owner', 'when', 'key'].map((name) => textIn(request.body, name)) as [
      string,
      string,
      string,
      string,
    ]
    const team = (await listOrganisations(mine, session.organization)).find(({ reference }) => reference === owner)
    const days = WITHIN_DAYS[when as keyof typeof WITHIN_DAYS] as number | undefined
    const wrong = problems()
    if (what === '') wrong.add('what', reply.words.concern.whatMissing)
    if (team === undefined) wrong.add('owner', reply.words.concern.ownerMissing)
    if (days === undefined) wrong.add('when', reply.words.concern.whenMissing)
    const values = { what, owner, when, key }
    if (team === undefined || days === undefined || what === '' || !KEY.test(key)) {
      return show(reply.code(422), id, session, { values, errors: wrong.list, of: wrong.of })
    }
    const now = clock.now()
    const task: Task = {
      resourceType: 'Task',
      identifier: [{ system: ids('task-key'), value: `concern:${key}` }],
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: codes('task-kind'), code: 'advice' }] },
      description: what,
      for: { reference: `Patient/${id}` },
      authoredOn: now.toISOString(),
      requester: { reference: session.organization },
      owner: { reference: team.reference },
      restriction: { period: { end: new Date(now.getTime() + days * DAY_MS).toISOString() } },
    }
    try {
      await mine.create(task, `identifier=${encodeURIComponent(`${ids('task-key')}|concern:${key}`)}`)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), id, session, { values, errors: error.issues.map(({ text }) => ({ href: '#what', text })) })
    }
    return reply.redirect(`/people/${id}/card?done=told`, 303)
  })

  async function show(reply: FastifyReply, id: string, session: Session, view: Partial<Page>): Promise<FastifyReply> {
    const mine = record(session.token)
    const [patient, tasks, organisations, { all: requests }] = await Promise.all([
      mine.read<Patient>('Patient', id),
      mine.findAll<Task>('Task', { patient: `Patient/${id}`, _sort: '-authored-on' }),
      listOrganisations(mine, session.organization),
      mine.findAll<ServiceRequest>('ServiceRequest', { patient: `Patient/${id}`, status: 'active', _sort: '-authored' }),
    ])
    const person = showPerson(patient)
    // What we told others, apart from any referral, and what they have done with it.
    const told = tasks.all.filter(
      (task) => task.requester?.reference === session.organization && kindOf(task) === 'advice' && needReferenceIn(task) === undefined,
    )
    const resolved = await mine.resolve(told.map(({ owner }) => owner?.reference))
    const { step } = reply.words.status
    // Whoever asked for us last is who wants to know; another may be chosen.
    const asker = requests.find(({ performer = [] }) => performer.some(({ reference }) => reference === session.organization))?.requester
      ?.reference
    return reply.page('concern/view', {
      title: person.name ?? reply.words.person.unnamed,
      back: { href: '/group', text: reply.words.group.nav },
      person,
      contacts: (patient.contact ?? []).flatMap(({ name, telecom = [], relationship = [] }) =>
        telecom.flatMap(({ value }) =>
          value === undefined
            ? []
            : [
                [nameOf(name === undefined ? undefined : [name]), relationship[0]?.text, value]
                  .filter((part) => part !== undefined)
                  .join(', '),
              ],
        ),
      ),
      organisations,
      told: told.map((task) => ({
        what: task.description,
        at: task.authoredOn,
        owner: calledOf(task.owner, resolved),
        status: step[task.status as keyof typeof step] ?? task.status,
      })),
      of: {},
      now: clock.now(),
      ...view,
      values: { owner: asker, ...(view['values'] as Readonly<Record<string, string>> | undefined) },
    })
  }
}
