import type { HealthcareService } from '@medplum/fhirtypes'
import t from 'tap'
import { stoppedSourcesOf } from './listing.ts'

t.test('of a listing it is said which of its feeds are paused or silent, and since when', (t) => {
  const source = (publisher: string, part?: string) => ({
    url: 'https://handrail.example/fhir/StructureDefinition/service-source',
    extension: [
      { url: 'publisher', valueString: publisher },
      ...(part === undefined ? [] : [{ url: part, valueDateTime: '2026-11-04T10:00:00Z' }]),
    ],
  })
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    extension: [source('A council', 'pausedSince'), source('A trust', 'silentSince'), source('NHS England')],
  }
  t.same(stoppedSourcesOf(service), [
    { publisher: 'A council', why: 'paused', since: '2026-11-04T10:00:00Z' },
    { publisher: 'A trust', why: 'silent', since: '2026-11-04T10:00:00Z' },
  ])
  t.same(stoppedSourcesOf({ resourceType: 'HealthcareService' }), [])
  t.end()
})
