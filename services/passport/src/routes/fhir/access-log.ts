/**
 * `Patient/{id}/$access-log`: who looked, in words. `Patient/{id}/$query-access`: "this looks strange", which somebody must answer.
 * Both are for whoever may read the audit trail of the person: the person, and the operator.
 */
import type { FastifyPluginAsync } from 'fastify'
import { accessLog } from '../../domain/access/access-log.ts'
import { trailOpenTo } from '../../domain/access/trail.ts'
import { wordsOf } from '../../domain/access/words.ts'
import { reviewOwner, reviewTask } from '../../domain/access/review.ts'
import { peopleIn, placeInChain } from '../../domain/audit-event.ts'
import type { FhirResource } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { partiesOfCaller } from '../../store/access-sql.ts'
import { auditEntry, auditOf } from '../../store/audit-search.ts'
import { kindsOfParties, partyNames } from '../../store/party-names.ts'
import { answerWithTask } from './asked-task.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { given, invalid, missing, parametersText } from './given.ts'
import { queryOf, typeAllowed } from './request.ts'

interface Position {
  readonly xid: string
  readonly id: string
}

export const accessLogRoutes: FastifyPluginAsync<FhirDependencies> = async (app, dependencies) => {
  const { database, record, readRow, baseUrl, seal, reviewOwner: reviewer } = dependencies

  app.route<{ Params: { id: string } }>({
    method: ['GET', 'POST'],
    url: '/Patient/:id/$access-log',
    config: { fhir: { operation: 'access-log', types: ['Patient'] } },
    handler: async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'AuditEvent', 's')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      if (trailOpenTo(request.caller, [id]) === 'nobody') throw refuse.NOT_FOUND({ reference })
      request.disclosure.people = [id]
      const parameters = given(request, baseUrl)
      const language = parameters.language()
      const path = `${reference}/$access-log?language=${language}`
      const asked = { ...Object.fromEntries(queryOf(request)), ...countIn(parameters.value('_count')) }
      const { count, after } = pageOf<Position>({ query: asked }, seal, path)
      const rows = await auditOf(database, { patient: id, count, after })
      const page = rows.slice(0, count)
      const last = page.at(-1)
      const names = await partyNames(
        database,
        page.flatMap(({ organization }) => organization ?? []),
      )
      const lines = accessLog(page, { language, names, kinds: await kindsOfParties(database, id) })
      const next =
        rows.length > count && last !== undefined
          ? [
              {
                name: 'next',
                valueUri: `${baseUrl}/${path}&_cursor=${seal.seal({ path, count, after: { xid: last.xid, id: last.id } satisfies Position })}`,
              },
            ]
          : []
      const entries = lines.map(({ text, from, to, event, count: times }) => ({
        name: 'entry',
        part: [
          { name: 'text', valueString: text },
          { name: 'when', valuePeriod: { start: from.toISOString(), end: to.toISOString() } },
          { name: 'times', valueInteger: times },
          { name: 'event', valueReference: { reference: `AuditEvent/${event}` } },
        ],
      }))
      return reply.header('content-type', request.answerType).send(parametersText([...entries, ...next]))
    },
  })

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$query-access',
    { config: { fhir: { operation: 'query-access', types: ['Patient'] } } },
    async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'AuditEvent', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const person = trailOpenTo(request.caller, [id]) === 'nobody' ? undefined : await readRow(request.caller, 'Patient', id)
      if (person === undefined || person.deleted) throw refuse.NOT_FOUND({ reference })
      request.disclosure.people = [id]
      const parameters = given(request, baseUrl)
      const event = parameters.reference('event', 'AuditEvent')
      if (event === undefined) throw missing('event')
      const place = placeInChain(event.id)
      const entry = place === undefined ? undefined : await auditEntry(database, place)
      // Somebody else's entry, and one that does not exist, are the same.
      if (entry === undefined || !peopleIn(entry).includes(id)) throw invalid('event')
      const words = parameters.text('words')?.trim() ?? ''
      const looked = entry.organization === null ? [] : [entry.organization]
      const task = reviewTask({
        kind: 'access-query',
        patient: id,
        owner: reviewOwner(JSON.parse(person.content) as FhirResource, reviewer, looked),
        requester: partiesOfCaller(request.caller)[0] ?? reference,
        focus: `AuditEvent/${event.id}`,
        description: wordsOf('en').askedAbout,
        ...(words === '' ? {} : { reason: { text: words } }),
        at: record.clock.now(),
      })
      return answerWithTask(request, reply, dependencies, task)
    },
  )
}

const countIn = (count: unknown) => (count === undefined ? {} : { _count: typeof count === 'number' ? String(count) : count })
