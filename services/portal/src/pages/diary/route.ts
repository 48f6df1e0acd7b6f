/** A person's diary of spasms, stiffness and what may bring them on: writing it, and looking at its pattern. */
import type { Observation } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { fromDate, textIn } from '../../forms/fields.ts'
import { codeOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { ownRecord } from '../../session/own-record.ts'
import { enteredDiary, entererOf, ofDiary, readDiary, shownEntries, toObservation, unlessNoted } from './entry.ts'
import { patternOf } from './pattern.ts'

interface Asked {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly item?: string; readonly done?: string }
}

export const diary: FastifyPluginAsync<PageDependencies> = async (app, { record, clock, newId, catalogue }) => {
  app.get<Asked>('/diary', (request, reply) => {
    const { diary: words } = reply.words
    const done = request.query.done === 'saved' ? words.done : request.query.done === 'removed' ? words.removed : undefined
    const values = { key: newId(), item: '', score: '', day: fromDate(dayOf(clock.now())), time: '', triggers: [], words: '' }
    return show(request, reply, { values, done })
  })

  app.post<Asked>('/diary', async (request, reply) => {
    const { token, self, fhirUser } = ownRecord(request)
    const entered = enteredDiary(request.body)
    const { given, wrong } = readDiary(entered, catalogue, dayOf(clock.now()), reply.words)
    if (given === undefined) return show(request, reply.code(422), { values: entered, errors: wrong.list, of: wrong.of })
    try {
      await record(token).create(toObservation(given, self, [fhirUser ?? self]), unlessNoted(given))
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(request, reply.code(422), { values: entered, errors: error.issues.map(({ text }) => ({ href: '#item', text })) })
    }
    return reply.redirect(`/diary?done=saved&item=${given.item.code}`, 303)
  })

  app.post<Asked>('/diary/:id/remove', async (request, reply) => {
    const { token } = ownRecord(request)
    const mine = record(token)
    const entry = await mine.read<Observation>('Observation', request.params.id)
    if (codeOf(entry.code, 'diary-item') === undefined) throw refuse.NOT_FOUND()
    await mine.patch(`Observation/${request.params.id}`, textIn(request.body, 'version'), { status: 'entered-in-error' })
    return reply.redirect('/diary?done=removed', 303)
  })

  async function show(request: FastifyRequest<Asked>, reply: FastifyReply, view: Partial<Page>): Promise<FastifyReply> {
    const { token, self } = ownRecord(request)
    const mine = record(token)
    const { all } = await mine.find<Observation>('Observation', { patient: self, ...ofDiary, _sort: '-date' })
    const entries = shownEntries(all, await mine.resolve(all.map(entererOf)))
    const written = catalogue.diaryItems.filter(({ code }) => entries.some((one) => one.code === code))
    const drawn = written.find(({ code }) => code === request.query.item) ?? written.find(({ code }) => code === entries[0]?.code)
    return reply.page('diary/view', {
      title: reply.words.diary.title,
      entries,
      written,
      drawn,
      pattern: drawn === undefined ? undefined : patternOf(entries, drawn.code, dayOf(clock.now())),
      items: catalogue.diaryItems,
      triggers: catalogue.diaryTriggers,
      times: catalogue.timesOfDay,
      of: {},
      ...view,
    })
  }
}
