/**
 * Asking another service for help, in three steps: what is needed; who could help, with reasons; exactly what will be sent. The request is a draft
 * in the record until the last, so that nothing is lost when a sign-in runs out. Feature K2, story 1.
 */
import type { Organization, Patient, ServiceRequest } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showPerson } from '../../knowledge/person.ts'
import { calledOf, codeIn } from '../../knowledge/reading.ts'
import type { Page } from '../../rendering/pages.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { dayOf } from '../../rendering/dates.ts'
import { chosenOf, loadOptions } from '../options/load.ts'
import { loadPreview } from './preview.ts'
import { loadRedFlags } from './red-flags.ts'
import { accessPoint, keepDraft } from './draft.ts'
import { enteredRequest, readRequest, toServiceRequest } from './refer-form.ts'

interface OfPerson {
  readonly Params: { readonly id: string; readonly request: string }
}

type Referrer = Session & { readonly organization: string }

/** The choice that names nobody. */
const SINGLE_POINT_OF_ACCESS = 'single-point-of-access'

export const refer: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get<OfPerson & { readonly Querystring: { readonly after?: string } }>('/people/:id/refer', async (request, reply) => {
    const session = referrer(signedIn(request))
    const mine = record(session.token)
    const patient = await mine.read<Patient>('Patient', request.params.id)
    const { after } = request.query
    const before = after === undefined ? undefined : await mine.read<ServiceRequest>('ServiceRequest', after)
    const values = {
      // What was asked before stands in the form, for the sender to say what is asked now.
      need: before?.subject.reference === `Patient/${request.params.id}` ? (before.code?.text ?? '') : '',
      needs: showPerson(patient).needs.join('\n'),
      priority: 'routine',
      kinds: [],
      precautions: [],
      accessNeeds: [],
      redFlags: [],
      key: newId(),
    }
    return ask(reply, patient, { values, redFlags: await loadRedFlags(mine) })
  })

  app.post<OfPerson>('/people/:id/refer', async (request, reply) => {
    const session = referrer(signedIn(request))
    const mine = record(session.token)
    const patient = await mine.read<Patient>('Patient', request.params.id)
    const entered = enteredRequest(request.body)
    const redFlags = await loadRedFlags(mine)
    const { given, wrong } = readRequest(entered, catalogue, redFlags, reply.words)
    if (given === undefined) return ask(reply.code(422), patient, { values: entered, redFlags, errors: wrong.list, of: wrong.of })

    const own = await mine.read<Organization>('Organization', session.organization.slice('Organization/'.length))
    const sender = { requester: session.organization, sector: codeIn(own, 'sector') ?? 'independent' }
    const draft = toServiceRequest(given, request.params.id, sender, clock.now())
    try {
      const stored = await keepDraft(mine, draft, given)
      return reply.redirect(`/people/${request.params.id}/refer/${stored.id ?? ''}`, 303)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return ask(reply.code(422), patient, { values: entered, redFlags, errors: error.issues.map(({ text }) => ({ href: '#need', text })) })
    }
  })

  app.get<OfPerson>('/people/:id/refer/:request', async (request, reply) => {
    const session = referrer(signedIn(request))
    const opened = await openDraft(record(session.token), request.params)
    if (opened.draft.status !== 'draft') return reply.redirect(`/people/${request.params.id}/request-sent`, 303)
    return choose(reply, record(session.token), opened, { values: { service: serviceIn(opened.draft) ?? '' } })
  })

  app.post<OfPerson>('/people/:id/refer/:request', async (request, reply) => {
    const session = referrer(signedIn(request))
    const mine = record(session.token)
    const opened = await openDraft(mine, request.params)
    const { draft, patient } = opened
    const values = {
      service: textIn(request.body, 'service'),
      other: textIn(request.body, 'other'),
      reason: textIn(request.body, 'reason'),
    }
    const option = chosenOf(await loadOptions(mine, { ...draft, performer: [] }, patient, dayOf(clock.now()), reply.words), values.service)
    // An organisation from the whole list is asked itself, whatever is chosen above.
    const other = (await listOrganisations(mine, session.organization)).find(({ reference }) => reference === values.other)
    if (other !== undefined) {
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, draft.meta?.versionId ?? '', { performer: [{ reference: other.reference }] })
      return reply.redirect(`/people/${request.params.id}/refer/${request.params.request}/check`, 303)
    }
    const wrong = problems()
    if (option === undefined && values.service !== SINGLE_POINT_OF_ACCESS)
      wrong.add('service', reply.words.options.chooseMissing, 'service-spa')
    if (option?.overrules === true && values.reason === '') wrong.add('reason', reply.words.options.reasonMissing)
    if (wrong.list.length > 0) return choose(reply.code(422), mine, opened, { values, errors: wrong.list, of: wrong.of })

    // The organisation is named beside its service: whoever is asked reads the request itself, whatever its grade.
    const named =
      option === undefined
        ? []
        : [...(option.overrules ? [] : [option.service]), ...(option.answeredBy === undefined ? [] : [option.answeredBy])]
    const performer = named.length === 0 ? undefined : named.map((reference) => ({ reference }))
    if (draft.performer !== undefined || performer !== undefined) {
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, draft.meta?.versionId ?? '', { performer })
    }
    if (option?.overrules === true) {
      const parameter = [
        { name: 'service', valueReference: { reference: option.service } },
        { name: 'reason', valueString: values.reason },
      ]
      await mine.ask(`ServiceRequest/${draft.id ?? ''}`, '$overrule', { resourceType: 'Parameters', parameter })
    }
    return reply.redirect(`/people/${request.params.id}/refer/${request.params.request}/check`, 303)
  })

  app.get<OfPerson>('/people/:id/refer/:request/check', async (request, reply) => {
    const session = referrer(signedIn(request))
    const mine = record(session.token)
    const { draft, patient, person } = await openDraft(mine, request.params)
    if (draft.status !== 'draft') return reply.redirect(`/people/${request.params.id}/request-sent`, 303)
    const receiver = serviceIn(draft) ?? (await accessPoint(mine))
    const named = await mine.resolve([receiver])
    return reply.page('refer/check', {
      title: reply.words.refer.check,
      back: { href: `/people/${request.params.id}/refer/${request.params.request}`, text: reply.words.back },
      person,
      request: draft.id,
      version: draft.meta?.versionId,
      receiver: calledOf({ reference: receiver ?? '' }, named) ?? reply.words.options.spa,
      preview: receiver === undefined ? undefined : await loadPreview(mine, draft, receiver, patient, reply.words),
      now: clock.now(),
    })
  })

  app.post<OfPerson>('/people/:id/refer/:request/send', async (request, reply) => {
    const session = referrer(signedIn(request))
    const mine = record(session.token)
    const { draft } = await openDraft(mine, request.params)
    if (draft.status === 'draft') {
      // The clock of the need begins when it is sent, and what is sent is the version that was shown.
      const sent = { status: 'active', authoredOn: clock.now().toISOString() }
      await mine.patch(`ServiceRequest/${draft.id ?? ''}`, textIn(request.body, 'version'), sent)
    }
    return reply.redirect(`/people/${request.params.id}/request-sent`, 303)
  })

  app.get<OfPerson>('/people/:id/request-sent', async (request, reply) => {
    const session = referrer(signedIn(request))
    const patient = await record(session.token).read<Patient>('Patient', request.params.id)
    return reply.page('refer/done', { title: reply.words.refer.done, person: showPerson(patient) })
  })

  const ask = (reply: FastifyReply, patient: Patient, view: Partial<Page>): FastifyReply => {
    const person = showPerson(patient)
    return reply.page('refer/view', {
      title: reply.words.refer.for(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${person.id}`, text: reply.words.back },
      person,
      catalogue,
      of: {},
      now: clock.now(),
      ...view,
    })
  }

  async function choose(
    reply: FastifyReply,
    mine: PersonalRecord,
    { draft, patient, person }: Opened,
    view: Partial<Page>,
  ): Promise<FastifyReply> {
    return reply.page('refer/choose', {
      title: reply.words.options.title,
      back: { href: `/people/${person.id}`, text: reply.words.back },
      person,
      request: draft.id,
      need: draft.code?.text,
      options: await loadOptions(mine, { ...draft, performer: [] }, patient, dayOf(clock.now()), reply.words),
      organisations: await listOrganisations(mine, draft.requester?.reference),
      nobodyNamed: SINGLE_POINT_OF_ACCESS,
      of: {},
      now: clock.now(),
      ...view,
    })
  }
}

interface Opened {
  readonly draft: ServiceRequest
  readonly patient: Patient
  readonly person: ReturnType<typeof showPerson>
}

/** @throws NOT_FOUND when the request is not about this person */
async function openDraft(record: PersonalRecord, { id, request }: { readonly id: string; readonly request: string }): Promise<Opened> {
  const [patient, draft] = await Promise.all([record.read<Patient>('Patient', id), record.read<ServiceRequest>('ServiceRequest', request)])
  if (draft.subject.reference !== `Patient/${id}`) throw refuse.NOT_FOUND()
  return { draft, patient, person: showPerson(patient) }
}

/** The service that a draft names. */
const serviceIn = ({ performer = [] }: ServiceRequest): string | undefined =>
  (performer.find(({ reference }) => reference?.startsWith('HealthcareService/') === true) ?? performer[0])?.reference

/** @throws NOT_ALLOWED to whoever gives no care, or acts for no organisation: somebody has to hear the answer */
export function referrer(session: Session): Referrer {
  if (!givesCare(session) || session.organization === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, organization: session.organization }
}
