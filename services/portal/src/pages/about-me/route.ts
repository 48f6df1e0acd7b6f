/** About me: a person's own words, how they want to be written to, and in which language. */
import type { Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { textIn } from '../../forms/fields.ts'
import type { Page } from '../../rendering/pages.ts'
import { ownRecord } from '../../session/own-record.ts'
import { withPreferences } from '../../session/preferences.ts'
import { aboutMeOf, changedElements, enteredAboutMe, FORMATS, otherNeeds, wrongWith } from './about.ts'

interface Asked {
  readonly Querystring: { readonly done?: string }
}

export const aboutMe: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get<Asked>('/about-me', async (request, reply) => {
    const { token, patient } = ownRecord(request)
    const person = await record(token).read<Patient>('Patient', patient)
    const done = request.query.done === 'saved' ? reply.words.aboutMe.done : undefined
    return show(reply, person, { values: aboutMeOf(person), done })
  })

  app.post('/about-me', async (request, reply) => {
    const session = ownRecord(request)
    const mine = record(session.token)
    const person = await mine.read<Patient>('Patient', session.patient)
    const given = enteredAboutMe(request.body)
    const wrong = wrongWith(given, reply.words)
    if (wrong.list.length > 0) return show(reply.code(422), person, { values: given, errors: wrong.list, of: wrong.of })
    try {
      await mine.patch(session.self, textIn(request.body, 'version'), { ...changedElements(person, given) })
    } catch (error) {
      if (!(error instanceof Refusal) || !['CHANGED_MEANWHILE', 'RECORD_REFUSED'].includes(error.code)) throw error
      const texts = error.code === 'CHANGED_MEANWHILE' ? [reply.words.aboutMe.changed] : error.issues.map(({ text }) => text)
      return show(reply.code(422), person, { values: given, errors: texts.map((text) => ({ href: '#own', text })) })
    }
    const { self: _self, ...plain } = session
    await reply.signIn(await withPreferences(plain, mine))
    return reply.redirect('/about-me?done=saved', 303)
  })

  function show(reply: FastifyReply, person: Patient, view: Partial<Page>): FastifyReply {
    return reply.page('about-me/view', {
      title: reply.words.aboutMe.title,
      version: person.meta?.versionId,
      id: person.id,
      needs: otherNeeds(person),
      formats: Object.keys(FORMATS),
      of: {},
      ...view,
    })
  }
}
