/**
 * `POST /fhir/Patient/$break-glass`: emergency access with a purpose and a reason. It opens the record to whoever asked for a few hours, tells
 * the person, and opens a Task for somebody else to review, in one transaction.
 */
import { defineErrors } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import { ACT_REASON, BREAK_GLASS_MS, emergencyTold, isReason, mayBreakGlass, PURPOSES } from '../../domain/access/break-glass.ts'
import { wordsOf } from '../../domain/access/words.ts'
import { reviewOwner, reviewTask } from '../../domain/access/review.ts'
import type { Create } from '../../domain/operation.ts'
import { isObject, type FhirResource } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { partiesOfCaller } from '../../store/access-sql.ts'
import { changeRecord } from '../../store/change-record.ts'
import { HUB } from '../../store/hub-caller.ts'
import { partyNames } from '../../store/party-names.ts'
import { rowsForRules, type Row } from '../../store/record-store.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { given, invalid, missing, parametersText, type Given } from './given.ts'
import { typeAllowed } from './request.ts'

const glassRefuse = defineErrors({
  BREAK_GLASS_NOT_YOURS: {
    issue: 'forbidden',
    says: 'Emergency access is for registered professionals and wards of full grade, who sign in under their organisation.',
    remedy: 'Ask the person for their link or QR code, or ask somebody who may.',
  },
  BREAK_GLASS_WITHOUT_REASON: {
    issue: 'required',
    says: 'Emergency access needs a purpose and a reason in words.',
    remedy: 'Give purpose (ETREAT or BTG of v3-ActReason) and reason: why you must see this record now, in at least ten letters.',
  },
})

export const breakGlass: FastifyPluginAsync<FhirDependencies> = async (
  app,
  { database, record, baseUrl, now, newId, reviewOwner: reviewer },
) => {
  app.post('/Patient/$break-glass', { config: { fhir: { operation: 'break-glass', types: ['Patient'] } } }, async (request, reply) => {
    const { caller } = request
    typeAllowed(request, 'Patient', 'r')
    request.disclosure.entity = 'Patient'
    const [organization, person] = [caller.organization, caller.fhirUser]
    const party = person ?? organization
    if (!mayBreakGlass(caller.role, caller.grade) || party === undefined) throw glassRefuse.BREAK_GLASS_NOT_YOURS()
    const parameters = given(request, baseUrl)
    const { purpose, reason } = reasonIn(parameters)
    request.disclosure.purpose = purpose

    const row = await personIn(parameters)
    if (row === undefined) throw refuse.NOT_FOUND({ reference: 'Patient' })
    request.disclosure.entity = `Patient/${row.id}`
    request.disclosure.people = [row.id]
    const at = now()
    const until = new Date(at.getTime() + BREAK_GLASS_MS)
    const names = await partyNames(database, [organization ?? party])
    const who = names.get(organization ?? party) ?? wordsOf('en').somebody
    const glass = {
      patient: row.id,
      party,
      kind: 'break-glass' as const,
      during: { starts: at.toISOString(), ends: until.toISOString() },
      source: `break-glass/${newId()}`,
    }
    const told: Create = create(emergencyTold(row.id, { who, until, at }), 'urn:uuid:6d6e1b3a-0000-4000-8000-000000000001')
    const review: Create = {
      ...create(
        reviewTask({
          kind: 'break-glass-review',
          patient: row.id,
          owner: reviewOwner(JSON.parse(row.content) as FhirResource, reviewer, partiesOfCaller(caller)),
          requester: party,
          focus: told.fullUrl,
          description: 'Somebody saw this record in an emergency. Was it right? The person has been told, and may ask.',
          reason: { coding: [{ system: ACT_REASON, code: purpose }], text: reason },
          at: record.clock.now(),
        }),
      ),
      opens: [glass],
    }
    const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 200 })
    const outcomes = await changeRecord(record, [told, review], { caller: HUB, at, audit })
    request.disclosure.committed = true
    return reply.header('content-type', request.answerType).send(
      parametersText([
        { name: 'patient', valueReference: { reference: `Patient/${row.id}` } },
        { name: 'until', valueInstant: until.toISOString() },
        { name: 'task', valueReference: { reference: `Task/${outcomes[1]?.id ?? ''}` } },
      ]),
    )
  })

  /** The one Patient that is meant, past the caller's own policy. Absent, more than one, merged or deleted look the same. */
  async function personIn(parameters: Given): Promise<Row | undefined> {
    const reference = parameters.reference('patient', 'Patient')
    const identifier = parameters.value('identifier')
    if (reference === undefined && identifier === undefined) throw missing('patient')
    const found = reference === undefined ? await identified(identifier) : [reference]
    const rows = (await rowsForRules(database, found)).filter(({ deleted, content }) => !deleted && !isReplaced(content))
    return rows.length === 1 ? rows[0] : undefined
  }

  async function identified(identifier: unknown): Promise<readonly { type: string; id: string }[]> {
    if (!isObject(identifier) || typeof identifier['system'] !== 'string' || typeof identifier['value'] !== 'string')
      throw invalid('identifier')
    const escaped = (text: string) => text.replace(/([\\|$,])/g, '\\$1')
    const condition = new URLSearchParams({ identifier: `${escaped(identifier['system'])}|${escaped(identifier['value'])}` })
    return record.find(database, HUB, 'Patient', condition.toString())
  }
}

const isReplaced = (content: string) => (JSON.parse(content) as FhirResource)['active'] === false

/** @throws BREAK_GLASS_WITHOUT_REASON */
function reasonIn(parameters: Given): { purpose: string; reason: string } {
  const coding = parameters.value('purpose')
  const purpose = isObject(coding) ? coding['code'] : coding
  const systemIsOurs = !isObject(coding) || coding['system'] === undefined || coding['system'] === ACT_REASON
  const reason = parameters.text('reason')?.trim() ?? ''
  if (typeof purpose !== 'string' || !PURPOSES.has(purpose) || !systemIsOurs || !isReason(reason))
    throw glassRefuse.BREAK_GLASS_WITHOUT_REASON({}, { expression: 'Parameters.parameter' })
  return { purpose, reason }
}

const create = (exact: FhirResource, fullUrl?: string): Create => ({ kind: 'create', place: '', type: exact.resourceType, exact, fullUrl })
