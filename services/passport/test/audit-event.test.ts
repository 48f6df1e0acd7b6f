import { createValidator } from '@platform/fhir/validate'
import t from 'tap'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const ada = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
const bryn = await store({ resourceType: 'Patient', name: [{ family: 'Parry' }] })
caller('ada', { role: 'patient', patient: ada.id })
caller('gym', { role: 'worker', grade: 'needs-only', organization: 'Organization/gym' })

interface AuditEvent {
  readonly resourceType: 'AuditEvent'
  readonly id: string
  readonly meta: { tag?: { system: string; code: string }[] }
  readonly entity?: { what?: { reference: string } }[]
}
interface Bundle {
  readonly entry?: readonly { fullUrl: string; resource: AuditEvent; search: { mode: string } }[]
  readonly link: readonly { relation: string; url: string }[]
}
const EXTERNAL = { system: 'https://handrail.example/fhir/CodeSystem/provenance-of-entry', code: 'external' }
const anEvent = (more: Record<string, unknown> = {}) => ({
  resourceType: 'AuditEvent',
  type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
  recorded: '2026-11-21T09:00:00Z',
  agent: [{ requestor: true, who: { display: 'Another system' } }],
  source: { observer: { display: 'Another system' } },
  entity: [{ what: { reference: `Patient/${ada.id}` } }],
  ...more,
})
const trail = async (token: string, patient: string, query = '') =>
  (await send(token, 'GET', `/AuditEvent?patient=${patient}${query}`)).json<Bundle>().entry ?? []

t.test('an AuditEvent of a client is marked external, alone and in a transaction, and its own tags stay', async (t) => {
  const alone = await send('admin', 'POST', '/AuditEvent', anEvent({ meta: { tag: [{ system: 'urn:own', code: 'kept' }] } }))
  t.equal(alone.statusCode, 201, alone.body)
  t.same(alone.json<AuditEvent>().meta.tag, [{ system: 'urn:own', code: 'kept' }, EXTERNAL])
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: anEvent(), request: { method: 'POST', url: 'AuditEvent' } }],
  }
  const { entry = [] } = (await send('admin', 'POST', '/', bundle)).json<Bundle>()
  t.same(entry[0]?.resource.meta.tag, [EXTERNAL])
  const marked = await send('admin', 'POST', '/AuditEvent', anEvent({ meta: { tag: [EXTERNAL] } }))
  t.same(marked.json<AuditEvent>().meta.tag, [EXTERNAL], 'once')
})

t.test('nothing but an AuditEvent is marked', async (t) => {
  t.equal((await store({ resourceType: 'Patient' })).meta['tag' as 'versionId'], undefined)
})

t.test('the chain holds none of what clients send, and what they sent is read by its own id', async (t) => {
  const { id } = (await send('admin', 'POST', '/AuditEvent', anEvent())).json<AuditEvent>()
  t.notOk((await trail('admin', ada.id, '&_count=500')).some(({ resource }) => resource.meta.tag !== undefined))
  t.equal((await send('admin', 'GET', `/AuditEvent/${id}`)).statusCode, 200)
  t.equal((await send('gym', 'GET', `/AuditEvent/${id}`)).statusCode, 404)
})

t.test('an entry of the chain is read by its id as it was found, by whoever may see it', async (t) => {
  await send('admin', 'GET', `/Patient/${ada.id}`)
  const [found] = await trail('ada', ada.id)
  const path = `/AuditEvent/${found?.resource.id ?? ''}`
  t.equal(found?.fullUrl, `http://hub.example/fhir${path}`)
  const read = await send('ada', 'GET', path)
  t.equal(read.statusCode, 200)
  t.same(read.json(), found?.resource)
  t.equal((await send('admin', 'GET', path)).statusCode, 200)
  t.equal((await send('gym', 'GET', path)).statusCode, 404)
  for (const absent of ['1-1-1', '999999999-999999999999999999-999999999999999999', '1-1-9999999999999999999999'])
    t.equal((await send('admin', 'GET', `/AuditEvent/${absent}`)).statusCode, 404, absent)
  t.equal((await send('admin', 'PUT', path, { ...anEvent(), id: found?.resource.id })).statusCode, 405)
  t.equal((await send('admin', 'DELETE', path)).statusCode, 405)
})

t.test('whoever reads of himself does not learn whose record was looked at with his', async (t) => {
  await send('admin', 'GET', '/Patient')
  const [entry] = await trail('ada', ada.id)
  const people = (event: AuditEvent | undefined) => event?.entity?.flatMap(({ what }) => what?.reference ?? [])
  t.same(people(entry?.resource), [`Patient/${ada.id}`])
  t.same(people((await send('ada', 'GET', `/AuditEvent/${entry?.resource.id ?? ''}`)).json()), [`Patient/${ada.id}`])
  t.ok(people((await send('admin', 'GET', `/AuditEvent/${entry?.resource.id ?? ''}`)).json<AuditEvent>())?.includes(`Patient/${bryn.id}`))
})

t.test('the trail is searched by POST as by GET, page by page, and says what it did not understand', async (t) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const first = (await send('ada', 'POST', '/AuditEvent/_search', `patient=Patient/${ada.id}&_count=1`, form)).json<Bundle>()
  t.equal(first.entry?.length, 1)
  t.notMatch(JSON.stringify(first.link), ada.id)
  const next = first.link.find(({ relation }) => relation === 'next')?.url ?? ''
  const second = (await send('ada', 'GET', next.replace('http://hub.example/fhir', ''))).json<Bundle>()
  t.not(second.entry?.[0]?.resource.id, first.entry?.[0]?.resource.id)

  const lenient = await trail('ada', ada.id, '&colour=red')
  t.match(lenient.at(-1), { search: { mode: 'outcome' }, resource: { resourceType: 'OperationOutcome' } })
  const strict = await send('ada', 'GET', `/AuditEvent?patient=${ada.id}&colour=red`, undefined, { prefer: 'handling=strict' })
  t.equal(strict.statusCode, 400)
  for (const query of ['', 'patient=', 'patient=a&patient=b', 'patient=%00', 'patient=x,y', `patient=${ada.id}&_count=0`])
    t.equal((await send('admin', 'GET', `/AuditEvent?${query}`)).statusCode, 400, query)
})

t.test('every AuditEvent the hub gives is valid FHIR', async (t) => {
  await send('nobody', 'GET', `/Patient/${ada.id}`)
  await send('ada', 'GET', `/Patient/${bryn.id}`)
  await send('ada', 'GET', `/Patient/${ada.id}/$everything`)
  const validator = createValidator()
  const events = await trail('ada', ada.id, '&_count=500')
  t.ok(events.length > 5)
  for (const { resource } of events)
    t.same(
      validator.validate(resource).filter(({ severity }) => severity === 'error'),
      [],
      resource.id,
    )
})

t.test('whom a conditional create finds is in the trail, in a batch and beside a write', async (t) => {
  const identifier = [{ system: 'urn:test', value: 'found' }]
  const found = await store({ resourceType: 'Patient', identifier })
  const create = {
    resource: { resourceType: 'Patient', identifier },
    request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:test|found' },
  }
  const write = { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }
  const before = (await trail('admin', found.id, '&_count=500')).length
  await send('admin', 'POST', '/', { resourceType: 'Bundle', type: 'batch', entry: [create, write, create] })
  await send('admin', 'POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: [create, write] })
  // Two of the batch, one of the transaction, and the search above that counted.
  t.equal((await trail('admin', found.id, '&_count=500')).length, before + 4)
})
