/** `$print`: one side of A4, or a card for the wallet. It changes nothing; its code is that of a long-term link the person gave out before. */
import type { FastifyPluginAsync } from 'fastify'
import { sheetOf } from '../../domain/share/printed-sheet.ts'
import { LANGUAGES, type Language } from '../../domain/summary/words.ts'
import { refuse } from '../../errors.ts'
import { printSheet } from '../../store/print-sheet.ts'
import { queryOf } from './request.ts'
import type { ShareDependencies } from './share-dependencies.ts'
import { mayShare } from './sharer.ts'

const FORMS = ['a4', 'card'] as const

export const print: FastifyPluginAsync<ShareDependencies> = async (app, { sharing, readRow }) => {
  app.get<{ Params: { id: string } }>(
    '/Patient/:id/$print',
    { config: { fhir: { operation: 'print', types: ['Patient'] } } },
    async (request, reply) => {
      const person = await mayShare(request, readRow)
      const asked = new Map(queryOf(request))
      const form = oneOf(FORMS, asked.get('form') ?? 'a4', 'form')
      const language: Language = oneOf(LANGUAGES, asked.get('language') ?? 'en', 'language')
      const at = sharing.clock.now()
      const found = await sharing.view(person, ['emergency'], { at, language })
      if (found === undefined) throw refuse.SHARE_CLOSED()
      const wanted = asked.get('link')
      const live = await sharing.liveLink(person.patient, wanted, at)
      if (wanted !== undefined && live === undefined) throw refuse.LINK_UNKNOWN({}, { expression: 'link' })
      const pdf = await printSheet(sheetOf(found.view, { form, until: live?.until }), { form, at, link: live?.link })
      return reply
        .type('application/pdf')
        .header('cache-control', 'no-store')
        .header('content-disposition', `inline; filename="emergency-${form}-${language}.pdf"`)
        .send(pdf)
    },
  )
}

function oneOf<const W extends string>(words: readonly W[], given: string, parameter: string): W {
  const found = words.find((word) => word === given)
  if (found === undefined) throw refuse.PARAMETERS_UNREADABLE({}, { expression: parameter })
  return found
}
