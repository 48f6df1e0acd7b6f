/**
 * Opening the record of somebody whom one has no part in, in an emergency: what follows from it is said before, a purpose and a reason are asked
 * for, and what opens is the emergency view. `Patient/$break-glass`, decision 97, HAZ-P22.
 */
import type { Parameters } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import { ID } from '@platform/nhs/systems'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { problems, textIn } from '../../forms/fields.ts'
import type { Page } from '../../rendering/pages.ts'
import { givesCare, mayAskInEmergency, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'

/** Of HL7 v3 ActReason. https://terminology.hl7.org/CodeSystem-v3-ActReason.html */
const PURPOSES = ['ETREAT', 'BTG'] as const
/** As the record asks for it: what a reviewer can make something of. */
const SHORTEST_REASON = 10

export const emergencyAccess: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get('/emergency-access', (request, reply) => {
    const session = carer(signedIn(request))
    // Whoever may not is told why, and what to do instead.
    return show(mayAskInEmergency(session) ? reply : reply.code(403), { values: {}, may: mayAskInEmergency(session) })
  })

  app.post('/emergency-access', async (request, reply) => {
    const session = carer(signedIn(request))
    if (!mayAskInEmergency(session)) return show(reply.code(403), { values: {}, may: false })
    const { body } = request
    const values = { number: textIn(body, 'number'), purpose: textIn(body, 'purpose'), reason: textIn(body, 'reason') }
    const { emergencyAccess: words } = reply.words
    const wrong = problems()
    const number = parseNhsNumber(values.number)
    const purpose = PURPOSES.find((one) => one === values.purpose)
    if (number === undefined) wrong.add('number', words.numberWrong)
    if (purpose === undefined) wrong.add('purpose', words.purposeMissing)
    if (lettersIn(values.reason) < SHORTEST_REASON) wrong.add('reason', words.reasonMissing)
    if (number === undefined || purpose === undefined || wrong.list.length > 0)
      return show(reply.code(422), { values, errors: wrong.list, of: wrong.of, may: true })
    try {
      const answer = await record(session.token).ask('Patient', '$break-glass', asked(number, purpose, values.reason))
      return reply.redirect(`/people/${personIn(answer)}/emergency`, 303)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'NOT_ALLOWED') return show(reply.code(403), { values: {}, may: false })
      if (error.code !== 'NOT_FOUND') throw error
      wrong.add('number', words.nobody)
      return show(reply.code(422), { values, errors: wrong.list, of: wrong.of, may: true })
    }
  })

  const show = (reply: FastifyReply, view: Partial<Page>): FastifyReply =>
    reply.page('emergency-access/view', {
      title: reply.words.emergencyAccess.title,
      back: { href: '/people', text: reply.words.people.title },
      of: {},
      ...view,
    })
}

const lettersIn = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0

const asked = (number: string, purpose: string, reason: string): Parameters => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'identifier', valueIdentifier: { system: ID.NHS_NUMBER, value: number } },
    { name: 'purpose', valueCode: purpose },
    { name: 'reason', valueString: reason },
  ],
})

/** Id of the person whose record was opened. */
function personIn({ parameter = [] }: Parameters): string {
  const id = parameter.find(({ name }) => name === 'patient')?.valueReference?.reference?.split('/')[1]
  if (id === undefined) throw refuse.RECORD_UNAVAILABLE()
  return id
}

/** @throws NOT_ALLOWED to whoever gives no care */
function carer(session: Session): Session {
  if (!givesCare(session)) throw refuse.NOT_ALLOWED()
  return session
}
