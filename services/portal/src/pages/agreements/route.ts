/** Who may see what: deciding it, with its effect shown before it is saved; carers; taking it back. */
import type { Consent, Patient, ServiceRequest } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { wordsOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { decider } from '../../session/own-record.ts'
import {
  CARER_CLASSES,
  CLASSES,
  enteredAgreement,
  enteredCarer,
  toCarerConsent,
  toConsent,
  toRelatedPerson,
  unlessSaved,
  withAsking,
  wrongWith,
  wrongWithCarer,
  type Deciding,
} from './agreement.ts'

interface One {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

/** One sentence of what a Consent does. */
interface Sentence {
  readonly about: 'closes' | 'opens' | 'stays' | 'not-understood'
  readonly text: string
}

const NOWHERE = { day: '', month: '', year: '' }

export const agreements: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId }) => {
  app.get<One>('/agreements', async (request, reply) => {
    const { token, self } = decider(request)
    const mine = record(token)
    const { all } = await mine.findAll<Consent>('Consent', { patient: self, status: 'active', _sort: '-date' })
    const { done } = request.query
    const { agree: words } = reply.words
    return reply.page('agreements/view', {
      title: words.title,
      done: done === 'saved' ? words.saved : done === 'withdrawn' ? words.withdrawn : undefined,
      decided: await Promise.all(
        all.map(async (consent) => ({
          id: consent.id,
          version: consent.meta?.versionId,
          since: consent.dateTime,
          mayBeLet: withAsking(consent) !== undefined,
          carer: consent.provision?.actor
            ?.find(({ reference }) => reference?.reference?.startsWith('RelatedPerson/'))
            ?.reference?.reference?.split('/')[1],
          sentences: (await effectOf(mine, consent)).filter(({ about }) => about !== 'stays'),
        })),
      ),
    })
  })

  app.get('/agreements/new', (request, reply) =>
    form(request, reply, { values: { key: newId(), kind: '', who: '', what: [], referral: '', until: NOWHERE } }),
  )

  // Once to see what it would do, and once more to save just that.
  app.post('/agreements/new', async (request, reply) => {
    const { token } = decider(request)
    const mine = record(token)
    const entered = enteredAgreement(request.body)
    const step = textIn(request.body, 'step')
    const wrong = wrongWith(entered, dayOf(clock.now()), reply.words)
    if (wrong.list.length > 0) return form(request, reply.code(422), { values: entered, errors: wrong.list, of: wrong.of })
    if (step === 'change') return form(request, reply, { values: entered })
    const consent = toConsent(entered, await deciding(request, mine))
    return tried(
      async () => {
        if (step === 'save') {
          await mine.create(consent, unlessSaved(entered.key))
          return reply.redirect('/agreements?done=saved', 303)
        }
        return reply.page('agreements/preview', {
          title: reply.words.agree.previewTitle,
          back: { href: '/agreements', text: reply.words.agree.title },
          action: '/agreements/new',
          fields: { key: entered.key, kind: entered.kind, who: entered.who, referral: entered.referral },
          entered,
          sentences: await effectOf(mine, consent),
        })
      },
      (errors) => form(request, reply.code(422), { values: entered, errors }),
    )
  })

  app.get('/agreements/carer', (request, reply) =>
    carerForm(request, reply, { values: { key: newId(), name: '', relationship: '', what: CARER_CLASSES, asks: false, until: NOWHERE } }),
  )

  app.post('/agreements/carer', async (request, reply) => {
    const { token } = decider(request)
    const mine = record(token)
    const entered = enteredCarer(request.body)
    const step = textIn(request.body, 'step')
    const wrong = wrongWithCarer(entered, dayOf(clock.now()), reply.words)
    if (wrong.list.length > 0) return carerForm(request, reply.code(422), { values: entered, errors: wrong.list, of: wrong.of })
    if (step === 'change') return carerForm(request, reply, { values: entered })
    const by = await deciding(request, mine)
    return tried(
      async () => {
        if (step === 'save') {
          const carer = await mine.create(toRelatedPerson(entered, by), unlessSaved(entered.key))
          await mine.create(toCarerConsent(entered, `RelatedPerson/${carer.id ?? ''}`, by), unlessSaved(entered.key))
          return reply.redirect('/agreements?done=saved', 303)
        }
        return reply.page('agreements/preview', {
          title: reply.words.agree.previewTitle,
          back: { href: '/agreements', text: reply.words.agree.title },
          action: '/agreements/carer',
          fields: { key: entered.key, name: entered.name, relationship: entered.relationship, ...(entered.asks ? { asks: 'yes' } : {}) },
          entered,
          // Whoever the carer will be in the record, what it opens is the same.
          sentences: await effectOf(mine, toCarerConsent(entered, 'RelatedPerson/not-saved-yet', by)),
        })
      },
      (errors) => carerForm(request, reply.code(422), { values: entered, errors }),
    )
  })

  // A carer who was named before: what it would do is shown first, as with any decision.
  app.get<One>('/agreements/:id/asks', async (request, reply) => {
    const { token } = decider(request)
    const mine = record(token)
    const { consent, version } = await lettingAsk(mine, request.params.id)
    return reply.page('agreements/preview', {
      title: reply.words.agree.previewTitle,
      back: { href: '/agreements', text: reply.words.agree.title },
      action: `/agreements/${request.params.id}/asks`,
      fields: { version },
      entered: { what: [], until: NOWHERE },
      sentences: await effectOf(mine, consent),
    })
  })

  app.post<One>('/agreements/:id/asks', async (request, reply) => {
    const { token } = decider(request)
    if (textIn(request.body, 'step') !== 'save') return reply.redirect('/agreements', 303)
    const mine = record(token)
    const { consent } = await lettingAsk(mine, request.params.id)
    await mine.patch(`Consent/${request.params.id}`, textIn(request.body, 'version'), { provision: consent.provision })
    return reply.redirect('/agreements?done=saved', 303)
  })

  app.post<One>('/agreements/:id/withdraw', async (request, reply) => {
    const { token } = decider(request)
    await record(token).patch(`Consent/${request.params.id}`, textIn(request.body, 'version'), { status: 'inactive' })
    return reply.redirect('/agreements?done=withdrawn', 303)
  })

  async function deciding(request: FastifyRequest, mine: PersonalRecord): Promise<Deciding> {
    const { patient, self } = decider(request)
    const { managingOrganization } = await mine.read<Patient>('Patient', patient)
    return { self, organization: managingOrganization?.reference, at: clock.now() }
  }

  async function form(request: FastifyRequest, reply: FastifyReply, view: Partial<Page>): Promise<FastifyReply> {
    const { token, self } = decider(request)
    const mine = record(token)
    const [organisations, requests] = await Promise.all([
      listOrganisations(mine, undefined),
      mine.findAll<ServiceRequest>('ServiceRequest', { patient: self, status: 'active,on-hold,draft' }),
    ])
    return reply.page('agreements/new', {
      title: reply.words.agree.formTitle,
      back: { href: '/agreements', text: reply.words.agree.title },
      organisations,
      referrals: requests.all.map((one) => ({
        reference: `ServiceRequest/${one.id ?? ''}`,
        name: wordsOf(one.code) ?? reply.words.timeline.referral,
      })),
      classes: CLASSES,
      of: {},
      ...view,
    })
  }

  function carerForm(request: FastifyRequest, reply: FastifyReply, view: Partial<Page>): FastifyReply {
    decider(request)
    return reply.page('agreements/carer', {
      title: reply.words.agree.carerTitle,
      back: { href: '/agreements', text: reply.words.agree.title },
      classes: CARER_CLASSES,
      of: {},
      ...view,
    })
  }
}

/** @throws NOT_FOUND where nothing is to be let */
async function lettingAsk(record: PersonalRecord, id: string): Promise<{ readonly consent: Consent; readonly version: string }> {
  const stored = await record.read<Consent>('Consent', id)
  const consent = withAsking(stored)
  if (consent === undefined) throw refuse.NOT_FOUND()
  return { consent, version: stored.meta?.versionId ?? '' }
}

/** What a Consent does, said by the record that enforces it; in English, since no named translator has approved its Welsh. */
async function effectOf(record: PersonalRecord, consent: Consent): Promise<readonly Sentence[]> {
  const { parameter = [] } = await record.consider(consent, '$preview', { language: 'en' })
  return parameter.map(({ name, valueString }) => ({ about: name as Sentence['about'], text: valueString ?? '' }))
}

async function tried(
  act: () => Promise<FastifyReply>,
  otherwise: (errors: { href: string; text: string }[]) => Promise<FastifyReply> | FastifyReply,
): Promise<FastifyReply> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
    return otherwise(error.issues.map(({ text }) => ({ href: '#until-day', text })))
  }
}
