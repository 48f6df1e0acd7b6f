/** Two FHIR clients that many use, against a server that really listens: MedplumClient and fhir-kit-client. */
import { MedplumClient } from '@medplum/core'
import type { Bundle, OperationOutcome, Patient, Procedure } from '@medplum/fhirtypes'
import { Client } from 'fhir-kit-client'
import t from 'tap'
import { aRecord } from './a-record.ts'
import { freePort } from '@platform/testing/free-port'

t.setTimeout(600_000)
const port = await freePort()
const origin = `http://127.0.0.1:${port}`
const hub = await aRecord(t, { publicUrl: origin })
await hub.app.listen({ port, host: '127.0.0.1' })

const aPatient = (value: string): Patient => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:client', value }],
  name: [{ family: 'Llwyd', given: ['Ada'] }],
})
const session = (patient: string, text = 'Physiotherapy'): Procedure => ({
  resourceType: 'Procedure',
  status: 'completed',
  code: { text },
  subject: { reference: `Patient/${patient}` },
})
/** What a call fails with. */
const failureOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  )
const linkOf = (bundle: Bundle, relation: string) => bundle.link?.find((one) => one.relation === relation)?.url
type Sent = Parameters<Client['create']>[0]['body']
type Page = Parameters<Client['nextPage']>[0]['bundle']
const TEMPORARY = 'urn:uuid:11111111-1111-4111-8111-111111111111'
const transaction = (value: string): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: TEMPORARY,
      resource: aPatient(value),
      request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:client|${value}` },
    },
    { resource: { ...session(''), subject: { reference: TEMPORARY } }, request: { method: 'POST', url: 'Procedure' } },
  ],
})

t.test('MedplumClient', async (t) => {
  const medplum = new MedplumClient({ baseUrl: origin, fhirUrlPath: 'fhir', fetch, cacheTime: 0, autoBatchTime: 0 })
  medplum.setAccessToken('admin')

  const created = await medplum.createResource(aPatient('medplum'))
  t.match(created, { resourceType: 'Patient', meta: { versionId: '1' } })
  const { id } = created
  t.same(await medplum.readResource('Patient', id), created)
  const updated = await medplum.updateResource({ ...created, active: true })
  t.equal(updated.meta?.versionId, '2')
  t.same(await medplum.readVersion('Patient', id, '1'), created)
  const patched = await medplum.patchResource('Patient', id, [{ op: 'replace', path: '/active', value: false }])
  t.equal(patched.active, false)
  t.equal((await medplum.readHistory('Patient', id)).entry?.length, 3)

  t.same(await medplum.createResourceIfNoneExist(aPatient('medplum'), 'identifier=urn:client|medplum'), patched)
  const upserted = await medplum.upsertResource({ ...patched, active: true }, 'identifier=urn:client|medplum')
  t.match(upserted, { id, meta: { versionId: '4' }, active: true })

  for (const text of ['Physiotherapy', 'Hydrotherapy', 'Stretching']) await medplum.createResource(session(id, text))
  const found = await medplum.searchResources('Procedure', { patient: id, _sort: '_lastUpdated' })
  t.same(
    found.map(({ code }) => code?.text),
    ['Physiotherapy', 'Hydrotherapy', 'Stretching'],
  )
  t.equal((await medplum.searchOne('Patient', 'identifier=urn:client|medplum'))?.id, id)
  const pages: (string | undefined)[] = []
  for await (const page of medplum.searchResourcePages('Procedure', { patient: id, _count: 2 })) pages.push(...page.map((one) => one.id))
  t.same(new Set(pages), new Set(found.map((one) => one.id)), 'page after page')
  const included = await medplum.search('Procedure', `patient=${id}&_include=Procedure:patient`)
  t.ok(included.entry?.some(({ resource, search }) => String(resource?.resourceType) === 'Patient' && search?.mode === 'include'))
  const form = new URLSearchParams({ identifier: 'urn:client|medplum' }).toString()
  const posted = (await medplum.post(medplum.fhirUrl('Patient', '_search'), form, 'application/x-www-form-urlencoded')) as Bundle
  t.equal(posted.entry?.[0]?.resource?.id, id)

  const answer = await medplum.executeBatch(transaction('medplum-transaction'))
  t.match(answer.entry, [{ response: { status: /^201/ } }, { response: { status: /^201/ } }])
  const again = await medplum.executeBatch(transaction('medplum-transaction'))
  t.match(again.entry, [{ response: { status: /^200/ } }, { response: { status: /^201/ } }])

  t.equal((await medplum.readPatientEverything(id)).entry?.length, 4)
  t.match(await medplum.validateResource(aPatient('x')), { resourceType: 'OperationOutcome', issue: [{ severity: 'information' }] })

  await medplum.deleteResource('Patient', id)
  t.match(await failureOf(medplum.readResource('Patient', id, { cache: 'reload' })), { outcome: { issue: [{ code: 'deleted' }] } })
  t.match(await failureOf(medplum.createResource({ resourceType: 'Patient', gender: 'purple' as 'other' })), {
    outcome: { issue: [{ expression: ['Patient.gender'] }] },
  })
})

t.test('fhir-kit-client', async (t) => {
  const client = new Client({ baseUrl: `${origin}/fhir`, bearerToken: 'admin' })
  // It gives what it got as a resource of any type.
  const got = <T>(resource: unknown): T => resource as T
  const sent = (resource: Patient | Procedure): Sent => ({ ...resource })

  t.match(await client.capabilityStatement(), { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' })
  t.match(await client.smartAuthMetadata(), { tokenUrl: { href: `${origin}/identity/token` } })

  const created = got<Patient & { id: string }>(await client.create({ resourceType: 'Patient', body: sent(aPatient('kit')) }))
  const { id } = created
  t.match(created, { resourceType: 'Patient', meta: { versionId: '1' } })
  t.match(await client.read({ resourceType: 'Patient', id }), { id, name: [{ family: 'Llwyd' }] })
  const guarded = { options: { headers: { 'if-match': 'W/"1"' } } }
  const updated = got<Patient>(await client.update({ resourceType: 'Patient', id, body: sent({ ...created, active: true }), ...guarded }))
  t.equal(updated.meta?.versionId, '2')
  const stale = client.update({ resourceType: 'Patient', id, body: sent(created), ...guarded })
  t.match(await failureOf(stale), { response: { status: 412 } })
  t.match(await client.vread({ resourceType: 'Patient', id, version: '1' }), { meta: { versionId: '1' } })
  const jsonPatch = [{ op: 'replace' as const, path: '/active', value: false }]
  t.match(await client.patch({ resourceType: 'Patient', id, jsonPatch }), { active: false, meta: { versionId: '3' } })
  t.equal(got<Bundle>(await client.resourceHistory({ resourceType: 'Patient', id })).entry?.length, 3)
  t.equal(got<Bundle>(await client.typeHistory({ resourceType: 'Patient' })).type, 'history')

  const ifNoneExist = { options: { headers: { 'if-none-exist': 'identifier=urn:client|kit' } } }
  t.match(await client.create({ resourceType: 'Patient', body: sent(aPatient('kit')), ...ifNoneExist }), { id, meta: { versionId: '3' } })
  const byIdentifier = { identifier: 'urn:client|kit' }
  const body = sent({ ...created, active: true })
  t.match(await client.update({ resourceType: 'Patient', searchParams: byIdentifier, body }), { id, meta: { versionId: '4' } })

  for (const text of ['Physiotherapy', 'Hydrotherapy', 'Stretching'])
    await client.create({ resourceType: 'Procedure', body: sent(session(id, text)) })
  const first = got<Bundle & Page>(await client.resourceSearch({ resourceType: 'Procedure', searchParams: { patient: id, _count: 2 } }))
  t.equal(first.entry?.length, 2)
  const second = got<Bundle>(await client.nextPage({ bundle: first }))
  t.equal(second.entry?.length, 1)
  t.equal(linkOf(second, 'next'), undefined)
  const posted = got<Bundle>(
    await client.resourceSearch({ resourceType: 'Patient', searchParams: byIdentifier, options: { postSearch: true } as never }),
  )
  t.equal(posted.entry?.[0]?.resource?.id, id)
  t.notMatch(linkOf(posted, 'self'), 'kit', 'nothing of a form is in a link')

  const answer = got<Bundle>(await client.transaction({ body: { ...transaction('kit-transaction') } }))
  t.equal(answer.type, 'transaction-response')
  t.match(answer.entry, [{ response: { status: /^201/ } }, { response: { status: /^201/ } }])
  const batch = { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Patient/${id}` } }] }
  t.match(await client.batch({ body: batch }), { type: 'batch-response', entry: [{ resource: { id } }] })

  for (const method of ['GET', 'POST'] as const)
    t.equal(got<Bundle>(await client.operation({ name: '$everything', resourceType: 'Patient', id, method })).entry?.length, 4, method)
  const outcome = got<OperationOutcome>(await client.operation({ name: 'validate', resourceType: 'Patient', input: sent(aPatient('x')) }))
  t.equal(outcome.issue[0]?.severity, 'information')

  await client.delete({ resourceType: 'Patient', id })
  t.match(await failureOf(client.read({ resourceType: 'Patient', id })), {
    response: { status: 410, data: { resourceType: 'OperationOutcome' } },
  })
  t.match(await failureOf(client.read({ resourceType: 'Patient', id: 'none' })), { response: { status: 404 } })
  t.match(await failureOf(new Client({ baseUrl: `${origin}/fhir` }).read({ resourceType: 'Patient', id })), { response: { status: 401 } })
})
