import type { HealthcareService, Location } from '@medplum/fhirtypes'
import t from 'tap'
import { openDirectory } from './directory.ts'
import type { FhirRecord } from './record.ts'

const place: Location = { resourceType: 'Location', id: 'l1', position: { latitude: 53.2, longitude: -3.1 } }
const service = (id: string): HealthcareService => ({
  resourceType: 'HealthcareService',
  id,
  name: id,
  location: [{ reference: 'Location/l1' }],
})

t.test('a place that is read again lists its services again, once each', async (t) => {
  const held: Record<string, unknown[]> = { Location: [place], Organization: [], HealthcareService: [service('a'), service('b')] }
  const record = { search: async (type: string) => held[type] ?? [] } as unknown as FhirRecord
  const directory = openDirectory(record)
  for (let time = 0; time < 3; time += 1) await directory.refresh()
  t.same(
    directory
      .all()
      .map(({ name }) => name)
      .toSorted(),
    ['a', 'b'],
  )
})
