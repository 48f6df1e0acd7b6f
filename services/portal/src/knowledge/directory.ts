/** The organisations that can be asked, from the record's directory. */
import type { Organization } from '@medplum/fhirtypes'
import type { PersonalRecord } from '../clients/record.ts'
import { codeIn } from './reading.ts'

/** One organisation that can be asked. */
export interface Listed {
  /** `Organization/<id>` */
  readonly reference: string
  readonly name: string
  readonly sector?: string
  /** By the assurance that it holds. */
  readonly grade?: string
}

/** Those that can coordinate a need. One of the grade `link-only`, such as a commissioner, sees nobody whose need it would have to keep in sight. */
export const listCoordinators = async (record: PersonalRecord): Promise<readonly Listed[]> =>
  (await listOrganisations(record, undefined)).filter(({ grade }) => grade !== 'link-only')

/** Active organisations by name, without one's own. */
export async function listOrganisations(record: PersonalRecord, without: string | undefined): Promise<readonly Listed[]> {
  const { all } = await record.findAll<Organization>('Organization', { active: 'true' })
  return all
    .flatMap((one): Listed[] => {
      const [reference, sector, grade] = [`Organization/${one.id ?? ''}`, codeIn(one, 'sector'), codeIn(one, 'grade')]
      if (one.name === undefined || reference === without) return []
      return [{ reference, name: one.name, ...(sector === undefined ? {} : { sector }), ...(grade === undefined ? {} : { grade }) }]
    })
    .toSorted((one, other) => one.name.localeCompare(other.name))
}
