/** The hospital alert register of one person: what they are on it for and why, putting them on it, taking them off. Feature G2; HAZ-A10, HAZ-A63. */
import type { Consent, Flag, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { showPerson } from '../../knowledge/person.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { BASES, enteredRegister, showRegister, standingOf, toRegister, wrongWithRegister, type RegisterEntered } from './entry.ts'

interface OfPerson {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}
interface OfEntry {
  readonly Params: { readonly id: string; readonly entry: string }
}

/** What the buttons of the page do. */
const CHANGES: Readonly<Record<string, { readonly type: 'Flag' | 'Consent'; readonly status: string; readonly done: string }>> = {
  'take-off': { type: 'Flag', status: 'inactive', done: 'off' },
  'put-back': { type: 'Flag', status: 'active', done: 'back' },
  'end-basis': { type: 'Consent', status: 'inactive', done: 'off' },
}

const NOWHERE = { day: '', month: '', year: '' }

export const hospitalRegister: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId, catalogue }) => {
  const blank = (): RegisterEntered => ({
    key: newId(),
    registers: [],
    basis: '',
    decider: '',
    agreed: NOWHERE,
    review: NOWHERE,
    how: '',
    checked: false,
  })

  app.get<OfPerson>('/people/:id/hospital-register', (request, reply) => show(request, reply, { values: blank() }))

  app.post<OfPerson>('/people/:id/hospital-register', async (request, reply) => {
    const session = professional(request)
    const mine = record(session.token)
    const patient = `Patient/${request.params.id}`
    const entered = enteredRegister(request.body)
    const { flags, consents } = await entriesOf(session, request.params.id)
    const now = clock.now()
    // A form that is sent twice finds what it made: the second time is no mistake.
    const again = flags.some(({ identifier = [] }) => identifier.some(({ value = '' }) => value.startsWith(`${entered.key}-`)))
    const standing = again ? new Set<string>() : standingOf(flags, consents, now)
    const wrong = wrongWithRegister(entered, { known: catalogue.registers, standing, today: dayOf(now) }, reply.words)
    if (wrong.list.length > 0) return show(request, reply.code(422), { values: entered, errors: wrong.list, of: wrong.of })
    const newName = (): string => `urn:uuid:${newId()}`
    const by = { patient, organization: session.organization ?? '', at: now, known: catalogue.registers, newName }
    try {
      await mine.saveAll(toRegister(entered, by))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text }) => ({ href: '#maincontent', text }))
      return show(request, reply.code(422), { values: entered, errors })
    }
    return reply.redirect(`/people/${request.params.id}/hospital-register?done=on`, 303)
  })

  // What somebody took back is agreed anew or not at all: of what is ended here, an entry alone can be put back.
  app.post<OfEntry>('/people/:id/hospital-register/:entry', async (request, reply) => {
    const session = professional(request)
    const { id, entry } = request.params
    const change = CHANGES[textIn(request.body, 'what')]
    const { flags, consents } = await entriesOf(session, id)
    // What stands on this page, of this person, and nothing else.
    const there = showRegister(flags, consents, clock.now()).some((one) => (change?.type === 'Flag' ? one.id : one.basis?.id) === entry)
    if (change === undefined || !there) throw refuse.NOT_FOUND()
    await record(session.token).patch(`${change.type}/${entry}`, textIn(request.body, 'version'), { status: change.status })
    return reply.redirect(`/people/${id}/hospital-register?done=${change.done}`, 303)
  })

  async function entriesOf({ token }: Session, id: string) {
    const mine = record(token)
    const about = { patient: `Patient/${id}` }
    const [flags, consents] = await Promise.all([mine.findAll<Flag>('Flag', about), mine.findAll<Consent>('Consent', about)])
    return { flags: flags.all, consents: consents.all }
  }

  async function show(request: FastifyRequest<OfPerson>, reply: FastifyReply, view: Partial<Page>): Promise<FastifyReply> {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    const { id } = request.params
    const [patient, { flags, consents }] = await Promise.all([record(session.token).read<Patient>('Patient', id), entriesOf(session, id)])
    const { hospitalRegister: words } = reply.words
    const person = showPerson(patient, [])
    const done = ({ on: words.saved, off: words.off, back: words.putBackDone } as Readonly<Record<string, string>>)[
      request.query.done ?? ''
    ]
    return reply.page('hospital-register/view', {
      title: words.title(person.name ?? reply.words.person.unnamed),
      back: { href: `/people/${id}`, text: reply.words.back },
      person,
      path: `/people/${id}/hospital-register`,
      now: clock.now(),
      entries: showRegister(flags, consents, clock.now()),
      mayEnter: session.role === 'professional' && session.organization !== undefined,
      registers: catalogue.registers,
      bases: BASES,
      done,
      of: {},
      ...view,
    })
  }
}

/** @throws NOT_ALLOWED to whoever is no registered professional of an organisation */
function professional(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (session.role !== 'professional' || session.organization === undefined) throw refuse.NOT_ALLOWED()
  return session
}
