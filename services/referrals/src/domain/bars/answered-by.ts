/**
 * Whether an answer is from whom was asked. Every answer of the national proxy comes by the one client of the proxy, so that its token does not say who
 * answers: the message does. HAZ-R87
 */
import type { HealthcareService } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import type { Directory } from '../directory.ts'
import { dosIdsOf } from './goes-out.ts'
import type { BarsMessage } from './message.ts'
import { isSystem } from './vocabulary.ts'

/** To whom a referral went. */
export interface Asked {
  /** DoS service id. */
  readonly target: string
  /** `Organization/<id>` that has the step now. */
  readonly owner: string | undefined
  /** Our own DoS service ids. */
  readonly ours: readonly string[]
}

/**
 * The service that answers is the one that was asked or another of the same organisation, its sender is no other organisation that is listed, and the
 * performer that it names, if any, is one of those or ourselves: senders repeat the referral's own there.
 */
export function isAnsweredByAsked(
  { header, sender, request, resolve }: BarsMessage,
  { target, owner, ours }: Asked,
  directory: Pick<Directory, 'identified' | 'ofOrganization'>,
): boolean {
  const own = new Set([target, ...(owner === undefined ? [] : directory.ofOrganization(owner).flatMap(dosIdsOf))])
  const ods = sender.identifier?.find(({ system }) => isSystem(system, ID.ODS_ORGANIZATION))?.value
  const listed = ods === undefined ? undefined : directory.identified(`${ID.ODS_ORGANIZATION}|${ods.toUpperCase()}`)?.organization
  if (listed !== undefined && listed !== owner) return false
  const [system, from = ''] = (header.source?.endpoint ?? '').split('|')
  // A service of theirs that the directory does not list: the organisation has said who it is.
  if (!(isSystem(system, ID.DOS_SERVICE) && own.has(from)) && (listed === undefined || listed !== owner)) return false
  const performers = (request.performer ?? []).flatMap((one) => dosIdsNamed(resolve(one)))
  return performers.length === 0 || performers.some((id) => own.has(id) || ours.includes(id))
}

const dosIdsNamed = (resource: ReturnType<BarsMessage['resolve']>): readonly string[] =>
  resource?.resourceType === 'HealthcareService'
    ? ((resource as HealthcareService).identifier ?? []).flatMap(({ system, value }) =>
        isSystem(system, ID.DOS_SERVICE) && value !== undefined ? [value] : [],
      )
    : []
