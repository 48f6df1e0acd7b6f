/**
 * `Patient/$merge` (parameters as in FHIR R5, https://hl7.org/fhir/R5/patient-operation-merge.html), `Patient/$unmerge`, and
 * `Patient/$find-duplicates`. Only the operator decides that two records are of one person; nothing here decides it by itself.
 */
import { defineErrors, type Issue } from '@platform/fhir/errors'
import { informationOutcome, outcomeOf } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { widenedBy } from '../../domain/access/merge.ts'
import { masksFor } from '../../domain/access/masks.ts'
import { duplicateKey, duplicateTask, reviewOwner, reviewTask } from '../../domain/access/review.ts'
import { EVERYTHING } from '../../domain/access/data-class.ts'
import { isObject, type FhirResource } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { changeRecord } from '../../store/change-record.ts'
import { duplicatePairs, type Pair } from '../../store/duplicates.ts'
import { HUB } from '../../store/hub-caller.ts'
import { heldMerge, mergeRecords, stanceOf, unmergeRecords } from '../../store/merge-store.ts'
import { readRow, rowsForRules } from '../../store/record-store.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { given, invalid, missing, parametersText, type Given } from './given.ts'
import { typeAllowed } from './request.ts'

const mergeRefuse = defineErrors({
  MERGE_NOT_YOURS: {
    issue: 'forbidden',
    says: 'Only the operator of the hub merges records, and takes them apart.',
    remedy: 'Ask the operator; a Task of kind possible-duplicate says which two are meant.',
  },
  MERGE_NOT_POSSIBLE: {
    issue: 'conflict',
    says: 'The two are not two Patients that can become one: one is missing, deleted, replaced already, or both are the same.',
    remedy: 'Read both. A record that was replaced says by whom; merge with that one.',
  },
  MERGE_WIDENS: {
    issue: 'conflict',
    says: ({ count }: { count: number }) => `The merge would let ${count} parties see what they do not see now.`,
    remedy: 'Send preview = true to read who they are, settle it with the person, and send accept-widening = true.',
  },
  UNMERGE_NOT_POSSIBLE: {
    issue: 'conflict',
    says: 'The record did not go into another, or that one went into another since.',
    remedy: 'Undo the later merge first.',
  },
})

export const merge: FastifyPluginAsync<FhirDependencies> = async (app, { database, record, baseUrl, now, reviewOwner: reviewer }) => {
  const config = (operation: string) => ({ config: { fhir: { operation, types: ['Patient'] } } })

  app.post('/Patient/$merge', config('merge'), async (request, reply) => {
    const parameters = allowed(request)
    const [source, target] = [
      await patientIn(request, parameters, 'source-patient'),
      await patientIn(request, parameters, 'target-patient'),
    ]
    request.disclosure.people = [source, target]
    const result = resultIn(parameters, target)
    const widened = source === target ? [] : widenedBy(await stanceOf(database, source), await stanceOf(database, target))
    const issues = widened.map(({ party, sees }): Issue => ({
      severity: 'warning',
      code: 'business-rule',
      text: `${party} would see what belongs to ${sees === 'source' ? 'the source' : 'the target'}, and does not now.`,
    }))
    const input = { name: 'input', resource: { resourceType: 'Parameters', parameter: parameters.sent } }
    if (parameters.flag('preview')) {
      const outcome = issues.length === 0 ? informationOutcome('Nobody would see more than now.') : outcomeOf(issues)
      return reply.header('content-type', request.answerType).send(parametersText([input, { name: 'outcome', resource: outcome }]))
    }
    if (widened.length > 0 && !parameters.flag('accept-widening')) throw mergeRefuse.MERGE_WIDENS({ count: widened.length })

    const at = now()
    const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 200 })
    const done =
      source === target
        ? undefined
        : await mergeRecords(record, {
            source,
            target,
            result,
            at,
            audit,
            review: (moved) =>
              reviewTask({
                kind: 'merge-review',
                patient: target,
                owner: owner(undefined),
                focus: `Patient/${source}`,
                description: `Patient/${source} became part of Patient/${target}: ${moved} entries moved. ${saidOf(widened)}`,
                at: record.clock.now(),
              }),
          })
    if (done === undefined) throw mergeRefuse.MERGE_NOT_POSSIBLE()
    request.disclosure.committed = true
    const patient = await readRow(database, request.caller, 'Patient', target)
    const said = informationOutcome(`${done.moved} entries moved from Patient/${source} to Patient/${target}.`)
    return reply
      .header('content-type', request.answerType)
      .send(
        parametersText([
          input,
          { name: 'outcome', resource: issues.length === 0 ? said : { ...said, issue: [...said.issue, ...outcomeOf(issues).issue] } },
          { name: 'result', resource: JSON.parse(patient?.content ?? '{}') as object },
          { name: 'task', valueReference: { reference: `Task/${done.task}` } },
        ]),
      )
  })

  app.post('/Patient/$unmerge', config('unmerge'), async (request, reply) => {
    const parameters = allowed(request)
    const source = await patientIn(request, parameters, 'source-patient')
    const held = await heldMerge(database, source)
    if (held === undefined) throw mergeRefuse.UNMERGE_NOT_POSSIBLE()
    request.disclosure.people = [source, held.target]
    const at = now()
    const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 200 })
    const done = await unmergeRecords(record, {
      source,
      at,
      audit,
      review: (moved, stayed) =>
        reviewTask({
          kind: 'merge-review',
          patient: held.target,
          owner: owner(undefined),
          focus: `Patient/${source}`,
          description: `Patient/${source} and Patient/${held.target} are two again: ${moved} entries went back, ${stayed.length} written since stayed. Whose are these?`,
          at: record.clock.now(),
        }),
    })
    if (done === undefined) throw mergeRefuse.UNMERGE_NOT_POSSIBLE()
    request.disclosure.committed = true
    return reply
      .header('content-type', request.answerType)
      .send(
        parametersText([
          { name: 'outcome', resource: informationOutcome(`${done.moved} entries went back to Patient/${source}.`) },
          { name: 'result', valueReference: { reference: `Patient/${source}` } },
          { name: 'result', valueReference: { reference: `Patient/${done.target}` } },
          ...done.stayed.map((reference) => ({ name: 'stayed', valueReference: { reference } })),
          { name: 'task', valueReference: { reference: `Task/${done.task}` } },
        ]),
      )
  })

  app.post('/Patient/$find-duplicates', config('find-duplicates'), async (request, reply) => {
    const parameters = allowed(request)
    const since = parameters.text('since')
    if (since !== undefined && Number.isNaN(Date.parse(since))) throw invalid('since')
    const pairs = await duplicatePairs(database, since === undefined ? undefined : new Date(since))
    request.disclosure.people = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))]
    const tasks: string[] = []
    for (const pair of pairs) tasks.push(...(await suggest(request, pair)))
    return reply
      .header('content-type', request.answerType)
      .send(parametersText(tasks.map((id) => ({ name: 'task', valueReference: { reference: `Task/${id}` } }))))
  })

  /** One Task for each pair, ever. */
  async function suggest(request: FastifyRequest, { one, other, because }: Pair): Promise<string[]> {
    const exact = duplicateTask({ pair: [one, other], because, reviewer, at: record.clock.now() })
    const at = now()
    const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at, status: 200 })
    const ifNoneExist = `identifier=https://handrail.example/fhir/Id/review|${duplicateKey([one, other])}`
    const operation = { kind: 'create', place: '', type: 'Task', exact, ifNoneExist } as const
    const [outcome] = await changeRecord(record, [operation], { caller: HUB, at, audit })
    return outcome?.status === 201 ? [outcome.id] : []
  }

  const owner = (patient: FhirResource | undefined) => reviewOwner(patient, reviewer, [])

  function allowed(request: FastifyRequest): Given {
    typeAllowed(request, 'Patient', 'r')
    typeAllowed(request, 'Patient', 'u')
    request.disclosure.entity = 'Patient'
    const { role, grade } = request.caller
    if (masksFor(role, grade).write.anybody !== EVERYTHING) throw mergeRefuse.MERGE_NOT_YOURS()
    return given(request, baseUrl)
  }

  /** A Patient by reference, or by identifiers that only it has. */
  async function patientIn(request: FastifyRequest, parameters: Given, name: string): Promise<string> {
    const reference = parameters.reference(name, 'Patient')
    const identifiers = parameters.values(`${name}-identifier`)
    if (reference === undefined && identifiers.length === 0) throw missing(name)
    let found = reference === undefined ? undefined : [reference.id]
    for (const identifier of identifiers) {
      if (!isObject(identifier) || typeof identifier['system'] !== 'string' || typeof identifier['value'] !== 'string')
        throw invalid(`${name}-identifier`)
      const escaped = (text: string) => text.replace(/([\\|$,])/g, '\\$1')
      const condition = new URLSearchParams({ identifier: `${escaped(identifier['system'])}|${escaped(identifier['value'])}` })
      const ids = (await record.find(database, request.caller, 'Patient', condition.toString())).map(({ id }) => id)
      found = found === undefined ? ids : found.filter((id) => ids.includes(id))
    }
    const [only, ...more] = found ?? []
    const [row] = only === undefined ? [] : await rowsForRules(database, [{ type: 'Patient', id: only }])
    if (only === undefined || more.length > 0 || row === undefined || row.deleted) throw refuse.NOT_FOUND({ reference: name })
    return only
  }

  /** The target as it shall be, checked as any resource is. */
  function resultIn(parameters: Given, target: string): FhirResource | undefined {
    const resource = parameters.value('result-patient')
    if (resource === undefined) return undefined
    if (!isObject(resource) || resource['resourceType'] !== 'Patient' || resource['id'] !== target) throw invalid('result-patient')
    const issues = record.validate(resource as FhirResource).filter(({ severity }) => severity === 'error' || severity === 'fatal')
    if (issues.length > 0) throw refuse.RESOURCE_INVALID({}, { issues })
    return resource as FhirResource
  }
}

const saidOf = (widened: readonly { party: string }[]) =>
  widened.length === 0
    ? 'Nobody sees more than before.'
    : `More than before is seen by ${[...new Set(widened.map(({ party }) => party))].join(', ')}.`
