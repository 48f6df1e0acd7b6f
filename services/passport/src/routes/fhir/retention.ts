/** How long what is kept of a person is kept, what is due, and disposing of it by a named person's confirmation. Ours. */
import { defineErrors } from '@platform/fhir/errors'
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { EVERYTHING } from '../../domain/access/data-class.ts'
import { masksFor } from '../../domain/access/masks.ts'
import { parametersOf } from '../../domain/export/kick-off.ts'
import { isObject, localReference } from '../../domain/references.ts'
import { clockEntries, isDue, personIn, regionOf, type ClockedEntry } from '../../domain/retention/clock.ts'
import { refuse } from '../../errors.ts'
import { changeRecord } from '../../store/change-record.ts'
import { selfOf } from '../../store/access-sql.ts'
import { noteDisposal, peopleWithOld, purgeDisposed, readKept } from '../../store/retention-rows.ts'
import { readRow } from '../../store/record-store.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { hasScope, queryOf, typeAllowed } from './request.ts'

const retentionRefuse = defineErrors({
  RETENTION_FOR_OPERATOR: {
    issue: 'forbidden',
    says: 'What is due, and disposing of it, is for the operator of the hub.',
    remedy: 'The person reads the clock of their own record at Patient/…/$retention.',
  },
  DISPOSAL_INCOMPLETE: {
    issue: 'required',
    says: 'A disposal needs each entry, and the person who confirms it.',
    remedy: 'Send Parameters with entry (Reference, once for each) and confirmedBy (Reference to a Practitioner that is in the record).',
  },
  DISPOSAL_NOT_DUE: {
    issue: 'business-rule',
    says: ({ reference, because }: { reference: string; because: string }) => `${reference} is still to be kept (${because}).`,
    remedy: 'Read Patient/…/$retention; what is due says so.',
  },
  DISPOSAL_PERIOD_UNCONFIRMED: {
    issue: 'business-rule',
    says: 'The period has not been confirmed against the live schedule.',
    remedy: 'Have a records manager compare fhir-profiles/retention with the schedule and put their name and the date under confirmed.',
  },
})

const PEOPLE_A_PAGE = 100

export const retention: FastifyPluginAsync<FhirDependencies> = async (app, { database, record, retention: codes = [], now }) => {
  app.get<{ Params: { id: string } }>(
    '/Patient/:id/$retention',
    { config: { fhir: { operation: 'retention', types: ['Patient'] } } },
    async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'Patient', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      // The clock tells who saw the person last, which is only for the person and the operator.
      const open = isOperator(request) || selfOf(request.caller) === id
      if (!open || (await readRow(database, request.caller, 'Patient', id)) === undefined) throw refuse.NOT_FOUND({ reference })
      request.disclosure.people = [id]
      const clocked = await clockOf(id)
      const parameter = clocked.map((entry) => ({ name: 'entry', part: partsOf(entry) }))
      return reply.header('content-type', request.answerType).send(JSON.stringify({ resourceType: 'Parameters', parameter }))
    },
  )

  app.get('/$retention-due', { config: { fhir: { operation: 'retention-due', types: 'system' } } }, async (request, reply) => {
    forOperator(request)
    const [, after = ''] = queryOf(request).find(([name]) => name === 'after') ?? []
    const people = await peopleWithOld(database, { before: shortestEnd(), after, count: PEOPLE_A_PAGE })
    request.disclosure.entity = 'Patient'
    const parameter: object[] = []
    const disclosed: string[] = []
    for (const id of people) {
      const due = (await clockOf(id)).filter((entry) => isDue(entry, record.clock.now()))
      if (due.length === 0) continue
      disclosed.push(id)
      parameter.push({
        name: 'person',
        part: [
          { name: 'patient', valueReference: { reference: `Patient/${id}` } },
          ...due.map((entry) => ({ name: 'entry', part: partsOf(entry) })),
        ],
      })
    }
    request.disclosure.people = disclosed
    const last = people.length === PEOPLE_A_PAGE ? people.at(-1) : undefined
    if (last !== undefined) parameter.push({ name: 'after', valueString: last })
    return reply
      .header('content-type', request.answerType)
      .send(JSON.stringify({ resourceType: 'Parameters', ...(parameter.length > 0 && { parameter }) }))
  })

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$dispose',
    { config: { fhir: { operation: 'dispose', types: ['Patient'] } } },
    async (request, reply) => {
      forOperator(request)
      const { id } = request.params
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const { entries, confirmedBy } = disposalIn(request)
      const confirming = localReference(confirmedBy)
      const person =
        confirming?.type === 'Practitioner' ? await readRow(database, request.caller, 'Practitioner', confirming.id) : undefined
      if (person === undefined || person.deleted || entries.length === 0)
        throw retentionRefuse.DISPOSAL_INCOMPLETE({}, { expression: 'Parameters' })
      const clocked = new Map((await clockOf(id)).map((entry) => [`${entry.type}/${entry.id}`, entry]))
      const chosen = entries.map((asked) => {
        const entry = clocked.get(asked)
        if (entry === undefined) throw refuse.NOT_FOUND({ reference: asked })
        if (!isDue(entry, record.clock.now()))
          throw retentionRefuse.DISPOSAL_NOT_DUE({ reference: asked, because: wordsOf(entry) }, { expression: 'entry' })
        if (entry.keeping.state !== 'until' || !entry.keeping.confirmed)
          throw retentionRefuse.DISPOSAL_PERIOD_UNCONFIRMED({}, { expression: 'entry' })
        return entry
      })
      request.disclosure.people = [id]
      const at = now()
      await noteDisposal(database, chosen, { patient: id, confirmedBy, client: request.caller.clientId, at })
      const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 200 })
      // The version that was shown is the one that goes: who changed it since has made a new contact.
      const operations = chosen.map(({ type, id: entryId, version }, index) => ({
        kind: 'delete' as const,
        place: `entry[${index}]`,
        type,
        id: entryId,
        ifMatch: version,
      }))
      await changeRecord(record, operations, { caller: request.caller, at, audit: { ...audit, interaction: 'dispose' } })
      request.disclosure.committed = true
      await purgeDisposed(database, at)
      const words = `${chosen.length} entries of ${reference} are disposed of, with every earlier version; that they were there, and who confirmed it, is kept.`
      return reply.header('content-type', request.answerType).send(JSON.stringify(informationOutcome(words)))
    },
  )

  async function clockOf(id: string): Promise<ClockedEntry[]> {
    const kept = await readKept(database, id)
    if (kept === undefined) throw refuse.NOT_FOUND({ reference: `Patient/${id}` })
    const codeOf = (organization: string) => {
      const found = kept.organizations.get(organization)
      const region = found === undefined ? undefined : regionOf(found)
      return codes.find((code) => code.region === region)
    }
    return clockEntries(kept.entries, { person: personIn(kept.patient), codeOf })
  }

  /** What is younger than the shortest period of all cannot be due. */
  function shortestEnd(): Date {
    const years = codes.flatMap(({ periods }) =>
      periods.flatMap(({ afterLastContactYears, afterDeathYears }) => [afterLastContactYears, afterDeathYears ?? Infinity]),
    )
    const before = new Date(record.clock.now())
    before.setUTCFullYear(before.getUTCFullYear() - Math.min(...years, 1000))
    return before
  }
}

const isOperator = ({ caller }: FastifyRequest): boolean => masksFor(caller.role, caller.grade).write.anybody === EVERYTHING

function forOperator(request: FastifyRequest): void {
  if (!isOperator(request)) throw retentionRefuse.RETENTION_FOR_OPERATOR()
  if (!hasScope(request.caller, '*', 'd') && request.method === 'POST') throw refuse.SCOPE_MISSING({ type: '*', needed: 'delete' })
  if (!hasScope(request.caller, '*', 'r')) throw refuse.SCOPE_MISSING({ type: '*', needed: 'read' })
}

const wordsOf = ({ keeping }: ClockedEntry): string =>
  keeping.state === 'until' ? `Until ${keeping.on.toISOString().slice(0, 10)}. ${keeping.because}` : `No end is known. ${keeping.because}`

function partsOf(entry: ClockedEntry): object[] {
  const { keeping } = entry
  return [
    { name: 'what', valueReference: { reference: `${entry.type}/${entry.id}` } },
    ...(keeping.state === 'until'
      ? [
          { name: 'until', valueDate: keeping.on.toISOString().slice(0, 10) },
          { name: 'confirmed', valueBoolean: keeping.confirmed },
        ]
      : []),
    { name: 'because', valueString: keeping.because },
  ]
}

function disposalIn({ body }: FastifyRequest): { entries: string[]; confirmedBy: string } {
  const sent = parametersOf(isObject(body) ? body['value'] : undefined)
  return {
    entries: [...new Set(sent.filter(({ name }) => name === 'entry').map(({ value }) => value))],
    confirmedBy: sent.find(({ name }) => name === 'confirmedBy')?.value ?? '',
  }
}
