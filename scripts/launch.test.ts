import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'

const launch = (...words: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'launch.cjs'), ...words], { encoding: 'utf8' })

t.test('a command that there is not is one sentence and exit code 1', async (t) => {
  const { status, stdout, stderr } = launch('dance')
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /^There is no command "dance"; the commands are start, .*\.\n$/)
})

t.test('words after the command reach the program, its output is alone on stdout and its exit code is ours', async (t) => {
  const { status, stdout, stderr } = launch('admin', 'dance')
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /There is no command "dance": "npm run admin -- --help" lists them\.\n$/)
  const help = launch('admin', '--help')
  t.equal(help.status, 0)
  t.match(help.stdout, /^npm run admin -- <command>/)
  t.equal(help.stderr, '')
})
