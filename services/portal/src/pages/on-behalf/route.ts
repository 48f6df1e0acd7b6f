/**
 * For whoever is not online: staff enter what a person tells them, recorded as the person's words and as entered by somebody else, and print
 * the same questions on paper. Row H6; hazard HAZ-E10.
 */
import type { Organization, Patient, Provenance } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { ChangedResource, NamedResource } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { fromDate, problems, textIn, type Problems } from '../../forms/fields.ts'
import { showPerson } from '../../knowledge/person.ts'
import { nameOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { LANGUAGES, wordsIn } from '../../words/words.ts'
import { aboutMeOf, changedElements, enteredAboutMe, FORMATS, otherNeeds, wrongWith } from '../about-me/about.ts'
import { enteredDiary, readDiary, toObservation, unlessNoted } from '../diary/entry.ts'
import { letterFormFor, senderOf } from '../letter/letter.ts'
import { enteredBy, TOLD, unlessEntered, withElements } from './entered.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string; readonly language?: string }
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
/** Days of a diary that fit on the paper. */
const PAPER_ROWS = 7

export const onBehalf: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId, catalogue }) => {
  app.get<OfPerson>('/people/:id/on-behalf', (request, reply) => show(request, reply, {}))

  app.post<OfPerson>('/people/:id/on-behalf/diary', async (request, reply) => {
    const { session, entered: forPerson, wrong: wrongTelling } = telling(request, reply, 'diary')
    const entered = enteredDiary(request.body)
    const { given, wrong } = readDiary(entered, catalogue, dayOf(clock.now()), reply.words)
    if (given === undefined || forPerson === undefined)
      return show(request, reply.code(422), { diary: entered, ...together(wrongTelling, wrong) })
    const name = `urn:uuid:${newId()}`
    const by = [forPerson.patient, ...(session.organization === undefined ? [] : [session.organization])]
    const resource = toObservation(given, forPerson.patient, by)
    return save(request, reply, { name, resource, unlessThereIs: unlessNoted(given) }, enteredBy(name, { ...forPerson, key: given.key }))
  })

  app.post<OfPerson>('/people/:id/on-behalf/about-me', async (request, reply) => {
    const { session, entered: forPerson, wrong: wrongTelling } = telling(request, reply, 'about-me')
    const given = enteredAboutMe(request.body)
    const wrong = wrongWith(given, reply.words)
    const key = textIn(request.body, 'key')
    if (wrong.list.length > 0 || forPerson === undefined || !KEY.test(key))
      return show(request, reply.code(422), { about: given, ...together(wrongTelling, wrong) })
    const person = await record(session.token).read<Patient>('Patient', request.params.id)
    const changed = { resource: withElements(person, changedElements(person, given)), version: textIn(request.body, 'version') }
    return save(request, reply, changed, enteredBy(forPerson.patient, { ...forPerson, key }))
  })

  app.get<OfPerson>('/people/:id/paper-form', async (request, reply) => {
    const { token, organization } = staff(request)
    const mine = record(token)
    const [person, senders] = await Promise.all([mine.read<Patient>('Patient', request.params.id), mine.resolve([organization])])
    const back = `/people/${request.params.id}`
    const form = letterFormFor(
      person,
      LANGUAGES.find((one) => one === request.query.language),
    )
    const w = wordsIn(form.language)
    return reply.page('on-behalf/paper', {
      // The whole page is in the language of the person.
      w,
      title: w.onBehalf.paperTitle,
      back: { href: `${back}/on-behalf`, text: reply.words.back },
      others: LANGUAGES.filter((one) => one !== form.language).map((one) => ({
        language: one,
        name: wordsIn(one).language,
        href: `${back}/paper-form?language=${one}`,
      })),
      form,
      name: nameOf(person.name) ?? w.person.unnamed,
      sender: senderOf(senders.get(organization ?? '') as Organization | undefined),
      formats: Object.keys(FORMATS),
      items: catalogue.diaryItems,
      rows: Array.from({ length: PAPER_ROWS }),
    })
  })

  /** For whom, and how they told it. */
  function telling(request: FastifyRequest<OfPerson>, reply: FastifyReply, form: 'diary' | 'about-me') {
    const session = staff(request)
    const told = TOLD.find((one) => one === textIn(request.body, 'told'))
    const wrong = problems()
    if (told === undefined) wrong.add(`told-${form}`, reply.words.onBehalf.toldMissing)
    const entered = told === undefined ? undefined : { patient: `Patient/${request.params.id}`, by: session, told, at: clock.now() }
    return { session, wrong, entered }
  }

  /** The entry and who entered it, both or neither. */
  async function save(
    request: FastifyRequest<OfPerson>,
    reply: FastifyReply,
    entry: NamedResource | ChangedResource,
    provenance: Provenance,
  ): Promise<FastifyReply> {
    try {
      await record(staff(request).token).saveAll([
        entry,
        { name: `urn:uuid:${newId()}`, resource: provenance, unlessThereIs: unlessEntered(provenance) },
      ])
    } catch (error) {
      if (!(error instanceof Refusal) || !['CHANGED_MEANWHILE', 'RECORD_REFUSED'].includes(error.code)) throw error
      const texts = error.code === 'CHANGED_MEANWHILE' ? [reply.words.aboutMe.changed] : error.issues.map(({ text }) => text)
      return show(request, reply.code(422), { errors: texts.map((text) => ({ href: '#maincontent', text })) })
    }
    return reply.redirect(`/people/${request.params.id}/on-behalf?done=saved`, 303)
  }

  async function show(request: FastifyRequest<OfPerson>, reply: FastifyReply, view: Partial<Page>): Promise<FastifyReply> {
    const { token } = staff(request)
    const { id } = request.params
    const patient = await record(token).read<Patient>('Patient', id)
    const { onBehalf: words } = reply.words
    const person = showPerson(patient, [])
    return reply.page('on-behalf/view', {
      title: words.title(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${id}`, text: reply.words.back },
      person,
      path: `/people/${id}`,
      version: patient.meta?.versionId,
      key: newId(),
      done: request.query.done === 'saved' ? words.done : undefined,
      diary: { key: newId(), item: '', score: '', day: fromDate(dayOf(clock.now())), time: '', triggers: [], words: '' },
      about: aboutMeOf(patient),
      needs: otherNeeds(patient),
      formats: Object.keys(FORMATS),
      items: catalogue.diaryItems,
      triggers: catalogue.diaryTriggers,
      times: catalogue.timesOfDay,
      told: TOLD,
      of: {},
      ...view,
    })
  }
}

/** @throws NOT_ALLOWED to whoever gives no care */
function staff(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (!givesCare(session)) throw refuse.NOT_ALLOWED()
  return session
}

const together = (one: Problems, other: Problems) => ({ errors: [...one.list, ...other.list], of: { ...one.of, ...other.of } })
