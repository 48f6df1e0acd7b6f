/** Recording a session: what, when, how, and how the person responded. */
import type { Observation, Organization, Patient, Procedure, ProcedurePerformer } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { NamedResource, PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { fromDate, type Problems } from '../../forms/fields.ts'
import { kindsFor } from '../../knowledge/catalogue.ts'
import { showPerson } from '../../knowledge/person.ts'
import { codeIn, codeOf, ids } from '../../knowledge/reading.ts'
import { script } from '../../rendering/assets.ts'
import { dayOf, showDay } from '../../rendering/dates.ts'
import { allowOwnScripts, type FormProblem, type Page } from '../../rendering/pages.ts'
import { ownerTag } from '../../session/owner-tag.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { lastScores, rowsFor, scoreKey, toObservation } from './scores.ts'
import {
  checkedBy,
  enteredSession,
  fromLast,
  keptOnDevice,
  readSession,
  toProcedure,
  unlessRecorded,
  type SessionGiven,
} from './session-form.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
}

export const recordSession: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId, seal }) => {
  const offline = script('offline')

  app.get<OfPerson>('/people/:id/record-session', async (request, reply) => {
    const session = recorder(signedIn(request))
    const mine = record(session.token)
    const about = { patient: `Patient/${request.params.id}`, _sort: '-date' }
    const [patient, { all }, scored] = await Promise.all([
      mine.read<Patient>('Patient', request.params.id),
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
    return show(reply, patient, session, { values, copiedFrom, lastScores: [...lastOnes.values()], scored: lastOnes.size > 0 })
  })

  app.post<OfPerson>('/people/:id/record-session', async (request, reply) => {
    const session = recorder(signedIn(request))
    const { id } = request.params
    const kept = keptOnDevice(request.body)
    if (kept !== undefined && kept.owner !== ownerTag(seal, session)) throw refuse.NOT_ALLOWED()
    const mine = record(session.token)
    const patient = await mine.read<Patient>('Patient', id)
    const entered = enteredSession(request.body)
    // A page is shown again with what is wrong; a device that sends what it kept is told so in words.
    const refused = (errors: readonly FormProblem[], of: Problems['of'] = {}) =>
      kept === undefined
        ? show(reply.code(422), patient, session, {
            values: entered,
            errors,
            of,
            scored: entered.scores.some(({ measure, score }) => measure !== '' || score !== ''),
          })
        : reply.code(422).send({ says: errors.map(({ text }) => text) })
    const { given, wrong } = readSession(entered, catalogue, session.role, dayOf(clock.now()), reply.words)
    if (given === undefined) return refused(wrong.list, wrong.of)
    if (kept?.asWell === false && (await isThereAlready(mine, id, given, session.organization))) {
      return reply.code(409).send({ says: [reply.words.offline.sameDay(given.kind.display, showDay(given.doneOn, reply.words.lang))] })
    }
    try {
      await mine.saveAll(await resourcesOf(mine, given, id, session))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return refused(error.issues.map(({ text }) => ({ href: '#kind', text })))
    }
    return kept === undefined ? reply.redirect(`/people/${id}/session-recorded`, 303) : reply.send({})
  })

  /** The session and its scores, for one transaction. */
  async function resourcesOf(
    mine: PersonalRecord,
    given: SessionGiven,
    patient: string,
    session: Recorder,
  ): Promise<readonly NamedResource[]> {
    const own = await mine.read<Organization>('Organization', session.organization.slice('Organization/'.length))
    const procedure = toProcedure(given, patient, { ...session, sector: codeIn(own, 'sector') ?? 'independent' }, clock.now())
    const name = `urn:uuid:${newId()}`
    const performers = [session.fhirUser, session.organization].filter((one) => one !== undefined)
    const of = { patient, session: name, key: given.key, on: given.doneOn, checked: checkedBy(session.role), performers }
    return [
      { name, resource: procedure, unlessThereIs: unlessRecorded(given.key) },
      ...given.scores.map((score) => ({
        name: `urn:uuid:${newId()}`,
        resource: toObservation(score, of),
        unlessThereIs: unlessRecorded(scoreKey(given.key, score.measure)),
      })),
    ]
  }

  app.get<OfPerson>('/people/:id/session-recorded', async (request, reply) => {
    const session = recorder(signedIn(request))
    const patient = await record(session.token).read<Patient>('Patient', request.params.id)
    return reply.page('record-session/done', { title: reply.words.record.done, person: showPerson(patient) })
  })

  function show(reply: FastifyReply, patient: Patient, session: Session, view: Partial<Page>): FastifyReply {
    const person = showPerson(patient)
    allowOwnScripts(reply)
    return reply.page('record-session/view', {
      title: reply.words.record.for(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${person.id}`, text: reply.words.back },
      person,
      kinds: kindsFor(catalogue, session.role).map(({ code, display }) => ({ value: code, text: display, lang: 'en' })),
      deliveryModes: catalogue.deliveryModes,
      approaches: catalogue.approaches,
      reasons: catalogue.absenceReasons,
      measures: catalogue.measures.map(({ code, display, unitWords }) => ({
        value: code,
        text: unitWords === undefined || unitWords === '' ? display : `${display} (${unitWords})`,
        lang: 'en',
      })),
      owner: ownerTag(seal, session),
      scriptPath: offline.path,
      of: {},
      now: clock.now(),
      ...view,
    })
  }
}

/** Somebody whose session is attributed to an organisation. */
type Recorder = Session & { readonly organization: string }

/** Whether the organisation has another session of the same kind on the same day: on a device that was away nobody could see it. */
async function isThereAlready(
  mine: PersonalRecord,
  patient: string,
  { kind, doneOn, key }: SessionGiven,
  organization: string,
): Promise<boolean> {
  const { all } = await mine.find<Procedure>('Procedure', { patient: `Patient/${patient}`, date: doneOn, status: 'completed,not-done' })
  return all.some(
    ({ code, identifier = [], performer = [] }) =>
      codeOf(code, 'intervention-kind') === kind.code &&
      performer.some((one) => isOf(one, organization)) &&
      !identifier.some(({ system, value }) => system === ids('session-key') && value === key),
  )
}

const isOf = ({ actor, onBehalfOf }: ProcedurePerformer, organization: string): boolean =>
  onBehalfOf?.reference === organization || actor.reference === organization

/** @throws NOT_ALLOWED to whoever records no sessions, or acts for no organisation: a session is always attributed */
function recorder(session: Session): Recorder {
  const { role, organization } = session
  if ((role !== 'professional' && role !== 'worker') || organization === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, organization }
}
