/** `npm run -s token -- <client>`: an access token of the running hub for one of its demonstration clients, alone on stdout. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, text } from '@platform/service/config'
import { tokenSource } from '@platform/service/token-source'
import { readClientKey } from '@services/identity/provision'
import { CannotStart, runProgram } from './cannot-start.ts'
import { homeOf } from './config.ts'
import { urlOfRunningHub } from './running-hub.ts'

const readConfig = defineConfig({ HANDRAIL_HOME: text('Folder of data, generated keys and quarantine.', { default: '.handrail' }) })

await runProgram(async () => {
  const home = homeOf(readConfig(process.env))
  const clientId = process.argv[2]
  const known = clientIds(home)
  if (clientId === undefined) throw new CannotStart(`Say whose token: npm run -s token -- ${known[0] ?? 'demo-admin'}`)
  const url = urlOfRunningHub(home)
  const key = /^[a-z0-9-]+$/.test(clientId) ? await readClientKey(join(home, 'demo-clients', `${clientId}.jwk.json`)) : undefined
  if (key === undefined) {
    throw new CannotStart(
      known.length === 0
        ? 'This hub is no demonstration, so it has no demonstration clients; register your own with "npm run admin -- register-client".'
        : `There is no demonstration client "${clientId}"; there are ${known.join(', ')}.`,
    )
  }
  const token = await tokenSource({ tokenUrl: `${url}/identity/token`, clientId, key }).get()
  process.stdout.write(`${token}\n`)
  return 0
})

function clientIds(home: string): string[] {
  try {
    return readdirSync(join(home, 'demo-clients'))
      .filter((file) => file.endsWith('.jwk.json'))
      .map((file) => file.slice(0, -'.jwk.json'.length))
      .toSorted()
  } catch {
    return []
  }
}
