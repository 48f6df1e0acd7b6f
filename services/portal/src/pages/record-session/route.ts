/** Recording a session: what, when, how, and how the person responded. */
import type { Observation, Organization, Patient, Procedure, ProcedurePerformer } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { fromDate } from '../../forms/fields.ts'
import { kindsFor } from '../../knowledge/catalogue.ts'
import { showPerson } from '../../knowledge/person.ts'
import { codeIn } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { lastScores, rowsFor, scoreKey, toObservation } from './scores.ts'
import { checkedBy, enteredSession, fromLast, readSession, toProcedure, unlessRecorded } from './session-form.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
}

export const recordSession: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get<OfPerson>('/people/:id/record-session', async (request, reply) => {
    const session = recorder(signedIn(request))
    const mine = record(session.token)
    const patient = await mine.read<Patient>('Patient', request.params.id)
    const about = { patient: `Patient/${request.params.id}`, _sort: '-date' }
    const [{ all }, scored] = await Promise.all([
      mine.find<Procedure>('Procedure', { ...about, _count: '50' }),
      mine.find<Observation>('Observation', about),
    ])
    const lastOnes = lastScores(scored.all)
    const last = all.find(
      ({ status, performer = [] }) => status === 'completed' && performer.some((one) => isOf(one, session.organization)),
    )
    const { copiedFrom, ...copied } = fromLast(last)
    const values = {
      how: 'in-person',
      happened: 'yes',
      ...copied,
      done: fromDate(dayOf(clock.now())),
      scores: rowsFor(lastOnes),
      key: newId(),
    }
    return show(reply, patient, session, { values, copiedFrom, lastScores: [...lastOnes.values()] })
  })

  app.post<OfPerson>('/people/:id/record-session', async (request, reply) => {
    const session = recorder(signedIn(request))
    const mine = record(session.token)
    const patient = await mine.read<Patient>('Patient', request.params.id)
    const entered = enteredSession(request.body)
    const { given, wrong } = readSession(entered, catalogue, session.role, dayOf(clock.now()), reply.words)
    if (given === undefined) return show(reply.code(422), patient, session, { values: entered, errors: wrong.list, of: wrong.of })

    const own = await mine.read<Organization>('Organization', session.organization.slice('Organization/'.length))
    const procedure = toProcedure(given, request.params.id, { ...session, sector: codeIn(own, 'sector') ?? 'independent' }, clock.now())
    try {
      const name = `urn:uuid:${newId()}`
      const of = {
        patient: request.params.id,
        session: name,
        key: given.key,
        on: given.doneOn,
        checked: checkedBy(session.role),
        performers: [session.fhirUser, session.organization].filter((one) => one !== undefined),
      }
      await mine.createAll([
        { name, resource: procedure, unlessThereIs: unlessRecorded(given.key) },
        ...given.scores.map((score) => ({
          name: `urn:uuid:${newId()}`,
          resource: toObservation(score, of),
          unlessThereIs: unlessRecorded(scoreKey(given.key, score.measure)),
        })),
      ])
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), patient, session, { values: entered, errors: error.issues.map(({ text }) => ({ href: '#kind', text })) })
    }
    return reply.redirect(`/people/${request.params.id}/session-recorded`, 303)
  })

  app.get<OfPerson>('/people/:id/session-recorded', async (request, reply) => {
    const session = recorder(signedIn(request))
    const patient = await record(session.token).read<Patient>('Patient', request.params.id)
    return reply.page('record-session/done', { title: reply.words.record.done, person: showPerson(patient) })
  })

  function show(reply: FastifyReply, patient: Patient, { role }: Session, view: Partial<Page>): FastifyReply {
    const person = showPerson(patient)
    return reply.page('record-session/view', {
      title: reply.words.record.for(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${person.id}`, text: reply.words.back },
      person,
      kinds: kindsFor(catalogue, role),
      deliveryModes: catalogue.deliveryModes,
      approaches: catalogue.approaches,
      reasons: catalogue.absenceReasons,
      measures: catalogue.measures,
      of: {},
      now: clock.now(),
      ...view,
    })
  }
}

const isOf = ({ actor, onBehalfOf }: ProcedurePerformer, organization: string): boolean =>
  onBehalfOf?.reference === organization || actor.reference === organization

/** @throws NOT_ALLOWED to whoever records no sessions, or acts for no organisation: a session is always attributed */
function recorder(session: Session): Session & { readonly organization: string } {
  const { role, organization } = session
  if ((role !== 'professional' && role !== 'worker') || organization === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, organization }
}
