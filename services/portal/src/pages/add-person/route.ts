/**
 * Adding somebody who is new to an organisation: entered, looked at once more, saved under the organisation with what they were told, and undone
 * where it was a mistake. Whether others have a record of the person is said nowhere. HAZ-P140; docs/decisions/0410
 */
import type { Consent, Organization, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { showPerson } from '../../knowledge/person.ts'
import { codeIn, codeOf, nameOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { addsPeople, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { FORMATS } from '../about-me/about.ts'
import { answersOf } from './answers.ts'
import {
  addedBy,
  BASES,
  enteredPerson,
  GENDERS,
  NUMBER_KINDS,
  readPerson,
  slipsIn,
  toConsent,
  toPatient,
  unlessAdded,
  type PersonGiven,
} from './person-form.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
}

/** Grades whose policy row lets them enter a person; the record decides, this is said before anything is typed. */
const ENTERING_GRADES: ReadonlySet<string | undefined> = new Set(['therapy-record', 'full'])

export const addPerson: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId }) => {
  app.get('/people/new', async (request, reply) => {
    const { mine, organization } = entering(request)
    const own = await mine.read<Organization>('Organization', organization.split('/')[1] ?? '')
    if (!ENTERING_GRADES.has(codeIn(own, 'grade')))
      return reply.code(403).page('add-person/barred', { title: reply.words.addPerson.barredTitle, back: toPeople(reply) })
    return form(reply, { values: { ...enteredPerson({}), key: newId() } })
  })

  // Once to see what would be saved, and once more to save just that.
  app.post('/people/new', async (request, reply) => {
    const { mine, organization, session } = entering(request)
    const { addPerson: words } = reply.words
    const entered = enteredPerson(request.body)
    const step = textIn(request.body, 'step')
    if (step === 'change') return form(reply, { values: entered })
    const { given, wrong } = readPerson(entered, dayOf(clock.now()), reply.words)
    if (given === undefined) return form(reply.code(422), { values: entered, errors: wrong.list, of: wrong.of })
    const known = await withNumber(mine, given, entered.key)
    if (known.length > 0) {
      wrong.add('number', words.knownError)
      return form(reply.code(422), { values: entered, errors: wrong.list, of: wrong.of, known })
    }
    const slips = slipsIn(given, clock.now())
    const alike = await withName(mine, given, entered.key)
    const doubtful = slips.length > 0 || alike.length > 0
    const unconfirmed = doubtful && textIn(request.body, 'confirmed') !== 'yes'
    if (step !== 'save' || unconfirmed) {
      const missing = problems()
      if (step === 'save') missing.add('confirmed', words.confirmMissing)
      return reply.code(missing.list.length > 0 ? 422 : 200).page('add-person/check', {
        title: words.checkTitle,
        back: toPeople(reply),
        answers: answersOf(entered, given, reply.words),
        slips,
        alike,
        alikeInPart: alike.some(({ inPart, bornOn }) => inPart && bornOn === undefined),
        doubtful,
        fields: fieldsOf(entered),
        errors: missing.list,
        of: missing.of,
      })
    }
    const by = { organization, fhirUser: session.fhirUser, at: clock.now() }
    const name = `urn:uuid:${newId()}`
    const unlessThereIs = unlessAdded(entered.key)
    try {
      await mine.saveAll([
        { name, resource: toPatient(entered, given, by), unlessThereIs },
        { name: `urn:uuid:${newId()}`, resource: toConsent(given, entered.key, name, by), unlessThereIs },
      ])
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text, expression }) => ({ href: placeOf(expression), text }))
      return form(reply.code(422), { values: entered, errors })
    }
    const [added] = (await mine.find<Patient>('Patient', addedBy(entered.key))).all
    return reply.redirect(`/people/${added?.id ?? ''}?done=added`, 303)
  })

  app.get<OfPerson>('/people/:id/added-by-mistake', async (request, reply) => {
    const { mine, organization } = entering(request)
    const patient = await mine.read<Patient>('Patient', request.params.id)
    const { addPerson: words } = reply.words
    return reply.page('add-person/mistake', {
      title: words.undoTitle,
      back: { href: `/people/${request.params.id}`, text: reply.words.back },
      person: showPerson(patient),
      now: clock.now(),
      version: patient.meta?.versionId,
      late: !canUndo(patient, organization),
    })
  })

  app.post<OfPerson>('/people/:id/added-by-mistake', async (request, reply) => {
    const { mine, organization } = entering(request)
    const { id } = request.params
    const [patient, consents] = await Promise.all([
      mine.read<Patient>('Patient', id),
      mine.findAll<Consent>('Consent', { patient: `Patient/${id}`, status: 'active' }),
    ])
    if (!canUndo(patient, organization)) return reply.redirect(`/people/${id}/added-by-mistake`, 303)
    const grounds = consents.all.filter(({ category }) => category.some((one) => codeOf(one, 'consent-kind') === 'in-hub'))
    await mine.saveAll([
      { resource: { ...patient, id, active: false }, version: patient.meta?.versionId ?? '' },
      ...grounds.map((one) => ({
        resource: { ...one, id: one.id ?? '', status: 'entered-in-error' as const },
        version: one.meta?.versionId ?? '',
      })),
    ])
    return reply.redirect('/people?done=not-in-use', 303)
  })

  function entering(request: FastifyRequest): { session: Session; mine: PersonalRecord; organization: string } {
    const session = signedIn(request)
    const { organization } = session
    if (!addsPeople(session) || organization === undefined) throw refuse.NOT_ALLOWED()
    return { session, mine: record(session.token), organization }
  }

  function form(reply: FastifyReply, view: Partial<Page>): FastifyReply {
    return reply.page('add-person/view', {
      title: reply.words.addPerson.title,
      back: toPeople(reply),
      kinds: NUMBER_KINDS,
      genders: GENDERS,
      bases: BASES,
      formats: Object.keys(FORMATS),
      of: {},
      ...view,
    })
  }
}

const toPeople = (reply: FastifyReply) => ({ href: '/people', text: reply.words.people.title })

/** Only what nobody has touched since: later it is somebody's record, and a mistake in it is corrected. */
const canUndo = ({ meta, active, managingOrganization }: Patient, organization: string): boolean =>
  meta?.versionId === '1' && active === true && managingOrganization?.reference === organization

/** One's own people with this number. Somebody whom the caller may not see is not among them, and nothing says so. */
async function withNumber(mine: PersonalRecord, { number, bornOn }: PersonGiven, key: string) {
  if (number === undefined) return []
  const identifier = `${number.system}|${number.value}`
  // Who is shown no numbers is told by number and date of birth together; who is, by the number alone.
  const [known, fitting] = await Promise.all([inUse(mine, { identifier }, key), inUse(mine, { identifier, birthdate: bornOn }, key)])
  const byNumber = known.filter(({ numbers }) => numbers.includes(number.value ?? ''))
  return [...byNumber, ...fitting.filter(({ id, inPart }) => inPart && byNumber.every((one) => one.id !== id))]
}

/** One's own people with this name and date of birth. */
async function withName(mine: PersonalRecord, { given, family, bornOn }: PersonGiven, key: string) {
  const spoken = `${given} ${family}`.toLowerCase()
  const all = await inUse(mine, { family, birthdate: bornOn }, key)
  // Where the date of birth is not shown nothing but the name was compared, and the page says so.
  return all.filter((one) => one.name?.toLowerCase() === spoken && (one.bornOn === bornOn || (one.inPart && one.bornOn === undefined)))
}

async function inUse(mine: PersonalRecord, criteria: Readonly<Record<string, string>>, key: string) {
  const { all } = await mine.find<Patient>('Patient', criteria)
  // A form that was sent twice finds the person whom it made.
  const others = all.filter(({ active, meta }) => active !== false && meta?.tag?.some(({ code }) => code === key) !== true)
  return others.map((one) => ({
    id: one.id,
    name: nameOf(one.name),
    bornOn: one.birthDate,
    numbers: (one.identifier ?? []).map(({ value }) => value),
    inPart: isSubsetted(one),
    telephone: showPerson(one).telephone,
  }))
}

const FIELDS = [
  ['birthDate', '#born-day'],
  ['identifier', '#number'],
  ['telecom', '#phone'],
  ['address', '#line'],
  ['Consent', '#basis'],
] as const
const placeOf = (expression = ''): string => FIELDS.find(([part]) => expression.includes(part))?.[1] ?? '#given'

/** Every box of the form by its name, to be sent again as it was typed. */
function fieldsOf({ born, told, formats, ...texts }: ReturnType<typeof enteredPerson>): readonly (readonly [string, string])[] {
  const day = (name: string, parts: typeof born) =>
    Object.entries(parts).map(([part, value]) => [`${name}[${part}]`, String(value)] as const)
  return [...Object.entries(texts), ...day('born', born), ...day('told', told), ...formats.map((one) => ['formats', one] as const)]
}
