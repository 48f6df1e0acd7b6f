import type { Organization } from '@medplum/fhirtypes'

/** The sector of an organisation, a code of the CodeSystem sector: as its extension says, else as a type of it does; nothing where neither says so. */
export const sectorOfOrganization = ({ extension = [], type = [] }: Organization): string | undefined =>
  extension.find(({ url }) => url === 'https://handrail.example/fhir/StructureDefinition/sector')?.valueCode ??
  type.flatMap(({ coding = [] }) => coding).find(({ system }) => system === 'https://handrail.example/fhir/CodeSystem/sector')?.code
