/** One's people, and finding one by NHS number and date of birth; both travel in the form, never in an address. */
import type { Patient } from '@medplum/fhirtypes'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { dayIn, problems, textIn, toDate } from '../../forms/fields.ts'
import { showPerson } from '../../knowledge/person.ts'
import type { PersonalRecord } from '../../clients/record.ts'
import { givesCare } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number'

export const people: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  const mineOf = (request: FastifyRequest): PersonalRecord => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    return record(session.token)
  }

  const show = async (reply: FastifyReply, mine: PersonalRecord, view: object = {}) => {
    const { all, more } = await mine.find<Patient>('Patient', { _sort: 'family' })
    const list = all.map((one) => showPerson(one)).toSorted((one, other) => (one.name ?? '').localeCompare(other.name ?? ''))
    return reply.page('people/view', { title: reply.words.people.title, people: list, more, values: {}, of: {}, ...view })
  }

  app.get('/people', (request, reply) => show(reply, mineOf(request)))

  app.post('/people', async (request, reply) => {
    const mine = mineOf(request)
    const [written, born] = [textIn(request.body, 'number'), dayIn(request.body, 'born')]
    const [number, bornOn] = [parseNhsNumber(written), toDate(born)]
    const wrong = problems()
    if (written === '') wrong.add('number', reply.words.people.numberMissing)
    else if (number === undefined) wrong.add('number', reply.words.people.numberWrong)
    if (bornOn === undefined) wrong.add('born', reply.words.people.bornWrong, 'born-day')
    const values = { number: written, born }
    if (number === undefined || bornOn === undefined) return show(reply.code(422), mine, { errors: wrong.list, of: wrong.of, values })

    const { all } = await mine.find<Patient>('Patient', { identifier: `${NHS_NUMBER}|${number}` })
    const found = all.find(({ birthDate }) => birthDate === bornOn)
    if (found === undefined) return show(reply, mine, { notFound: true, values })
    return reply.redirect(`/people/${found.id ?? ''}`, 303)
  })
}
