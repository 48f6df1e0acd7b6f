/** One's people, and finding one by NHS number or name, with the date of birth; they travel in the form, never in an address. */
import type { Patient } from '@medplum/fhirtypes'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { showPerson } from '../../knowledge/person.ts'
import { CURSOR, type PersonalRecord, type SearchCriteria } from '../../clients/record.ts'
import { addsPeople, givesCare, mayAskInEmergency } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { enteredSearch, readSearch, type Search } from './find.ts'

interface Asked {
  /** `after`: the sealed place of a later page. */
  readonly Querystring: Readonly<Record<string, unknown>>
}

const PAGE = '50'

/** Whether one's organisation is shown people in part, as far as the first of them tells. */
async function isShownInPart(mine: PersonalRecord): Promise<boolean> {
  const [one] = (await mine.find<Patient>('Patient', { _count: '1' })).all
  return one !== undefined && isSubsetted(one)
}

export const people: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  const mineOf = (request: FastifyRequest): PersonalRecord => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    return record(session.token)
  }

  const show = async (reply: FastifyReply, mine: PersonalRecord, view: object = {}, after?: string) => {
    const asked: SearchCriteria = after === undefined ? { _sort: 'family', _count: PAGE } : { _cursor: after }
    const { all, next } = await mine.find<Patient>('Patient', asked)
    const listed = all.map((one) => showPerson(one))
    const session = signedIn(reply.request)
    return reply.page('people/view', {
      title: reply.words.people.title,
      people: listed,
      columns: {
        telephone: listed.some(({ inPart }) => inPart),
        identity: listed.some(({ inPart, bornOn }) => !inPart || bornOn !== undefined),
      },
      next: next === undefined ? undefined : `/people?${new URLSearchParams({ after: next }).toString()}`,
      later: after !== undefined,
      emergencies: mayAskInEmergency(session),
      adds: addsPeople(session),
      refers: givesCare(session) && session.organization !== undefined,
      values: {},
      of: {},
      ...view,
    })
  }

  app.get<Asked>('/people', (request, reply) => {
    const { after, done } = request.query
    const view = done === 'not-in-use' ? { done: reply.words.addPerson.undone } : {}
    return show(reply, mineOf(request), view, typeof after === 'string' && CURSOR.test(after) ? after : undefined)
  })

  app.post('/people', async (request, reply) => {
    const mine = mineOf(request)
    const values = enteredSearch(request.body)
    const { given, byName, wrong } = readSearch(values, reply.words)
    // The record answers with people whom the caller may see, and with nobody else: who is not found may be here all the same.
    const findBy = async ({ criteria, fits }: Search) => (await mine.find<Patient>('Patient', criteria)).all.filter((one) => fits(one))
    const found = given === undefined ? [] : await findBy(given)
    const [only] = found
    if (only === undefined && byName !== undefined) {
      const matches = (await findBy(byName)).map((one) => showPerson(one))
      // A name alone is no reason to open somebody's page: whoever asks chooses, and is told by what. HAZ-P144
      if (matches.length > 0) return show(reply, mine, { values, matches, byNameAlone: true })
    }
    const byNameAlone = byName !== undefined && Object.values(values.born).every((part) => part === '') && (await isShownInPart(mine))
    if (given === undefined && !byNameAlone) return show(reply.code(422), mine, { errors: wrong.list, of: wrong.of, values })
    if (only === undefined) return show(reply, mine, { notFound: true, values })
    if (found.length === 1) return reply.redirect(`/people/${only.id ?? ''}`, 303)
    return show(reply, mine, { values, matches: found.map((one) => showPerson(one)) })
  })
}
