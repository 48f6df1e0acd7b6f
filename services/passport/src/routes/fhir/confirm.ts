/**
 * `$confirm` on an entry: the caller stands behind it as it is. It raises the checked level to the highest the caller may give, or to the
 * one asked for; an update of the entry does the same under the same rule.
 */
import { parseJson, type ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { CHECKED_LEVEL, highestLevelOf, isHigher, levelOf, type CheckedLevel } from '../../domain/access/checked-level.ts'
import { CHECKED_LEVELS } from '../../domain/access/checked-level.ts'
import { isObject, valuesAt, type FhirResource } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { changeRecord } from '../../store/change-record.ts'
import { sendOutcome, sendRow } from './answer.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { typeAllowed } from './request.ts'

/** The types of entries that say how far they are checked: the context of the extension checked-level. */
const TYPES = ['AllergyIntolerance', 'Condition', 'DeviceUseStatement', 'MedicationStatement', 'Observation', 'Procedure'] as const

export const confirm: FastifyPluginAsync<FhirDependencies> = async (app, { record, readRow, now, baseUrl }) => {
  for (const type of TYPES)
    app.post<{ Params: { id: string } }>(
      `/${type}/:id/$confirm`,
      { config: { fhir: { operation: 'confirm', types: [type] } } },
      async (request, reply) => {
        const { caller, params } = request
        const reference = `${type}/${params.id}`
        request.disclosure.entity = reference
        typeAllowed(request, type, 'r')
        typeAllowed(request, type, 'u')
        const row = await readRow(caller, type, params.id)
        if (row === undefined) throw refuse.NOT_FOUND({ reference })
        if (row.deleted) throw refuse.DELETED({ reference })
        request.disclosure.people = row.patient === undefined ? [] : [row.patient]
        const entry = parseJson(row.content).value as FhirResource
        const level = levelAsked(request) ?? highestLevelOf(caller)
        if (level === undefined) throw refuse.LEVEL_NOT_YOURS({ level: 'any', highest: 'none' })
        // Said already: nothing changes, whoever asks again.
        if (!isHigher(level, levelOf(entry))) return sendRow(request, reply, row)

        const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at: now(), status: 200 })
        const operation = { kind: 'patch', place: '', type, id: params.id, ifMatch: row.version, patch: raising(entry, level) } as const
        const [outcome] = await changeRecord(record, [operation], { caller, at: now(), audit })
        if (outcome === undefined) throw new Error('A write without an outcome')
        request.disclosure.committed = true
        return sendOutcome(request, reply, outcome, baseUrl)
      },
    )
}

/** The level in the Parameters, if one is asked for. @throws LEVEL_UNKNOWN */
function levelAsked({ body }: FastifyRequest): CheckedLevel | undefined {
  const given = valuesAt((body as ParsedJson | undefined)?.value, 'parameter')
    .filter(isObject)
    .find(({ name }) => name === 'level')
  if (given === undefined) return undefined
  const level = CHECKED_LEVELS.find((known) => known === given['valueCode'])
  if (level === undefined) throw refuse.LEVEL_UNKNOWN({}, { expression: "Parameters.parameter.where(name = 'level').value" })
  return level
}

/** The patch that gives an entry its new level and leaves everything else as it came. */
function raising(entry: FhirResource, level: CheckedLevel): Record<string, unknown>[] {
  const extensions = Array.isArray(entry['extension']) ? entry['extension'] : undefined
  const said = { url: CHECKED_LEVEL, valueCode: level }
  if (extensions === undefined) return [{ op: 'add', path: '/extension', value: [said] }]
  const index = extensions.findIndex((extension) => isObject(extension) && extension['url'] === CHECKED_LEVEL)
  return [index === -1 ? { op: 'add', path: '/extension/-', value: said } : { op: 'replace', path: `/extension/${index}`, value: said }]
}
