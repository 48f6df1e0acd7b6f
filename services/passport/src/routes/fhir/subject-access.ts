/** A copy of a record under the right of access: asked for, reviewed, given with parts left out and said. Ours. Hazard HAZ-P92. */
import { defineErrors } from '@platform/fhir/errors'
import type { Caller } from '@platform/fhir/caller'
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { EVERYTHING } from '../../domain/access/data-class.ts'
import { masksFor } from '../../domain/access/masks.ts'
import { filesOf } from '../../domain/archive/build.ts'
import { packArchive } from '../../domain/archive/pack.ts'
import { parametersOf } from '../../domain/export/kick-off.ts'
import { isObject, localReference, type FhirResource, valuesAt } from '../../domain/references.ts'
import { copyWithout, leadsSomewhere, monthAfter, wordsAbout } from '../../domain/subject-access/redact.ts'
import { refuse } from '../../errors.ts'
import {
  addAccessRequest,
  addMark,
  completeReview,
  findAccessRequest,
  marksOf,
  removeMark,
  type AccessRequest,
} from '../../store/access-requests.ts'
import { authorOf, partiesOfCaller, selfOf } from '../../store/access-sql.ts'
import { PRINT_FONTS } from '../../store/print-fonts.ts'
import { readArchiveRows, type ArchiveRows } from '../../store/archive-rows.ts'
import { changeRecord } from '../../store/change-record.ts'
import { readRow } from '../../store/record-store.ts'
import { sendOutcome } from './answer.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { typeAllowed } from './request.ts'

const accessRefuse = defineErrors({
  ACCESS_REQUEST_INCOMPLETE: {
    issue: 'required',
    says: 'A request for a copy needs who answers for it.',
    remedy: 'Send Parameters with owner (Reference to an Organization or Practitioner) and, if it was not today, received (dateTime).',
  },
  ACCESS_MARK_INVALID: {
    issue: 'invalid',
    says: 'A mark needs an entry of the person, where in it if not all of it, a ground and words.',
    remedy: 'Send entry (Reference), element (such as note[0]), ground (serious-harm or third-party) and words (string).',
  },
  ACCESS_REVIEW_FOR_OWNER: {
    issue: 'forbidden',
    says: 'A request for a copy is reviewed by whoever answers for it.',
    remedy: 'The owner of the Task reviews it; serious harm is judged by a health professional.',
  },
  ACCESS_REVIEW_INCOMPLETE: {
    issue: 'business-rule',
    says: 'There are entries that this reviewer may not see, or that were written since the review.',
    remedy: 'Somebody who may see all of the record looks at it and completes the review.',
  },
})

export const subjectAccess: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, record, baseUrl, newId, now }) => {
  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$request-access',
    { config: { fhir: { operation: 'request-access', types: ['Patient'] } } },
    async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'Task', 'c')
      request.disclosure.entity = `Patient/${id}`
      const person = await readRow(database, request.caller, 'Patient', id)
      if (person === undefined || person.deleted) throw refuse.NOT_FOUND({ reference: `Patient/${id}` })
      const sent = valuesIn(request)
      const owner = localReference(sent.get('owner'))
      const received = sent.has('received') ? new Date(sent.get('received') ?? '') : record.clock.now()
      if (
        owner === undefined ||
        (owner.type !== 'Organization' && owner.type !== 'Practitioner') ||
        Number.isNaN(received.getTime()) ||
        received > record.clock.now()
      )
        throw accessRefuse.ACCESS_REQUEST_INCOMPLETE({}, { expression: 'Parameters' })
      const exact: FhirResource = {
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        code: { text: 'Request for a copy of the record' },
        for: { reference: `Patient/${id}` },
        owner: { reference: `${owner.type}/${owner.id}` },
        authoredOn: received.toISOString(),
        restriction: { period: { end: monthAfter(received).toISOString() } },
      }
      const at = now()
      const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 201 })
      const [outcome] = await changeRecord(record, [{ kind: 'create', place: '', type: 'Task', exact }], {
        caller: request.caller,
        at,
        audit,
      })
      if (outcome === undefined) throw new Error('A write without an outcome')
      await addAccessRequest(database, outcome.id, id)
      request.disclosure.committed = true
      return sendOutcome(request, reply, outcome, baseUrl)
    },
  )

  app.post<{ Params: { id: string } }>(
    '/Task/:id/$mark',
    { config: { fhir: { operation: 'mark', types: ['Task'] } } },
    async (request, reply) => {
      const asked = await openRequest(request)
      const sent = valuesIn(request)
      const entry = localReference(sent.get('entry'))
      const element = sent.get('element') ?? ''
      if (entry === undefined) throw accessRefuse.ACCESS_MARK_INVALID({}, { expression: 'entry' })
      if (sent.get('withdraw') === 'true') {
        await removeMark(database, asked.task, { ...entry, element })
        return words(request, reply, 'The mark is taken back.')
      }
      const ground = sent.get('ground')
      const why = sent.get('words') ?? ''
      const row = await readRow(database, request.caller, entry.type, entry.id)
      const fits = row !== undefined && !row.deleted && row.patient === asked.patient && row.type !== 'Patient'
      if (!fits || (element !== '' && !leadsSomewhere(JSON.parse(row.content) as FhirResource, element)) || why.trim() === '')
        throw accessRefuse.ACCESS_MARK_INVALID({}, { expression: 'entry' })
      if (ground !== 'serious-harm' && ground !== 'third-party') throw accessRefuse.ACCESS_MARK_INVALID({}, { expression: 'ground' })
      if (ground === 'serious-harm' && request.caller.role !== 'professional' && !isOperator(request.caller))
        throw accessRefuse.ACCESS_REVIEW_FOR_OWNER()
      await addMark(database, asked.task, { ...entry, element, ground, words: why, by: authorOf(request.caller), at: now() })
      return words(request, reply, 'The part is marked: it will not be in the copy.')
    },
  )

  app.post<{ Params: { id: string } }>(
    '/Task/:id/$complete-review',
    { config: { fhir: { operation: 'complete-review', types: ['Task'] } } },
    async (request, reply) => {
      const { task, patient } = await openRequest(request)
      const at = now()
      // What is shown in part only was not seen.
      const seen = new Map(
        (await readArchiveRows(database, request.caller, patient, () => true, inPart)).present.map(
          ({ type, id, content }) => [`${type}/${id}`, content] as const,
        ),
      )
      const all = await asThePerson(request.caller, patient)
      if (all.present.some(({ type, id, content }) => seen.get(`${type}/${id}`) !== content)) throw accessRefuse.ACCESS_REVIEW_INCOMPLETE()
      await completeReview(database, task, authorOf(request.caller), at)
      return words(request, reply, 'The review is complete: the copy can be given.')
    },
  )

  app.get<{ Params: { id: string } }>(
    '/Task/:id/$subject-access-copy',
    { config: { fhir: { operation: 'subject-access-copy', types: ['Task'] }, produces: ['application/gzip', 'application/octet-stream'] } },
    async (request, reply) => {
      const { task, patient, reviewedAt } = await openRequest(request, { thePersonToo: true })
      const rows = await asThePerson(request.caller, patient)
      // The request itself changes as it is worked on; everything else must have been looked at.
      const unseen = rows.present.some(
        (row) => reviewedAt === undefined || (row.at > reviewedAt && `${row.type}/${row.id}` !== `Task/${task}`),
      )
      if (unseen) throw accessRefuse.ACCESS_REVIEW_INCOMPLETE()
      const marks = await marksOf(database, task)
      const at = now()
      const copy = copyWithout(rows, marks)
      const opening = [
        `This is a copy of a record kept by Handrail at ${baseUrl}, given on ${at.toISOString().slice(0, 10)} because it was asked for under the right of access.`,
        ...wordsAbout(marks),
      ]
      const files = await filesOf(
        { ...copy, patient, whoLooked: undefined, title: 'Copy of your record', opening },
        { id: newId(), at, baseUrl, fonts: PRINT_FONTS },
      )
      const facts = {
        madeAt: at.toISOString(),
        source: baseUrl,
        patient,
        completeness: 'reviewed' as const,
        resources: copy.present.length,
        versions: copy.versions.length,
      }
      return reply
        .header('content-type', 'application/gzip')
        .header('content-disposition', `attachment; filename="copy-${patient}.tar.gz"`)
        .header('cache-control', 'private, no-store')
        .send(await packArchive(files, facts))
    },
  )

  /** What the person is entitled to: what they may see themself, whoever makes the copy. */
  function asThePerson({ clientId, subject, scopes, token, expiresAt }: Caller, patient: string): Promise<ArchiveRows> {
    return readArchiveRows(
      database,
      { clientId, subject, scopes, token, expiresAt, role: 'patient', grade: 'full', patient },
      patient,
      () => true,
    )
  }

  /** The request that a Task stands for, to whoever answers for it. */
  async function openRequest(request: FastifyRequest, { thePersonToo = false } = {}): Promise<AccessRequest> {
    const { id } = request.params as { id: string }
    const reference = `Task/${id}`
    request.disclosure.entity = reference
    typeAllowed(request, 'Task', 'r')
    const row = await readRow(database, request.caller, 'Task', id)
    const asked = await findAccessRequest(database, id)
    if (row === undefined || row.deleted || asked === undefined) throw refuse.NOT_FOUND({ reference })
    request.disclosure.people = [asked.patient]
    const [owner] = valuesAt(JSON.parse(row.content), 'owner.reference')
    const mine = isOperator(request.caller) || (typeof owner === 'string' && partiesOfCaller(request.caller).includes(owner))
    if (!mine && !(thePersonToo && selfOf(request.caller) === asked.patient)) throw accessRefuse.ACCESS_REVIEW_FOR_OWNER()
    return asked
  }
}

const isOperator = ({ role, grade }: Caller): boolean => masksFor(role, grade).write.anybody === EVERYTHING

const words = (request: FastifyRequest, reply: FastifyReply, said: string): FastifyReply =>
  reply.header('content-type', request.answerType).send(JSON.stringify(informationOutcome(said)))

function valuesIn({ body }: FastifyRequest): ReadonlyMap<string, string> {
  const value = isObject(body) ? body['value'] : undefined
  const flags = valuesAt(value, 'parameter')
    .filter(isObject)
    .flatMap(({ name, valueBoolean }) => (typeof valueBoolean === 'boolean' ? [[String(name), String(valueBoolean)] as const] : []))
  return new Map([...parametersOf(value).map(({ name, value: text }) => [name, text] as const), ...flags])
}
