/** The register of a group: who came, on one page, in one request. */
import type { Parameters, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { CURSOR, type SearchCriteria } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { fromDate, textIn } from '../../forms/fields.ts'
import { kindsFor } from '../../knowledge/catalogue.ts'
import { showPerson, type PersonShown } from '../../knowledge/person.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import type { Words } from '../../words/words.ts'
import { signedIn } from '../../session/sessions.ts'
import { enteredRegister, readRegister } from './register-form.ts'

interface Asked {
  /** `after`: the sealed place of a later page. */
  readonly Querystring: Readonly<Record<string, unknown>>
}

/** People of one form, and where its page begins and the next one does. */
interface OnePage {
  readonly people: readonly PersonShown[]
  readonly after?: string
  readonly next?: string
}

const PAGE = '60'
const CAME = /^came-([A-Za-z0-9\-.]{1,64})$/

export const group: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get<Asked>('/group', async (request, reply) => {
    const session = recorder(signedIn(request))
    const { after } = request.query
    const page = await peopleOf(session, after)
    return show(reply, session, page, { values: { done: fromDate(dayOf(clock.now())), key: newId() }, rows: {} })
  })

  app.post('/group', async (request, reply) => {
    const session = recorder(signedIn(request))
    const page = await peopleIn(session, request.body)
    const { people } = page
    const ids = people.map(({ id }) => id)
    const entered = enteredRegister(request.body, ids)
    const rows = Object.fromEntries(entered.rows.map((row) => [row.id, row]))
    const { given, wrong } = readRegister(entered, { catalogue, role: session.role, today: dayOf(clock.now()) }, reply.words)
    if (given === undefined) return show(reply.code(422), session, page, { values: entered, rows, errors: wrong.list, of: wrong.of })
    try {
      const report = await record(session.token).ask('', '$record-register', given)
      return reply.page('group/done', { title: reply.words.group.done, ...told(report, given, people) })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text }) => ({ href: '#kind', text }))
      return show(reply.code(422), session, page, { values: entered, rows, errors })
    }
  })

  /** As many as one form has room for, in the order of family names. */
  const peopleOf = async ({ token }: Session, given: unknown): Promise<OnePage> => {
    const after = typeof given === 'string' && CURSOR.test(given) ? given : undefined
    const asked: SearchCriteria = after === undefined ? { _sort: 'family', _count: PAGE } : { _cursor: after }
    const { all, next } = await record(token).find<Patient>('Patient', asked)
    return { people: all.map((one) => showPerson(one)), ...(after === undefined ? {} : { after }), ...(next === undefined ? {} : { next }) }
  }

  /** Those of the form that was sent, whoever has come onto the list or left it since: an entry is never passed over because its page has moved. */
  const peopleIn = async ({ token }: Session, body: unknown): Promise<OnePage> => {
    const ids = Object.keys((body ?? {}) as object).flatMap((name) => CAME.exec(name)?.[1] ?? [])
    const known = await record(token).resolve(ids.map((id) => `Patient/${id}`))
    const after = textIn(body, 'after')
    return {
      people: ids.map((id) => showPerson((known.get(`Patient/${id}`) as Patient | undefined) ?? { resourceType: 'Patient', id })),
      ...(CURSOR.test(after) ? { after } : {}),
    }
  }

  const reasonsIn = ({ choices }: Words) => {
    const words: Readonly<Record<string, string>> = choices['absence-reason']
    return catalogue.absenceReasons.map(({ code, display }) => ({ value: code, text: words[code] ?? display }))
  }

  const show = (reply: FastifyReply, { role }: Session, page: OnePage, view: Partial<Page>): FastifyReply =>
    reply.page('group/view', {
      title: reply.words.group.title,
      ...page,
      kinds: kindsFor(catalogue, role),
      reasons: reasonsIn(reply.words),
      of: {},
      ...view,
    })
}

/** What became of each person of the register, in their order. Pure. */
export function told({ parameter = [] }: Parameters, given: Parameters, people: readonly PersonShown[]) {
  const asked = (given.parameter ?? []).filter(({ name }) => name === 'person')
  const count = (name: string) => parameter.find((one) => one.name === name)?.valueInteger ?? 0
  const outcomes = parameter.filter(({ name }) => name === 'person')
  return {
    recorded: count('recorded'),
    already: count('already'),
    refused: outcomes.flatMap((one, index) => {
      if (one.part?.find(({ name }) => name === 'outcome')?.valueCode !== 'refused') return []
      const reference = asked[index]?.part?.find(({ name }) => name === 'who')?.valueReference?.reference
      const person = people.find(({ id }) => `Patient/${id}` === reference)
      return [
        { name: person?.name, says: (one.part ?? []).flatMap(({ name, valueString }) => (name === 'says' ? [valueString ?? ''] : [])) },
      ]
    }),
  }
}

/** @throws NOT_ALLOWED to whoever records no sessions, or acts for no organisation */
export function recorder(session: Session): Session & { readonly organization: string } {
  const { role, organization } = session
  if ((role !== 'professional' && role !== 'worker') || organization === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, organization }
}
