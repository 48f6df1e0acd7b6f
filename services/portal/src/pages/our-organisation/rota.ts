/** The rota of an organisation for who administers it: who is on, the coming week, and its duties to add, change, end and put back. HAZ-A70 */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import { showMoment } from '../../rendering/dates.ts'
import type { FormProblem, Page } from '../../rendering/pages.ts'
import { signedIn } from '../../session/sessions.ts'
import { administrator } from '../team/administrator.ts'
import {
  addFaults,
  emptyDuty,
  enteredDuty,
  faultsOfForm,
  formOf,
  isLimited,
  toParameters,
  withRoom,
  type EnteredDuty,
} from './duty-form.ts'
import { daysOf, gapsSaid, gapsShown, rotaIn, showDuty, type OwnRota } from './own-rota.ts'

interface Asked {
  readonly Params: { readonly duty: string }
  readonly Querystring: { readonly done?: string }
}

/** A duty as it was shown. */
interface Version {
  readonly id: string
  readonly version: string
}

const PAGE = '/our-organisation/rota'
/** How many of the duties that have ended are shown, the newest. */
const ENDED_SHOWN = 5

export const ownRota: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  /** @throws NOT_ALLOWED to whoever does not administer an organisation */
  const mine = (request: FastifyRequest): { readonly record: PersonalRecord; readonly organization: string } => {
    const { token, organization } = administrator(signedIn(request))
    if (organization === undefined) throw refuse.NOT_ALLOWED()
    return { record: record(token), organization }
  }
  const read = async (request: FastifyRequest): Promise<OwnRota> => {
    const { record: asked, organization } = mine(request)
    return rotaIn(await asked.ask(organization, '$rota'))
  }

  app.get<Asked>(PAGE, async (request, reply) => {
    const { done } = reply.words.ownRota
    const said = done[(request.query.done ?? '') as keyof typeof done]
    return show(reply, await read(request), said === undefined ? {} : { done: said })
  })

  app.get(`${PAGE}/add`, async (request, reply) => form(reply, await read(request), emptyDuty))

  app.post(PAGE, async (request, reply) => save(request, reply, '$add-duty'))

  app.get<Asked>(`${PAGE}/:duty`, async (request, reply) => {
    const rota = await read(request)
    const duty = rota.duties.find(({ id, ended }) => id === request.params.duty && !ended)
    if (duty === undefined) throw refuse.NOT_FOUND()
    return form(reply, rota, formOf(duty), { id: duty.id, version: duty.version })
  })

  app.post<Asked>(`${PAGE}/:duty`, async (request, reply) =>
    save(request, reply, '$change-duty', { id: request.params.duty, version: textIn(request.body, 'version') }),
  )

  for (const [action, operation, done] of [
    ['end', '$end-duty', 'ended'],
    ['put-back', '$put-back-duty', 'put-back'],
  ] as const) {
    // Whoever changes the language, or comes back, after a refusal asks for this address.
    app.get(`${PAGE}/:duty/${action}`, async (_, reply) => reply.redirect(PAGE, 303))
    app.post<Asked>(`${PAGE}/:duty/${action}`, async (request, reply) => {
      const { record: asked, organization } = mine(request)
      const { duty } = request.params
      const parameter = [
        { name: 'id', valueString: duty },
        { name: 'version', valueString: textIn(request.body, 'version') },
      ]
      try {
        await asked.operate(organization, operation, { resourceType: 'Parameters', parameter })
      } catch (error) {
        if (isRefusal(error, 'CHANGED_MEANWHILE')) return reply.redirect(`${PAGE}?done=meanwhile`, 303)
        if (!isRefusal(error, 'RECORD_REFUSED')) throw error
        const wrong = problems()
        addFaults(wrong, error.issues, emptyDuty, reply.words)
        const errors = wrong.list.map(({ text }) => ({ href: `#duty-${duty}`, text }))
        return show(reply.code(422), await read(request), { errors })
      }
      return reply.redirect(`${PAGE}?done=${done}#duty-${encodeURIComponent(duty)}`, 303)
    })
  }

  async function save(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: '$add-duty' | '$change-duty',
    of?: Version,
  ): Promise<FastifyReply> {
    const { record: asked, organization } = mine(request)
    const entered = enteredDuty(request.body)
    const wrong = faultsOfForm(entered, reply.words)
    if (wrong.list.length > 0) return again(request, reply, entered, wrong, of)
    try {
      await asked.ask(organization, operation, toParameters(entered, of))
      return await reply.redirect(`${PAGE}?done=${operation === '$add-duty' ? 'added' : 'changed'}`, 303)
    } catch (error) {
      if (isRefusal(error, 'CHANGED_MEANWHILE')) return reply.redirect(`${PAGE}?done=meanwhile`, 303)
      if (!isRefusal(error, 'RECORD_REFUSED')) throw error
      addFaults(wrong, error.issues, entered, reply.words)
      return again(request, reply, entered, wrong, of)
    }
  }

  const again = async (
    request: FastifyRequest,
    reply: FastifyReply,
    entered: EnteredDuty,
    wrong: Problems,
    of?: Version,
  ): Promise<FastifyReply> => form(reply.code(422), await read(request), entered, of, { errors: inFormOrder(wrong.list), of: wrong.of })
}

const isRefusal = (error: unknown, code: string): error is Refusal => error instanceof Refusal && error.code === code

/** Hours come before the days of a duty, and both after whom to ring. */
const ORDER = ['duties', 'title', 'practitioner', 'telephone', 'sms', 'email', 'when', 'hours', 'startsOn', 'endsOn', 'away']
const inFormOrder = (errors: readonly FormProblem[]): readonly FormProblem[] => {
  const rank = ({ href }: FormProblem) => ORDER.findIndex((name) => href.startsWith(`#${name}`))
  return errors.toSorted((one, other) => rank(one) - rank(other))
}

function show(reply: FastifyReply, rota: OwnRota, view: Partial<Page>): FastifyReply {
  const { words } = reply
  const { ownRota: says } = words
  const [gap] = rota.gaps
  const on = [...rota.duties, ...rota.held].filter(({ onUntil }) => onUntil !== undefined)
  const ended = rota.duties
    .filter((one) => one.ended)
    .toSorted((one, other) => (one.changedAt < other.changedAt ? 1 : -1))
    .slice(0, ENDED_SHOWN)
  return reply.page('our-organisation/rota', {
    title: says.title,
    back: { href: '/our-organisation', text: words.ourOrganisation.title },
    state: rota.state,
    ring: rota.ring,
    on: on.map((one) => showDuty(one, rota, words)),
    ...(rota.state === 'nobody' && gap !== undefined
      ? { nobody: gap.to >= rota.until ? says.nobodyAllWeek : says.nobodyUntil(showMoment(gap.to, words.lang)) }
      : {}),
    gaps: gapsShown(rota).length,
    said: gapsSaid(rota, words),
    days: daysOf(rota, words).map(({ lines, ...day }) => ({
      ...day,
      lines: lines.map(({ when, duty }) => ({ when, ...(duty === undefined ? {} : { duty: showDuty(duty, rota, words) }) })),
    })),
    duties: rota.duties.filter((one) => !one.ended).map((one) => showDuty(one, rota, words)),
    held: rota.held.map((one) => showDuty(one, rota, words)),
    ended: ended.map((one) => showDuty(one, rota, words)),
    ...view,
  })
}

function form(
  reply: FastifyReply,
  { colleagues }: OwnRota,
  values: EnteredDuty,
  duty?: Version,
  { errors = [], of: fields = {} }: { readonly errors?: readonly FormProblem[]; readonly of?: Problems['of'] } = {},
): FastifyReply {
  const { ownRota: says } = reply.words
  return reply.page('our-organisation/duty', {
    title: duty === undefined ? says.form.add : says.form.change,
    back: { href: PAGE, text: says.title },
    action: duty === undefined ? PAGE : `${PAGE}/${duty.id}`,
    values: withRoom(values),
    limited: isLimited(values) || Object.keys(fields).some((name) => /^(?:startsOn|endsOn|away)/.test(name)),
    duty,
    colleagues,
    of: fields,
    errors,
  })
}
