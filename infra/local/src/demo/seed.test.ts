import type { Bundle, Resource } from '@medplum/fhirtypes'
import t from 'tap'
import { seedDemo } from './seed.ts'

/** A record as small as it can be: conditional create by identifier, in memory. */
function smallRecord() {
  const stored = new Map<string, { place: string; resource: Resource }>()
  const bundles: Bundle[] = []
  return {
    stored,
    bundles,
    transaction: async (bundle: Bundle): Promise<Bundle> => {
      bundles.push(bundle)
      const entry = (bundle.entry ?? []).map(({ request, resource }) => {
        const condition = request?.ifNoneExist ?? ''
        const found = stored.get(condition)
        const place = found?.place ?? `${request?.url ?? ''}/made-${stored.size + 1}`
        if (found === undefined && resource !== undefined) stored.set(condition, { place, resource })
        return { response: { status: found ? '200' : '201', location: `http://hub.test/fhir/${place}/_history/1` } }
      })
      return { resourceType: 'Bundle', type: 'transaction-response', entry }
    },
  }
}

t.test('an empty record is filled in three transactions', async (t) => {
  const record = smallRecord()
  const ids = await seedDemo({ record })
  t.equal(record.bundles.length, 3)
  t.match(ids.organizationIds['pump-centre'], /^Organization\/made-/)
  t.match(ids.practitionerIds['physiotherapist'], /^Practitioner\/made-/)
  t.same(Object.keys(ids.patientIds), ['ada', 'bryn', 'carys', 'dafydd'])
})

t.test('doing it again adds nothing and finds the same places', async (t) => {
  const record = smallRecord()
  const first = await seedDemo({ record })
  const size = record.stored.size
  const second = await seedDemo({ record })
  t.equal(record.stored.size, size)
  t.same(second, first)
})

t.test('nothing is stored under a key, and no reference points to one', async (t) => {
  const record = smallRecord()
  await seedDemo({ record })
  for (const { resource } of record.stored.values()) {
    t.equal(resource.id, undefined)
    const references = [...JSON.stringify(resource).matchAll(/"reference":"([^"]+)"/g)].map(([, to]) => to ?? '')
    for (const to of references) t.ok(to.startsWith('urn:uuid:') || to.includes('/made-'), to)
  }
})

t.test('an answer that does not say where a resource is stops the seeding with a sentence', async (t) => {
  const silent = {
    transaction: async (): Promise<Bundle> => ({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status: '201' } }],
    }),
  }
  await t.rejects(seedDemo({ record: silent }), { message: /without saying where it is/ })
})
