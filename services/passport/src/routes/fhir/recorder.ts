/** Who records sessions of many people at once: for which organisation, of which sector, how far checked. */
import type { FastifyRequest } from 'fastify'
import { CHECKED_LEVELS, highestLevelOf, isHigher, type CheckedLevel } from '../../domain/access/checked-level.ts'
import { isObject, valuesAt } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import type { Recorder } from '../../store/record-sessions.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'

const SECTOR = 'https://handrail.example/fhir/StructureDefinition/sector'

/**
 * @param organization asked for by the operator; anybody else records for the own organisation
 * @param level asked for; else a worker recorded it, since whoever sends a list need not have given the sessions
 * @throws ORGANIZATION_NEEDED, ORGANIZATION_NOT_YOURS, SECTOR_UNKNOWN, LEVEL_UNKNOWN, LEVEL_NOT_YOURS
 */
export async function recorderOf(
  request: FastifyRequest,
  { record, readRow, now }: Pick<FhirDependencies, 'record' | 'readRow' | 'now'>,
  { organization: asked, level }: { organization?: string | undefined; level?: string | undefined },
): Promise<Recorder> {
  const { caller } = request
  const own = caller.organization
  if (asked !== undefined && asked !== own && caller.role !== 'admin') throw refuse.ORGANIZATION_NOT_YOURS()
  const organization = asked ?? own
  const id = /^Organization\/([A-Za-z0-9.-]{1,64})$/.exec(organization ?? '')?.[1]
  if (organization === undefined || id === undefined) throw refuse.ORGANIZATION_NEEDED()
  const row = await readRow(caller, 'Organization', id)
  if (row === undefined || row.deleted) throw refuse.NOT_FOUND({ reference: organization })
  const sector = valuesAt(JSON.parse(row.content), 'extension')
    .filter(isObject)
    .find(({ url }) => url === SECTOR)?.['valueCode']
  if (typeof sector !== 'string') throw refuse.SECTOR_UNKNOWN()
  const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at: now(), status: 201 })
  return { caller, organization, sector, level: levelAsked(level, caller), recordedAt: record.clock.now(), at: now(), audit }
}

function levelAsked(asked: string | undefined, caller: FastifyRequest['caller']): CheckedLevel {
  const level = CHECKED_LEVELS.find((known) => known === (asked ?? 'worker-recorded'))
  if (level === undefined) throw refuse.LEVEL_UNKNOWN()
  const highest = highestLevelOf(caller)
  if (isHigher(level, highest)) throw refuse.LEVEL_NOT_YOURS({ level, highest: highest ?? 'none' })
  return level
}
