/** What an organisation is shown of a referral: the table by which one is sent, `pathway/payloads.json`. HAZ-R30 */
import type { Organization } from '@medplum/fhirtypes'
import { kindFor } from '@handrail/fhir-profiles/payload-kind'
import { loadPayloads, type PayloadPart } from '@handrail/fhir-profiles/payloads'
import { codeIn } from './reading.ts'

const table = await loadPayloads()

/** The parts for this organisation; of one that is not known the fewest. What is added by a person's agreement is not known here, and left out. */
export const partsShownTo = (organization: Organization | undefined): ReadonlySet<PayloadPart> =>
  new Set(table.kinds.get(kindFor({ sector: codeIn(organization, 'sector'), grade: codeIn(organization, 'grade') }, table))?.shows)
