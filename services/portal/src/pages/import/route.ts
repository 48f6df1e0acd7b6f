/** Sessions from a file: rehearsed first, reported row by row, taken back in one tap. Feature I3. */
import type { Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import type { Page } from '../../rendering/pages.ts'
import { signedIn } from '../../session/sessions.ts'
import { recorder } from '../group/route.ts'
import { MOST_BYTES, takeFiles } from './file-form.ts'
import { showReport } from './report.ts'

const UUID = /^[0-9a-f-]{36}$/

export const imports: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  await takeFiles(app)

  app.get('/import', async (request, reply) => {
    const session = recorder(signedIn(request))
    const [one] = (await record(session.token).find<Patient>('Patient', { _count: '1' })).all
    return show(reply, { inPart: one !== undefined && isSubsetted(one) })
  })

  app.post('/import', { bodyLimit: MOST_BYTES * 2 }, async (request, reply) => {
    const session = recorder(signedIn(request))
    const text = textIn(request.body, 'file') || textIn(request.body, 'text')
    const rehearsal = textIn(request.body, 'record') === ''
    if (text === '') {
      const wrong = problems()
      wrong.add('file', reply.words.imports.missing)
      return show(reply.code(422), { errors: wrong.list, of: wrong.of })
    }
    const parameter = [
      { name: 'file', valueBase64Binary: Buffer.from(text).toString('base64') },
      { name: 'dry-run', valueBoolean: rehearsal },
    ]
    try {
      const report = showReport(await record(session.token).ask('', '$import-interventions', { resourceType: 'Parameters', parameter }))
      return show(reply, { report, rehearsal, ...(rehearsal ? { text } : {}) })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      const errors = error.issues.map(({ text: said, remedy }) => ({
        href: '#file',
        text: [said, remedy].filter((part) => part !== undefined).join(' '),
      }))
      return show(reply.code(422), { errors })
    }
  })

  app.post('/import/undo', async (request, reply) => {
    const session = recorder(signedIn(request))
    const id = textIn(request.body, 'import')
    const parameter = [{ name: 'import', valueId: UUID.test(id) ? id : 'none' }]
    try {
      const answer = await record(session.token).ask('', '$undo-import', { resourceType: 'Parameters', parameter })
      const { importId: _taken, ...report } = showReport(answer)
      return show(reply, { report })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), { errors: error.issues.map(({ text }) => ({ href: '#file', text })) })
    }
  })

  const show = (reply: FastifyReply, view: Partial<Page>): FastifyReply =>
    reply.page('import/view', {
      title: reply.words.imports.title,
      back: { href: '/group', text: reply.words.group.nav },
      of: {},
      ...view,
    })
}
