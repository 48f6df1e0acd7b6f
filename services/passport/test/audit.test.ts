import { systemClock } from '@platform/service/clock'
import { silentLog } from '@platform/service/log'
import { until } from '@platform/testing/until'
import t from 'tap'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beginEpoch, chainOf, unsealed, verify } from '../src/store/audit-chain.ts'
import { keptHead, startPassport } from '../src/start.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, database, caller } = hub
const ada = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
caller('ada', { role: 'patient', patient: ada.id })
caller('gym', { role: 'worker', grade: 'needs-only', organization: 'Organization/gym' })

interface Entry {
  client: string
  interaction: string
  status: number
  entity: string | null
  patient: string | null
}
const entries = async () =>
  (await database.query<Entry>({ text: 'SELECT client, interaction, status, entity, patient FROM passport.audit_entry ORDER BY id' })).rows
const home = await mkdtemp(join(tmpdir(), 'handrail-'))
t.teardown(() => rm(home, { recursive: true }))
// A transaction that runs elsewhere on the server holds the seal back until it ends.
const sealed = () =>
  until('every entry is under a seal', async () => {
    const sealer = await startPassport({ database, home, log: silentLog, now: () => new Date(), clock: systemClock })
    await sealer[Symbol.asyncDispose]()
    return (await unsealed(database)) === 0
  })

t.test('every read, write, search and refused attempt leaves an entry before it is answered', async (t) => {
  const before = (await entries()).length
  await send('admin', 'GET', `/Patient/${ada.id}`)
  await send('admin', 'PUT', `/Patient/${ada.id}`, { resourceType: 'Patient', id: ada.id, active: true })
  await send('admin', 'GET', '/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990123454')
  await send('gym', 'GET', `/Patient/${ada.id}`)
  await send('nobody', 'GET', `/Patient/${ada.id}`)
  await send('admin', 'POST', '/Patient', { resourceType: 'Patient', gender: 'purple' })
  const [read, update, search, denied, unknown, refused] = (await entries()).slice(before)
  t.match(read, { client: 'admin', interaction: 'read', status: 200, entity: `Patient/${ada.id}`, patient: ada.id })
  t.match(update, { interaction: 'update', status: 200, entity: `Patient/${ada.id}/_history/2`, patient: ada.id })
  t.match(search, { interaction: 'search-type', status: 200, entity: 'Patient' })
  t.match(denied, { client: 'gym', interaction: 'read', status: 404, entity: `Patient/${ada.id}`, patient: null })
  t.match(unknown, { client: 'unknown', status: 401 })
  t.match(refused, { interaction: 'create', status: 400 })
  t.notMatch(JSON.stringify(await entries()), '9990123454')
})

t.test('what a reactor writes for somebody is theirs in the trail; nobody else is believed when they say for whom', async (t) => {
  caller('alerts', { role: 'reactor-alerts' })
  const headers = { 'x-handrail-on-behalf-of': 'Organization/gym', 'x-handrail-asked-by': encodeURIComponent('sam@gym|elsewhere') }
  const duty = { resourceType: 'PractitionerRole', organization: { reference: 'Organization/gym' } }
  const saidBy = async (who: string, method: 'GET' | 'POST', path: string, body?: object, more: Record<string, string> = headers) => {
    const { statusCode } = await send(who, method, path, body, more)
    const { rows } = await database.query<{ subject: string; organization: string | null }>({
      text: 'SELECT subject, organization FROM passport.audit_entry ORDER BY id DESC LIMIT 1',
    })
    return [statusCode, rows[0]?.subject, rows[0]?.organization]
  }
  t.strictSame(await saidBy('alerts', 'POST', '/PractitionerRole', duty), [201, 'sam@gym|elsewhere', 'Organization/gym'])
  t.strictSame(await saidBy('gym', 'GET', `/Patient/${ada.id}`), [404, 'gym', 'Organization/gym'])
  t.strictSame((await saidBy('admin', 'GET', `/Patient/${ada.id}`)).slice(1), ['admin', null])
  t.strictSame((await saidBy('alerts', 'GET', `/Patient/${ada.id}`, undefined, { 'x-handrail-asked-by': '%' })).slice(1), ['alerts', null])
  t.equal(
    (await send('gym', 'POST', '/PractitionerRole', duty)).statusCode,
    403,
    'nobody of the organisation writes a duty past the service',
  )
  t.equal((await send('alerts', 'POST', '/Organization', { resourceType: 'Organization', name: 'x' })).statusCode, 403)
})

t.test('when the entry cannot be written, nothing is disclosed', async (t) => {
  await database.query({ text: 'ALTER TABLE passport.audit_entry RENAME TO audit_gone' })
  const answer = await send('admin', 'GET', `/Patient/${ada.id}`)
  await database.query({ text: 'ALTER TABLE passport.audit_gone RENAME TO audit_entry' })
  t.ok(answer.statusCode >= 500)
  t.notMatch(answer.body, 'Llwyd')
  t.match(answer.json(), { resourceType: 'OperationOutcome' })
})

t.test('the person reads who looked; others do not', async (t) => {
  const own = (await send('ada', 'GET', `/AuditEvent?patient=${ada.id}&_count=2`)).json<{
    entry: { resource: { resourceType: string } }[]
    link: { relation: string }[]
  }>()
  t.equal(own.entry.length, 2)
  t.equal(own.entry[0]?.resource.resourceType, 'AuditEvent')
  t.ok(own.link.some(({ relation }) => relation === 'next'))
  t.equal((await send('gym', 'GET', `/AuditEvent?patient=${ada.id}`)).json<{ entry?: unknown[] }>().entry, undefined)
  t.equal((await send('admin', 'GET', '/AuditEvent')).statusCode, 400)
})

t.test('the chain holds, and its head is kept outside the database', async (t) => {
  await sealed()
  await send('admin', 'GET', `/Patient/${ada.id}`)
  await sealed()
  const verdict = await verify(database, await keptHead(home, await chainOf(database)))
  t.match(verdict, { intact: true, entries: (await entries()).length })
})

t.test('an entry that is changed, taken out, slipped in, or cut off at the end is found', async (t) => {
  const head = await keptHead(home, await chainOf(database))
  const broken = async (harm: string) => {
    let found = true
    await database
      .transaction(async (tx) => {
        await tx.query({ text: harm })
        found = (await verify({ ...database, query: tx.query }, head)).intact
        throw new Error('undo')
      })
      .catch(() => undefined)
    return found
  }
  t.equal(await broken(`UPDATE passport.audit_entry SET client = 'someone' WHERE id = (SELECT min(id) FROM passport.audit_entry)`), false)
  t.equal(await broken('DELETE FROM passport.audit_entry WHERE id = (SELECT max(id) FROM passport.audit_entry)'), false)
  t.equal(
    await broken(
      `INSERT INTO passport.audit_entry (xid, at, client, subject, interaction, status, request) SELECT min(xid), now(), 'x', 'x', 'read', 200, 'r' FROM passport.audit_entry`,
    ),
    false,
  )
  t.equal(await broken('DELETE FROM passport.audit_seal WHERE seq = (SELECT max(seq) FROM passport.audit_seal)'), false)
  t.equal(await broken('DELETE FROM passport.audit_seal WHERE seq = 1'), false)
})

t.test('the chain goes on in a cluster whose transaction ids are younger, after a restore', async (t) => {
  t.equal(await beginEpoch(database), 1, 'the same cluster needs no new epoch')
  const far = `INSERT INTO passport.audit_entry (xid, at, client, subject, interaction, status, request) VALUES (9e12, now(), 'x', 'x', 'read', 200, 'r')`
  await database.query({ text: far })
  t.equal(await beginEpoch(database), 2)
  t.equal(await beginEpoch(database), 2)
  await send('admin', 'GET', `/Patient/${ada.id}`)
  await sealed()
  t.match(await verify(database, await keptHead(home, await chainOf(database))), { intact: true, entries: (await entries()).length })
})
