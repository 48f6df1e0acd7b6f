/** The rotas that organisations keep in the record: their own duties, and those that others hold for them. */
import type { OrganizationAffiliation, PractitionerRole } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import { toDutyEntry, type DutyEntry } from '../domain/rota.ts'
import { codeOf } from '../domain/vocabulary.ts'
import type { FhirRecord } from './record.ts'

/** Reads of rotas. */
export interface Rotas {
  /** Every duty that answers for an organisation, whoever holds it. */
  of(organization: string): Promise<readonly DutyEntry[]>
  /** One was changed here: each is read anew, for an organisation may hold the duties of others. */
  forget(): void
}

const REMEMBERED_MS = 60_000

/** Opens them. A rota is remembered for a minute. */
export function rotasIn(record: FhirRecord): Rotas {
  const held = new Map<string, { readonly entries: Promise<readonly DutyEntry[]>; readonly at: number }>()

  const read = async (organization: string): Promise<readonly DutyEntry[]> => {
    const [own, covered] = await Promise.all([rolesOf(record, organization), heldByOthers(record, organization)])
    return [...entriesOf(own), ...covered]
  }

  return {
    async of(organization) {
      if (!organization.startsWith('Organization/')) return []
      const known = held.get(organization)
      if (known !== undefined && performance.now() - known.at < REMEMBERED_MS) return known.entries
      const entries = read(organization)
      held.set(organization, { entries, at: performance.now() })
      entries.catch(() => held.delete(organization))
      return entries
    },
    forget: () => held.clear(),
  }
}

/** Everybody who has a role in an organisation, duties among them. */
export const rolesOf = async (record: FhirRecord, organization: string): Promise<readonly PractitionerRole[]> =>
  record.search<PractitionerRole>('PractitionerRole', { organization })

/** The duties of an organisation that others hold for it, each for what was agreed. */
export async function heldByOthers(record: FhirRecord, organization: string): Promise<readonly DutyEntry[]> {
  const covers = await record.search<OrganizationAffiliation>('OrganizationAffiliation', { 'primary-organization': organization })
  const covered = await Promise.all(
    covers
      .filter(({ active, participatingOrganization }) => active !== false && participatingOrganization?.reference !== undefined)
      .map(async ({ participatingOrganization, code = [] }) => {
        const duties = new Set(code.flatMap((each) => codeOf(each, CODES.ANSWERING_ROLE) ?? []))
        return entriesOf(await rolesOf(record, participatingOrganization?.reference ?? '')).flatMap((entry) => {
          const both = [...entry.duties].filter((duty) => duties.has(duty))
          return both.length === 0 ? [] : [{ ...entry, duties: new Set(both) }]
        })
      }),
  )
  return covered.flat()
}

/** Of these roles the duties. */
export const entriesOf = (roles: readonly PractitionerRole[]): readonly DutyEntry[] => roles.flatMap((role) => toDutyEntry(role) ?? [])
