import { randomUUID } from 'node:crypto'
import { testDatabase } from '@platform/testing/database'
import { openDatabase } from '@platform/service/database'
import t from 'tap'
import type { Caller } from '@platform/fhir/caller'
import { mintId } from '../src/domain/bucket.ts'
import { prepareDelete, prepareWrite } from '../src/domain/prepare-write.ts'
import type { FhirResource } from '../src/domain/references.ts'
import { commit, readHistory, readRow, VersionConflict } from '../src/store/record-store.ts'

const at = new Date('2026-11-21T09:00:00.000Z')
const admin: Caller = { clientId: 'demo-admin', subject: 'demo-admin', role: 'admin', grade: 'full', scopes: [], token: '', expiresAt: 0 }
const audit = {
  at,
  client: 'demo-admin',
  subject: 'demo-admin',
  organization: undefined,
  interaction: 'update',
  status: 200,
  entity: 'Patient',
  people: [],
  purpose: undefined,
  request: 'r1',
}
const noIndex = () => ({
  tokens: ['1', '-2'],
  dates: [{ key: 'Patient.birthdate', low: '1974-01-01T00:00:00Z', high: '1974-01-02T00:00:00Z' }],
  strings: [],
  numbers: [],
  identifiers: [{ system: 's', value: randomUUID() }],
})
const aPatient = (id: string, version: number, family: string) => {
  const resource: FhirResource = { resourceType: 'Patient', name: [{ family }] }
  return prepareWrite({ exact: resource, resource, id, version, at, author: 'Organization/o1' }, noIndex)
}
const newId = () => mintId(77, { at, uuid: randomUUID() })

t.test('the record keeps what is committed', async (t) => {
  const { url } = await testDatabase(t)
  const database = await openDatabase(url, { name: 'test', max: 16, planCacheMode: 'force_generic_plan' })
  t.teardown(() => database[Symbol.asyncDispose]())

  await t.test('a create is read back as it was stored', async (t) => {
    const id = newId()
    await commit(database, { writes: [aPatient(id, 1, 'Llwyd')], at, audit })
    const row = await readRow(database, admin, 'Patient', id)
    t.equal(
      row?.content,
      `{"resourceType":"Patient","id":"${id}","meta":{"versionId":"1","lastUpdated":"2026-11-21T09:00:00.000Z"},"name":[{"family":"Llwyd"}]}`,
    )
    t.equal(row?.patient, id)
  })

  await t.test('of many updates of one version exactly one wins, and the others are told', async (t) => {
    const id = newId()
    await commit(database, { writes: [aPatient(id, 1, 'One')], at, audit })
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => commit(database, { writes: [aPatient(id, 2, `Two ${n}`)], at, audit })),
    )
    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    t.ok(results.filter((result) => result.status === 'rejected').every((result) => result.reason instanceof VersionConflict))
    t.equal((await readRow(database, admin, 'Patient', id))?.version, 2)
    t.same(
      (await readHistory(database, admin, 'Patient', id, { count: 10 })).map(({ version }) => version),
      [2, 1],
    )
  })

  await t.test('a set with one stale write leaves nothing behind', async (t) => {
    const [known, fresh] = [newId(), newId()]
    await commit(database, { writes: [aPatient(known, 1, 'Known')], at, audit })
    await t.rejects(
      commit(database, { writes: [aPatient(fresh, 1, 'Fresh'), aPatient(known, 3, 'Stale')], at, audit }),
      new VersionConflict(1),
    )
    t.equal(await readRow(database, admin, 'Patient', fresh), undefined)
  })

  await t.test('what is deleted is known to have been', async (t) => {
    const id = newId()
    await commit(database, { writes: [aPatient(id, 1, 'Gone')], at, audit })
    const row = await readRow(database, admin, 'Patient', id)
    if (row === undefined) return t.fail('not stored')
    await commit(database, { writes: [prepareDelete(row)], at, audit })
    t.match(await readRow(database, admin, 'Patient', id), { deleted: true, version: 2, content: '' })
    const { rows } = await database.query<{ n: number }>({
      text: 'SELECT count(*)::integer AS n FROM passport.identifier WHERE id = $1',
      values: [id],
    })
    t.equal(rows[0]?.n, 0)
    return undefined
  })

  await t.test('a change carries what subscriptions are held against, as it was with that change', async (t) => {
    const id = newId()
    const aTask = (version: number, status: string) => {
      const resource = {
        resourceType: 'Task',
        status,
        code: { coding: [{ code: 'a "code", {odd}' }] },
        owner: { reference: 'Organization/o2' },
      }
      return prepareWrite({ exact: resource, resource, id, version, at, author: 'Organization/o1' }, noIndex)
    }
    const requested = aTask(1, 'requested')
    const announced = [
      ...(await commit(database, { writes: [requested], at, audit })),
      ...(await commit(database, { writes: [aTask(2, 'accepted'), aPatient(newId(), 1, 'Nobody')], at, audit })),
      ...(await commit(database, { writes: [prepareDelete({ ...requested, version: 2 })], at, audit })),
    ]
    const { rows: outbox } = await database.query({
      text: `SELECT change_id AS "changeId", type, id, version::text AS "versionId", author, patient AS "patientId" FROM events.outbox
              WHERE change_id = ANY ($1::bigint[]) ORDER BY change_id`,
      values: [announced.map(({ changeId }) => changeId)],
    })
    t.same(
      announced.map((change) => ({ patientId: null, ...change })),
      outbox,
      'the writer knows what the outbox announces of it, in its order',
    )
    const { rows } = await database.query<{ facts: string[] }>({
      text: 'SELECT facts FROM events.outbox WHERE id = $1 ORDER BY change_id',
      values: [id],
    })
    t.same(
      rows.map(({ facts }) => facts),
      [
        ['status=requested', 'code=a "code", {odd}', 'owner=Organization/o2'],
        ['status=accepted', 'code=a "code", {odd}', 'owner=Organization/o2'],
        [],
      ],
    )
  })

  await t.test('of what the service that tells subscribers may not read it is given no facts', async (t) => {
    const of = (code: string) => {
      const security = [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code }]
      const resource = { resourceType: 'Task', meta: { security }, status: 'requested', owner: { reference: 'Organization/o2' } }
      return prepareWrite({ exact: resource, resource, id: newId(), version: 1, at, author: 'Organization/o1' }, noIndex).facts
    }
    t.same(['mental-health', 'diagnoses', 'audit'].map(of), [[], [], []])
    t.same(of('referral'), ['status=requested', 'owner=Organization/o2'])
  })

  await t.test('every write leaves one outbox row and one audit entry', async (t) => {
    const counts = async () =>
      (
        await database.query<{ o: number; a: number }>({
          text: 'SELECT (SELECT count(*) FROM events.outbox)::integer AS o, (SELECT count(*) FROM passport.audit_entry)::integer AS a',
        })
      ).rows[0]
    const before = await counts()
    await commit(database, { writes: [aPatient(newId(), 1, 'A'), aPatient(newId(), 1, 'B')], at, audit })
    const after = await counts()
    t.same([Number(after?.o) - Number(before?.o), Number(after?.a) - Number(before?.a)], [2, 1])
  })
})
