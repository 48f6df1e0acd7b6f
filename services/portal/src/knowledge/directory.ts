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
}

/** Active organisations by name, without one's own. */
export async function listOrganisations(record: PersonalRecord, without: string | undefined): Promise<readonly Listed[]> {
  const { all } = await record.findAll<Organization>('Organization', { active: 'true' })
  return all
    .flatMap((one): Listed[] => {
      const [reference, sector] = [`Organization/${one.id ?? ''}`, codeIn(one, 'sector')]
      if (one.name === undefined || reference === without) return []
      return [{ reference, name: one.name, ...(sector === undefined ? {} : { sector }) }]
    })
    .toSorted((one, other) => one.name.localeCompare(other.name))
}
