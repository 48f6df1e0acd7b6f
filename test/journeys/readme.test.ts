/** The commands of README.md, as a newcomer types them: in bash, one block after the other, at a hub that was just started. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryHome, testHub } from '@platform/testing/hub'
import { exportJWK, generateKeyPair } from 'jose'
import t from 'tap'

const ROOT = join(import.meta.dirname, '..', '..')
t.setTimeout(600_000)

/** The blocks of shell commands of a part of README.md, from one heading to another. */
function commandsBetween(from: string, to: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [begins, ends] = [readme.indexOf(`${from}\n`), readme.indexOf(`${to}\n`)]
  if (begins === -1 || ends <= begins) throw new Error(`README.md has no part from "${from}" to "${to}".`)
  const part = readme.slice(begins, ends)
  return [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands).join('')
}

/**
 * Whoever types takes a moment between two commands, in which the queue does its work: what is looked for is looked for until it is there. A
 * token that was printed is printed again.
 */
const AS_TYPED = `
npm() {
  local command=$3 kept=$KEPT/$5
  shift 4
  [ "$command" = token ] || { node scripts/launch.cjs "$command" "$@"; return; }
  [ -s "$kept" ] || node scripts/launch.cjs token "$@" > "$kept"
  cat "$kept"
}
eval "find_once() $(declare -f find | tail -n +2)"
find() { local found; for _ in $(seq 400); do found=$(find_once "$@"); [ -n "$found" ] && { echo "$found"; return; }; sleep 0.05; done; return 1; }
`

t.test('what README.md says to type does what it says', async (t) => {
  const { url, home } = await testHub(t)
  const mllp = JSON.parse(readFileSync(join(home, 'alerts', 'mllp.json'), 'utf8')) as { host: string; port: number }
  const [words = '', ...rest] = commandsBetween('## How to do each main job', '## How to run it').split(/(?<=^NHS=.*\n)/m)
  const typed = [words, AS_TYPED, ...rest]
    .join('')
    .replace('http://127.0.0.1:8080', url)
    .replace('/dev/tcp/127.0.0.1/2575', `/dev/tcp/${mllp.host}/${String(mllp.port)}`)
    .replace('my-public-keys.json', await publicKeys(home))
    // It listens until the token ends.
    .replace(/^fhir \S+ -N .*$/m, '')
  const { code, said } = await bash(typed, { HANDRAIL_HOME: home, KEPT: temporaryHome(t) })
  t.equal(code, 0)
  t.notMatch(said, /"severity":"(error|fatal)"|command not found|No such file/, 'nothing is refused')
  t.match(said, /"value":14\.50/)
  t.match(said, /"resourceType":"Procedure"/)
  t.match(said, /"resourceType":"ServiceRequest"[^\n]*"status":"completed"/)
  t.match(said, /"resourceType":"Subscription"/)
  t.match(said, /^MSA\|CA\|/m)
})

/** A key of somebody's own system, as a file. */
async function publicKeys(folder: string): Promise<string> {
  const { publicKey } = await generateKeyPair('ES384', { extractable: true })
  const file = join(folder, 'my-public-keys.json')
  writeFileSync(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'mine', alg: 'ES384', use: 'sig' }] }))
  return file
}

async function bash(typed: string, environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn('bash', ['-c', typed], { cwd: ROOT, env: { ...process.env, ...environment } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}
