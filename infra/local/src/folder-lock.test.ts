import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { isLeftBehind, takeLock } from './folder-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'handrail-lock-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'hub.lock')

t.test('one holder at a time, and it is named', async (t) => {
  const first = takeLock(file)
  t.ok('release' in first)
  t.strictSame(takeLock(file), { heldBy: process.pid })
  t.notOk(isLeftBehind(file))
  if ('release' in first) first.release()
  const second = takeLock(file)
  t.ok('release' in second)
  if ('release' in second) second.release()
})

t.test('the lock of a process that is gone is free', async (t) => {
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, began: '1' })) // above the highest process number of Linux
  t.ok(isLeftBehind(file))
  const lock = takeLock(file)
  t.ok('release' in lock)
  if ('release' in lock) lock.release()
})

t.test(
  'a process number that was given out again does not hold the lock',
  { skip: process.platform !== 'linux' && 'only Linux tells when a process began' },
  async (t) => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, began: '1' }))
    const lock = takeLock(file)
    t.ok('release' in lock)
    if ('release' in lock) lock.release()
  },
)

t.test('a lock file that was cut short is free, and nothing is left beside it', async (t) => {
  t.notOk(isLeftBehind(file), 'there is none')
  writeFileSync(file, '{"pid":')
  t.notOk(isLeftBehind(file), 'it may be that it is being written')
  const lock = takeLock(file)
  t.ok('release' in lock)
  if ('release' in lock) lock.release()
  t.strictSame(readdirSync(folder), [])
})
