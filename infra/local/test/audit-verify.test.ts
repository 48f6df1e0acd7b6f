/** `npm run audit:verify` as an operator runs it, on a database with a trail in it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '@platform/service/clock'
import { silentLog } from '@platform/service/log'
import { testDatabase } from '@platform/testing/database'
import { temporaryHome } from '@platform/testing/hub'
import { startPassport } from '@services/passport/start'
import { auditTrail } from '@services/passport/store/audit-store'

t.setTimeout(600_000)
const PROGRAM = join(import.meta.dirname, '../src/audit-verify.ts')

/** A trail of three batches with two entries each, the last of them not sealed yet. */
async function aTrail(scope: Parameters<typeof testDatabase>[0]) {
  const testing = await testDatabase(scope)
  const database = await testing.open({ max: 2 })
  const home = temporaryHome(scope)
  const { record } = auditTrail(database)
  const seal = async () => {
    const sealer = await startPassport({ database, home, log: silentLog, now: () => new Date(), clock: systemClock })
    await sealer[Symbol.asyncDispose]()
  }
  const batches = async () =>
    (await database.query<{ batches: number }>({ text: 'SELECT count(*)::integer AS batches FROM passport.audit_seal' })).rows[0]
      ?.batches ?? 0
  for (const batch of [1, 2, 3]) {
    for (const client of ['ada', 'bryn']) {
      await record({
        at: new Date('2026-11-21T09:00:00Z'),
        client,
        subject: client,
        organization: undefined,
        interaction: 'read',
        status: 200,
        entity: 'Procedure/1',
        people: ['1'],
        purpose: undefined,
        request: `r${batch}`,
      })
    }
    // A transaction that runs elsewhere on the server holds the seal back until it ends.
    while (batch < 3 && (await batches()) < batch) await seal()
  }
  const verify = () =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      const env = { ...process.env, HANDRAIL_HOME: home, DATABASE_URL: testing.url }
      const child = execFile(process.execPath, [PROGRAM], { env }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      )
    })
  return { database, verify, seal }
}

t.test('what is not sealed yet is sealed, and the last line says how many entries are whole', async (t) => {
  const { verify } = await aTrail(t)
  t.strictSame(await verify(), { code: 0, stdout: '6 entries, chain intact\n', stderr: '' })
  t.strictSame(await verify(), { code: 0, stdout: '6 entries, chain intact\n', stderr: '' })
})

t.test('an entry that was changed breaks the chain at its batch', async (t) => {
  const { database, verify } = await aTrail(t)
  await database.query({ text: `UPDATE passport.audit_entry SET client = 'nobody' WHERE request = 'r2' AND client = 'ada'` })
  const { code, stdout } = await verify()
  t.equal(code, 1)
  t.match(
    stdout,
    /^The audit chain is broken after 2 entries: batch 2 \(transactions \d+ to \d+\): 2 entries where 2 were sealed, or one was changed\.\n$/,
  )
})

t.test('a chain whose end was cut off is found by the head kept outside the database, also after it grew anew', async (t) => {
  const { database, verify, seal } = await aTrail(t)
  await verify()
  await database.query({ text: `DELETE FROM passport.audit_entry WHERE request IN ('r2', 'r3')` })
  await database.query({ text: 'DELETE FROM passport.audit_seal WHERE seq > 1' })
  const cut = { code: 1, stdout: 'The audit chain is broken after 2 entries: batch 3 is missing, which was kept outside the database.\n' }
  t.match(await verify(), cut)

  const { record } = auditTrail(database)
  const entry = {
    organization: undefined,
    interaction: 'read',
    status: 200,
    entity: undefined,
    people: [],
    purpose: undefined,
    request: 'r4',
  }
  for (const [grown, client] of ['carys', 'dafydd'].entries()) {
    await record({ at: new Date(), client, subject: client, ...entry })
    // A transaction that runs elsewhere on the server holds the seal back until it ends.
    for (let batches = 0; batches < grown + 2;) {
      await seal()
      const { rows } = await database.query<{ batches: number }>({ text: 'SELECT count(*)::integer AS batches FROM passport.audit_seal' })
      batches = rows[0]?.batches ?? 0
    }
  }
  t.match(await verify(), {
    code: 1,
    stdout: /^The audit chain is broken after \d entries: batch 3 .*its digest is not the one kept outside the database\.\n$/,
  })
})

t.test('a database without a trail is one sentence', async (t) => {
  const testing = await testDatabase(t)
  const database = await testing.open({ max: 1 })
  await database.query({ text: 'DROP TABLE passport.audit_seal' })
  const env = { ...process.env, HANDRAIL_HOME: temporaryHome(t), DATABASE_URL: testing.url }
  const stderr = await new Promise<string>((resolve) =>
    execFile(process.execPath, [PROGRAM], { env }, (_error, _stdout, text) => resolve(text)),
  )
  t.match(stderr, /^This database holds no audit trail: [^\n]+\n$/)
})
