import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { asSetting, folderForSocket } from './postgres-socket.ts'

const folder = mkdtempSync(join(tmpdir(), 'handrail-socket-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

t.test('the socket is in the data folder, and what a killed server left there goes', async (t) => {
  for (const name of ['.s.PGSQL.5433', '.s.PGSQL.5433.lock', 'password']) writeFileSync(join(folder, name), '')
  t.equal(await folderForSocket(folder), folder)
  t.strictSame(readdirSync(folder), ['password'])
})

t.test('a folder whose name is too long for a socket has none', async (t) => {
  const long = join(folder, 'x'.repeat(100))
  mkdirSync(long)
  t.equal(await folderForSocket(long), '')
})

t.test('a folder is one folder for PostgreSQL, whatever is in its name', (t) => {
  t.equal(asSetting('/home/a, b/"c"'), '"/home/a, b/""c"""')
  t.equal(asSetting(''), '')
  t.end()
})
