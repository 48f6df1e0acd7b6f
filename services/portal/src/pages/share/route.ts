/** Sharing: codes with what they show and until when, their openings, taking them back; codes by which a session is recorded. Story 5. */
import type { Communication } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import { parametersOf, readParts } from '../../knowledge/parameters.ts'
import type { Page } from '../../rendering/pages.ts'
import { qrSvg } from '../../rendering/qr.ts'
import { decider, ownRecord } from '../../session/own-record.ts'
import { enteredLink, LENGTHS, readLink, SECTIONS, showLinks, showNotes } from './links.ts'

interface One {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}

const LONGEST_PURPOSE = 200

export const share: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<One>('/share', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const mine = record(token)
    const [answer, messages] = await Promise.all([
      mine.ask(self, '$share-links'),
      mine.find<Communication>('Communication', { patient: self, _sort: '-sent' }),
    ])
    return reply.page('share/view', {
      title: reply.words.share.title,
      ...showLinks(answer, reply.words),
      notes: showNotes(messages.all, reply.words),
      done: request.query.done === 'withdrawn' ? reply.words.share.withdrawn : undefined,
    })
  })

  app.get('/share/new', (request, reply) => {
    const { role } = ownRecord(request)
    const label = role === 'carer' ? '' : reply.words.share.new.labelDefault
    return form(reply, { values: { sections: ['emergency'], length: 'day', label } })
  })

  app.post('/share/new', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const entered = enteredLink(request.body)
    // The passcode is never sent back into a page.
    const values = { ...entered, passcode: '' }
    const { given, wrong } = readLink(entered, clock.now(), reply.words)
    if (given === undefined) return form(reply.code(422), { values, errors: wrong.list, of: wrong.of })
    return tried(
      () => record(token).ask(self, '$share-link', given),
      (answer) => made(reply, readParts(answer), { passcode: entered.passcode !== '', title: reply.words.share.made.title }),
      (errors) => form(reply.code(422), { values, errors }),
    )
  })

  app.post<One>('/share/:id/withdraw', (request, reply) => withdraw(request, reply, '$withdraw-link'))
  app.post<One>('/share/shown/:id/withdraw', (request, reply) => withdraw(request, reply, '$withdraw-shown'))

  app.get('/share/to-record', (request, reply) => {
    decider(request)
    return shownForm(reply, { values: { length: 'day', purpose: '' } })
  })

  app.post('/share/to-record', async (request, reply) => {
    const { token, self } = decider(request)
    const values = { length: textIn(request.body, 'length'), purpose: textIn(request.body, 'purpose') }
    const wrong = problems()
    const lifetime = Object.hasOwn(LENGTHS, values.length) ? LENGTHS[values.length as keyof typeof LENGTHS] : undefined
    if (lifetime === undefined) wrong.add('length', reply.words.share.new.lengthMissing)
    if ([...values.purpose].length > LONGEST_PURPOSE) wrong.add('purpose', reply.words.shown.purposeLong)
    if (wrong.list.length > 0 || lifetime === undefined) return shownForm(reply.code(422), { values, errors: wrong.list, of: wrong.of })
    const given = parametersOf(
      { name: 'expires', valueInstant: new Date(clock.now().getTime() + lifetime).toISOString() },
      ...(values.purpose === '' ? [] : [{ name: 'purpose', valueString: values.purpose }]),
    )
    return tried(
      () => record(token).ask(self, '$show-to-record', given),
      (answer) => made(reply, readParts(answer), { passcode: false, title: reply.words.shown.madeTitle }),
      (errors) => shownForm(reply.code(422), { values, errors }),
    )
  })

  async function withdraw(request: FastifyRequest<One>, reply: FastifyReply, operation: string): Promise<FastifyReply> {
    const { token, self } = ownRecord(request)
    await record(token).ask(self, operation, parametersOf({ name: 'id', valueId: request.params.id }))
    return reply.redirect('/share?done=withdrawn', 303)
  }

  const form = (reply: FastifyReply, view: Partial<Page>): FastifyReply =>
    reply.page('share/new', {
      title: reply.words.share.new.title,
      back: { href: '/share', text: reply.words.share.title },
      sections: SECTIONS,
      lengths: Object.keys(LENGTHS),
      of: {},
      ...view,
    })

  const shownForm = (reply: FastifyReply, view: Partial<Page>): FastifyReply =>
    reply.page('share/to-record', {
      title: reply.words.shown.title,
      back: { href: '/share', text: reply.words.share.title },
      lengths: ['hour', 'day', 'week', 'month'],
      of: {},
      ...view,
    })

  // Shown in the answer to the form and nowhere else: what opens a link is kept nowhere.
  const made = (reply: FastifyReply, answer: ReturnType<typeof readParts>, view: { passcode: boolean; title: string }): FastifyReply =>
    reply.page('share/made', {
      ...view,
      back: { href: '/share', text: reply.words.share.title },
      link: answer.text('link') ?? '',
      expires: answer.text('expires') ?? '',
      id: answer.text('id') ?? '',
      qr: qrSvg(answer.text('link') ?? '', reply.words.share.made.picture),
    })
}

/** What the record refuses is said above the form. */
async function tried<T>(
  act: () => Promise<T>,
  then: (answer: T) => FastifyReply,
  otherwise: (errors: { href: string; text: string }[]) => FastifyReply,
): Promise<FastifyReply> {
  try {
    return then(await act())
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
    return otherwise(error.issues.map(({ text }) => ({ href: '#length', text })))
  }
}
