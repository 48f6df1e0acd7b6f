/** A letter for whoever is not online: where a request stands, at this step, to print. In English or Welsh. Rows H2, H6 and K5. */
import type { Organization, Patient } from '@medplum/fhirtypes'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { nameOf } from '../../knowledge/reading.ts'
import { ownRecord } from '../../session/own-record.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { LANGUAGES, wordsIn } from '../../words/words.ts'
import { openStep } from '../inbox/load.ts'
import { loadReferral } from '../referrals/load.ts'
import { letterFormFor, postalLines, senderOf } from './letter.ts'

interface One {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly language?: string }
}

export const letter: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<One>('/my-referrals/:id/letter', async (request, reply) => {
    const session = ownRecord(request)
    const { id } = request.params
    return show(reply, session, { request: id, patient: session.patient, back: `/my-referrals/${id}`, language: request.query.language })
  })

  app.get<One>('/inbox/:id/letter', async (request, reply) => {
    const session = signedIn(request)
    const { task, request: need } = await openStep(record(session.token), request.params.id, session)
    const patient = task.for?.reference?.split('/')[1]
    if (need?.id === undefined || patient === undefined) throw refuse.NOT_FOUND()
    return show(reply, session, { request: need.id, patient, back: `/inbox/${request.params.id}`, language: request.query.language })
  })

  async function show(
    reply: FastifyReply,
    session: Session,
    { request, patient, back, language }: { request: string; patient: string; back: string; language: string | undefined },
  ): Promise<FastifyReply> {
    const mine = record(session.token)
    const person = await mine.read<Patient>('Patient', patient)
    const form = letterFormFor(
      person,
      LANGUAGES.find((one) => one === language),
    )
    const w = wordsIn(form.language)
    const [referral, senders] = await Promise.all([
      loadReferral(mine, request, session.fhirUser ?? '', w),
      mine.resolve([session.organization]),
    ])
    return reply.page('letter/view', {
      // The whole page is in the language of the letter, its dates included.
      w,
      others: LANGUAGES.filter((one) => one !== form.language).map((one) => ({
        language: one,
        name: wordsIn(one).language,
        href: `${back}/letter?language=${one}`,
      })),
      title: w.letter.title,
      back: { href: back, text: w.back },
      form,
      name: nameOf(person.name) ?? w.person.unnamed,
      address: postalLines(person),
      addressNotShown: isSubsetted(person) && postalLines(person).length === 0,
      sender: senderOf(senders.get(session.organization ?? '') as Organization | undefined),
      now: clock.now(),
      one: referral,
    })
  }
}
