/** The register of a group: who came, on one page, in one request. */
import type { Parameters, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { fromDate } from '../../forms/fields.ts'
import { kindsFor } from '../../knowledge/catalogue.ts'
import { showPerson, type PersonShown } from '../../knowledge/person.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import type { Session } from '../../session/session.ts'
import type { Words } from '../../words/words.ts'
import { signedIn } from '../../session/sessions.ts'
import { enteredRegister, readRegister } from './register-form.ts'

export const group: FastifyPluginAsync<PageDependencies> = async (app, { record, catalogue, clock, newId }) => {
  app.get('/group', async (request, reply) => {
    const session = recorder(signedIn(request))
    return show(reply, session, await peopleOf(session), { values: { done: fromDate(dayOf(clock.now())), key: newId() }, rows: {} })
  })

  app.post('/group', async (request, reply) => {
    const session = recorder(signedIn(request))
    const people = await peopleOf(session)
    const ids = people.map(({ id }) => id)
    const entered = enteredRegister(request.body, ids)
    const rows = Object.fromEntries(entered.rows.map((row) => [row.id, row]))
    const { given, wrong } = readRegister(entered, { catalogue, role: session.role, today: dayOf(clock.now()) }, reply.words)
    if (given === undefined) return show(reply.code(422), session, people, { values: entered, rows, errors: wrong.list, of: wrong.of })
    try {
      const report = await record(session.token).ask('', '$record-register', given)
      return reply.page('group/done', { title: reply.words.group.done, ...told(report, given, people) })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text }) => ({ href: '#kind', text }))
      return show(reply.code(422), session, people, { values: entered, rows, errors })
    }
  })

  const peopleOf = async ({ token }: Session): Promise<readonly PersonShown[]> =>
    (await record(token).findAll<Patient>('Patient', { _sort: 'family' })).all.map((one) => showPerson(one))

  const reasonsIn = ({ choices }: Words) => {
    const words: Readonly<Record<string, string>> = choices['absence-reason']
    return catalogue.absenceReasons.map(({ code, display }) => ({ value: code, text: words[code] ?? display }))
  }

  const show = (reply: FastifyReply, { role }: Session, people: readonly PersonShown[], view: Partial<Page>): FastifyReply =>
    reply.page('group/view', {
      title: reply.words.group.title,
      people,
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
