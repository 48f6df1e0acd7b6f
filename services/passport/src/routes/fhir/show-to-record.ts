/** `$show-to-record`, `$accept-shown` and `$withdraw-shown`: a charity or gym records a session for somebody without an identifier of theirs. */
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../../errors.ts'
import { newSecret } from '../../store/share-links.ts'
import { acceptShownCode, keepShownCode, withdrawShownCode } from '../../store/shown-codes.ts'
import { readParameters } from './operation-input.ts'
import { typeAllowed } from './request.ts'
import type { ShareDependencies } from './share-dependencies.ts'
import { atParameter, expiryIn, idIn, sendPrivately } from './share-parameters.ts'
import { mayShare } from './sharer.ts'

/** What a code says, with or without an address before it. */
const CODE = /(?:^|#|\/)(?:record:\/)?([A-Za-z0-9_-]{43})$/
const LONGEST_PURPOSE = 200

export const showToRecord: FastifyPluginAsync<ShareDependencies> = async (app, { database, sharing, publicUrl, readRow }) => {
  const { clock } = sharing

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$show-to-record',
    { config: { fhir: { operation: 'show-to-record', types: ['Patient'] } } },
    async (request, reply) => {
      const { patient } = await mayShare(request, readRow)
      const given = readParameters(request.body, { expires: 'once', purpose: 'once' })
      const at = clock.now()
      const expires = expiryIn(given, at)
      const purpose = given.word('purpose')
      if (purpose !== undefined && [...purpose].length > LONGEST_PURPOSE) throw refuse.PARAMETERS_UNREADABLE({}, atParameter('purpose'))
      const secret = newSecret()
      const id = await keepShownCode(database, { secret, patient, purpose, at, expires })
      return sendPrivately(request, reply, [
        { name: 'link', valueUri: `${publicUrl}/view#record:/${secret}` },
        { name: 'token', valueString: secret },
        { name: 'id', valueId: id },
        { name: 'expires', valueInstant: expires.toISOString() },
      ])
    },
  )

  app.post('/Patient/$accept-shown', { config: { fhir: { operation: 'accept-shown', types: ['Patient'] } } }, async (request, reply) => {
    const { caller } = request
    typeAllowed(request, 'Procedure', 'c')
    const { organization } = caller
    // What is accepted is the organisation's: a session needs somebody who answers for it.
    if (organization === undefined || (caller.role !== 'professional' && caller.role !== 'worker')) throw refuse.CODE_FOR_ORGANIZATIONS()
    const token = readParameters(request.body, { token: 'once' }).word('token')
    const secret = CODE.exec(token ?? '')?.[1]
    const accepted = secret === undefined ? undefined : await acceptShownCode(database, { secret, organization, at: clock.now() })
    if (accepted === undefined) throw refuse.CODE_NOT_ACTIVE()
    request.disclosure.entity = `Patient/${accepted.patient}`
    request.disclosure.people = [accepted.patient]
    return sendPrivately(request, reply, [
      { name: 'patient', valueReference: { reference: `Patient/${accepted.patient}` } },
      { name: 'expires', valueInstant: accepted.expires.toISOString() },
      ...(accepted.purpose === undefined ? [] : [{ name: 'purpose', valueString: accepted.purpose }]),
    ])
  })

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$withdraw-shown',
    { config: { fhir: { operation: 'withdraw-shown', types: ['Patient'] } } },
    async (request, reply) => {
      const { patient } = await mayShare(request, readRow)
      const id = idIn(request.body)
      if (id === undefined || !(await withdrawShownCode(database, patient, id, clock.now()))) throw refuse.CODE_NOT_ACTIVE()
      return reply
        .header('content-type', request.answerType)
        .send(JSON.stringify(informationOutcome('The code is withdrawn. Nothing more is recorded by it; what was recorded stays.')))
    },
  )
}
